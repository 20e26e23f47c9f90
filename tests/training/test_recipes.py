"""The robust recipe as a run: what it trains, what it leaves, how it goes on, and what it refuses."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest

import tendigits
from tendigits import weights
from tendigits.errors import CallbackError, DataError, RunError, TendigitsError, TrainingInterrupted
from tendigits.inference import predict
from tendigits.network import parameters
from tendigits.training import run as runs
from tendigits.training import run_folder
from tendigits.training.nondigits import nondigits
from tendigits.training.recipes import ROBUST, ROBUST_WIDE, TUTORIAL, named_recipe
from tendigits.training.temperature import fold_temperature


@pytest.fixture(scope="module")
def digits(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    return (x_train[:1500], y_train[:1500]), (x_test[:500], y_test[:500])


def train(digits, model=None, **options):
    model = model or tendigits.build_model("32", seed=1)
    defaults = {"recipe": "robust", "epochs": 3, "batch_size": 64, "seed": 5, "verbose": False}
    return tendigits.train(model, digits, **defaults | options)


def interrupted_after_the_first(kept):
    """A method that does what ``kept.on_epoch_end`` does, and then is interrupted."""
    keep = kept.on_epoch_end

    def on_epoch_end(self, epoch, logs=None):
        keep(self, epoch, logs)
        raise TrainingInterrupted(epoch + 1, None)

    return on_epoch_end


on_jax = pytest.mark.skipif(keras.backend.backend() != "jax", reason="digits are deformed in JAX")


@on_jax
class TestRobust:
    def test_it_learns(self, digits):
        assert train(digits, epochs=12).evaluation.accuracy > 0.85

    def test_the_seed_decides_everything(self, digits):
        once, again, other = (train(digits, seed=seed).weights_sha256 for seed in (5, 5, 6))
        assert once == again != other

    def test_it_is_not_the_tutorial(self, digits):
        assert train(digits).weights_sha256 != train(digits, recipe="tutorial").weights_sha256

    def test_the_schedule_ends_with_the_last_step(self, digits):
        for options in ({}, {"held_out": 300}, {"batch_size": 512}):
            optimizer = train(digits, **options).model.optimizer
            schedule = optimizer._learning_rate
            planned = schedule.warmup_steps + schedule.decay_steps  # a warm-up has one step at the least
            assert planned - int(optimizer.iterations.numpy()) in (0, 1)

    def test_products_are_rounded_as_the_recipe_says(self, digits, monkeypatch):
        rounded = train(digits).weights_sha256
        monkeypatch.setattr(runs, "named_recipe", lambda name, parameters: replace(ROBUST, bfloat16=False))
        assert train(digits).weights_sha256 != rounded

    def test_a_network_of_many_parameters_gets_the_recipe_for_such(self, digits, tmp_path):
        few = tuple((images[:64], labels[:64]) for images, labels in digits)
        train(few, tendigits.build_model("600-64", seed=1), epochs=1, batch_size=None, out=tmp_path / "run")
        assert json.loads((tmp_path / "run/config.json").read_text())["batch_size"] == ROBUST_WIDE.batch_size

    def test_what_was_compiled_before_does_not_matter(self, digits):
        model = tendigits.build_model("32", seed=1)
        model.compile("sgd", "mse")
        assert train(digits, model).weights_sha256 == train(digits).weights_sha256

    def test_its_confidence_tells_digits_from_what_is_none(self, digits):
        images, others = digits[1][0], nondigits(digits[1], 140, seed=2)

        def gap(**options):
            trained = train(digits, **options).weights
            return predict(trained, images).max(axis=1).mean() - predict(trained, others).max(axis=1).mean()

        assert gap(recipe="robust", epochs=60) > gap(recipe="tutorial", epochs=20) + 0.03

    def test_its_name_is_in_the_configuration_and_in_the_weights(self, digits, tmp_path):
        train(digits, out=tmp_path / "run")
        provenance = weights.load(tmp_path / "run/weights.safetensors").provenance
        assert provenance["temperature"] == ROBUST.other_temperature
        assert json.loads((tmp_path / "run/config.json").read_text())["recipe"] == "robust"
        assert weights.load(tmp_path / "run/weights.safetensors").provenance["recipe"] == "robust"

    def test_a_run_gone_on_with_ends_in_the_same_weights(self, digits, tmp_path, monkeypatch):
        whole = train(digits, out=tmp_path / "whole")
        with monkeypatch.context() as patch:
            patch.setattr(runs.KeepCheckpoint, "on_epoch_end", interrupted_after_the_first(runs.KeepCheckpoint))
            with pytest.raises(TrainingInterrupted):
                train(digits, out=tmp_path / "interrupted")
        resumed = tendigits.resume(tmp_path / "interrupted", tendigits.build_model("32", seed=9), digits, verbose=False)
        assert resumed.weights_sha256 == whole.weights_sha256
        assert resumed.history.history == whole.history.history

    def test_a_run_begun_with_other_constants_is_not_gone_on_with(self, digits, tmp_path, monkeypatch):
        train(digits, out=tmp_path / "run")
        stronger = replace(ROBUST, deformation=replace(ROBUST.deformation, elastic=0.8))
        monkeypatch.setattr(run_folder, "named_recipe", lambda name, parameters: stronger)
        with pytest.raises(RunError, match="was begun with other constants of the recipe robust"):
            tendigits.resume(tmp_path / "run", tendigits.build_model("32", seed=1), digits, verbose=False)

    def test_it_compiles_a_model_itself(self, digits):
        compiled = tendigits.build_model("32", seed=1)
        bare = keras.Sequential([keras.Input((784,)), *compiled.layers])
        assert train(digits, bare).weights_sha256 == train(digits).weights_sha256

    def test_a_model_without_layers_is_refused(self, digits):
        class Uniform(keras.Model):
            def call(self, x):
                return keras.ops.softmax(x[:, 0, :10])

        with pytest.raises(TendigitsError, match="not softmax"):
            train(digits, Uniform())

    def test_the_epochs_are_measured_with_the_averaged_weights(self, digits, monkeypatch):
        monkeypatch.setitem(ROBUST.temperatures, "32", 1.0)  # the epochs' losses are from before it
        run = train(digits)
        loss, accuracy = run.model.evaluate(tendigits.prepare(digits[1][0]), digits[1][1], verbose=0)
        assert run.history.history["val_accuracy"][-1] == pytest.approx(accuracy, abs=1e-6)
        assert run.history.history["val_loss"][-1] == pytest.approx(loss, rel=1e-4)

    def test_what_callbacks_select_and_keep_is_what_was_measured(self, digits, tmp_path, monkeypatch):
        monkeypatch.setitem(ROBUST.temperatures, "32", 1.0)  # the epochs' losses are from before it
        best = {"monitor": "val_loss", "mode": "max"}  # the loss falls: the first epoch's is what they select
        stopping = keras.callbacks.EarlyStopping(**best, patience=2, restore_best_weights=True)
        keeping = keras.callbacks.ModelCheckpoint(
            tmp_path / "best.weights.h5", **best, save_best_only=True, save_weights_only=True
        )
        held_out = tendigits.prepare(digits[0][0][-300:]), digits[0][1][-300:]

        run = train(digits, epochs=6, held_out=300, callbacks=[stopping, keeping])
        kept = keras.Sequential([keras.Input((784,)), *tendigits.build_model("32", seed=2).layers])
        kept.load_weights(tmp_path / "best.weights.h5")

        first, *others = run.history.history["val_loss"]
        assert len(others) == 2
        assert first > max(others)
        for selected in (run.model.get_weights(), kept.get_weights()):
            run.model.set_weights(selected)
            loss, _ = run.model.evaluate(*held_out, verbose=0)
            assert loss == pytest.approx(first, rel=1e-4)

    def test_callbacks_that_keep_nothing_change_nothing(self, digits):
        listener = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)
        assert train(digits, callbacks=[listener]).weights_sha256 == train(digits).weights_sha256

    def test_a_callback_that_averages_beside_it_is_refused(self, digits, tmp_path):
        with pytest.raises(CallbackError, match="SwapEMAWeights would swap averaged weights once more: the recipe rob"):
            train(digits, callbacks=[keras.callbacks.SwapEMAWeights()], out=tmp_path / "run")
        assert not (tmp_path / "run").exists()

    def test_held_out_digits_are_not_made_into_non_digits_nor_trained_on(self, digits):
        (x_train, y_train), test = digits
        spoilt = x_train.copy()
        spoilt[-300:] = 255
        assert (
            train(digits, held_out=300).weights_sha256 == train(((spoilt, y_train), test), held_out=300).weights_sha256
        )

    def test_a_convolutional_network_can_be_trained_too(self, digits):
        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((28, 28, 1)), layers.Conv2D(4, 5, strides=4), layers.Flatten(), layers.Dense(10, "softmax")]
        )
        model.compile(loss="sparse_categorical_crossentropy")
        assert train(digits, model).not_dense

    @pytest.mark.parametrize(
        ("images", "not_taken"), [("floating", r"float32 \(1500, 784\)"), ("small", r"uint8 \(1500, 27, 27\)")]
    )
    def test_only_images_of_digits_are_deformed(self, digits, images, not_taken):
        (x_train, y_train), (x_test, y_test) = digits
        change = {"floating": tendigits.prepare, "small": lambda x: np.ascontiguousarray(x[:, :27, :27])}[images]
        model = tendigits.build_model("32", seed=1)
        if images == "small":
            model = keras.Sequential([keras.Input((27 * 27,)), keras.layers.Dense(10, "softmax")])
            model.compile(loss="sparse_categorical_crossentropy")
        with pytest.raises(DataError, match=rf"uint8 \(n, 28, 28\), not {not_taken}: pass them so"):
            train(((change(x_train), y_train), (change(x_test), y_test)), model)

    def test_a_network_that_gives_no_probabilities_is_refused(self, digits):
        model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
        model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        with pytest.raises(TendigitsError, match="softmax"):
            train(digits, model)


@pytest.mark.backends
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="only other backends refuse")
def test_other_backends_refuse_it_before_anything_is_written(digits, tmp_path):
    with pytest.raises(TendigitsError, match="robust deforms digits in JAX, and Keras runs on tensorflow"):
        train(digits, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@on_jax
def test_a_calibrated_run_says_so_and_an_uncalibrated_one_does_not(digits, capsys, monkeypatch):
    monkeypatch.setitem(ROBUST.temperatures, "32", 0.7)
    train(digits, epochs=1, verbose=True)
    assert "smoothed labels, from before logits were divided by a temperature of 0.7" in capsys.readouterr().out
    train(digits, recipe="tutorial", epochs=1, verbose=True)
    assert "losses" not in capsys.readouterr().out


@on_jax
def test_digits_are_deformed_as_strongly_as_the_part_of_the_training_says(digits, monkeypatch):
    from tendigits.training.compiled_epoch import CompiledEpoch

    seen = []
    train_epoch = CompiledEpoch.train

    def noting(self, order, key, strength=1.0):
        seen.append(strength)
        return train_epoch(self, order, key, strength)

    monkeypatch.setattr(CompiledEpoch, "train", noting)
    train(digits, epochs=3)
    assert seen == pytest.approx([ROBUST.deformation.strength(part) for part in (0, 1 / 3, 2 / 3)])


def test_non_digits_fill_the_last_batch():
    digits, size = 55_000, ROBUST.batch_size
    beside = ROBUST.nondigits_beside(digits, size)
    assert (digits + beside) % size == 0
    assert 0 <= beside - digits * ROBUST.nondigits < size


def test_a_few_digits_are_not_outnumbered_to_fill_a_batch():
    assert ROBUST.nondigits_beside(100, 256) == 10
    assert TUTORIAL.nondigits_beside(60_001, 32) == 0


def test_every_constant_of_a_recipe_is_in_its_digest():
    same = replace(ROBUST, temperatures=dict(ROBUST.temperatures))
    weaker = replace(ROBUST, optimization=replace(ROBUST.optimization, weight_decay=0.0))
    cooler = replace(ROBUST, temperatures={"128-64": 0.5})
    assert same.sha256 == ROBUST.sha256
    assert len({recipe.sha256 for recipe in (ROBUST, ROBUST_WIDE, TUTORIAL, weaker, cooler)}) == 5


def test_a_wide_network_has_a_robust_recipe_of_its_own():
    assert named_recipe("robust", parameters("tutorial")) is ROBUST
    assert named_recipe("robust", parameters("wide")) is ROBUST_WIDE
    assert named_recipe("tutorial", parameters("wide")) is TUTORIAL


def test_an_unknown_recipe_is_refused_by_name(digits):
    with pytest.raises(ValueError, match="recipe 'rubost' is not one of tutorial, robust"):
        train(digits, recipe="rubost")


def test_a_temperature_divides_the_last_layers_logits(digits):
    model, images = tendigits.build_model("32", seed=1), tendigits.prepare(digits[1][0][:20])
    before = np.log(model.predict(images, verbose=0))
    assert fold_temperature(model, {"32": 2.0}) == 2
    after = np.log(model.predict(images, verbose=0))
    differences_before, differences_after = (logits - logits[:, :1] for logits in (before, after))
    np.testing.assert_allclose(differences_after, differences_before / 2, atol=1e-5)


def test_a_temperature_is_for_the_network_it_was_found_for():
    model = tendigits.build_model("33", seed=1)
    before = model.get_weights()
    assert fold_temperature(model, {"32": 2.0}) == 1
    assert fold_temperature(model, {"33": 1.0}, otherwise=2.0) == 1
    assert all((old == new).all() for old, new in zip(before, model.get_weights(), strict=True))
