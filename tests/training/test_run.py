"""Training runs: what they return, what they leave, and what they refuse."""

import json
import os
import time

import keras
import numpy as np
import pandas as pd
import pytest

import tendigits
from tendigits import inference, plots, weights
from tendigits.errors import CallbackError, DataError, RunError, TendigitsError

pytestmark = pytest.mark.backends


@pytest.fixture(scope="module")
def digits(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    return (x_train[:1200], y_train[:1200]), (x_test[:300], y_test[:300])


def train(digits, model=None, **options):
    model = model or tendigits.build_model("32", seed=1)
    return tendigits.train(model, digits, **{"epochs": 2, "seed": 5, "verbose": False} | options)


def convolutional():
    layers, drawn = keras.layers, keras.initializers.GlorotUniform
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 5, strides=4, kernel_initializer=drawn(seed=1)),
            layers.Flatten(),
            layers.Dense(10, "softmax", kernel_initializer=drawn(seed=2)),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class TestWhatARunReturns:
    def test_the_same_model_trained(self, digits):
        model = tendigits.build_model("32", seed=1)
        before = model.get_weights()

        run = train(digits, model)

        assert run.model is model
        assert not np.allclose(before[0], model.get_weights()[0])

    def test_a_keras_history_of_every_epoch(self, digits):
        run = train(digits, epochs=3)

        assert isinstance(run.history, keras.callbacks.History)
        assert run.history.epoch == [0, 1, 2]
        assert {name: len(values) for name, values in run.history.history.items()} == dict.fromkeys(
            ("loss", "accuracy", "val_loss", "val_accuracy"), 3
        )

    def test_the_history_as_a_table(self, digits):
        table = train(digits).history_frame

        assert isinstance(table, pd.DataFrame)
        assert table.index.tolist() == [1, 2]
        assert table["loss"].is_monotonic_decreasing

    def test_validation_is_the_test_set_as_in_the_tutorial(self, digits):
        run = train(digits)

        assert run.history.history["val_accuracy"][-1] == pytest.approx(run.evaluation.accuracy)
        assert run.history.history["val_loss"][-1] == pytest.approx(run.evaluation.loss, rel=1e-4)

    def test_keras_evaluates_and_predicts_with_it(self, digits):
        _, (images, labels) = digits
        run = train(digits)

        scores = run.model.evaluate(tendigits.prepare(images), labels, verbose=0, return_dict=True)
        probabilities = run.model.predict(tendigits.prepare(images[:5]), verbose=0)

        assert scores["accuracy"] == pytest.approx(run.evaluation.accuracy)
        np.testing.assert_allclose(probabilities, run.probabilities[:5], atol=1e-5)

    def test_it_learns(self, digits):
        assert train(digits, epochs=5).evaluation.accuracy > 0.8

    def test_without_out_nothing_is_written(self, digits, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        assert train(digits).folder is None
        assert not list(tmp_path.iterdir())


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="a minute on TensorFlow")
def test_the_tutorial_s_run_reaches_the_tutorial_s_accuracy():
    run = tendigits.train(tendigits.build_model(seed=1), epochs=10, batch_size=32, seed=1, verbose=False)

    assert 0.970 < run.evaluation.accuracy < 0.986  # Keras's own fit reaches 0.975 to 0.985 over seeds
    assert run.history.history["accuracy"][-1] > 0.99


class TestTheSeed:
    def test_the_same_seed_gives_the_same_weights(self, digits):
        assert train(digits).weights_sha256 == train(digits).weights_sha256

    def test_another_seed_gives_another_order(self, digits):
        assert train(digits, seed=5).weights_sha256 != train(digits, seed=6).weights_sha256

    def test_it_never_touches_the_initial_weights(self, digits):
        model = tendigits.build_model("32", seed=1)
        model.optimizer.learning_rate = 0.0
        before = model.get_weights()

        train(digits, model)

        assert all(np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True))

    def test_without_one_a_seed_is_drawn_and_kept(self, digits):
        first, second = (train(digits, seed=None) for _ in range(2))

        assert first.seed != second.seed
        assert train(digits, seed=first.seed).weights_sha256 == first.weights_sha256


class TestWhatARunLeaves:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, digits, tmp_path_factory):
        return train(digits, out=tmp_path_factory.mktemp("run"))

    def test_in_a_notebook_it_is_one_line(self, run):
        assert str(run.folder) in repr(run)
        assert run.weights_sha256[:8] in repr(run)
        assert len(repr(run)) < 100 + len(str(run.folder))

    def test_its_files(self, run):
        assert sorted(path.name for path in run.folder.iterdir()) == [
            "checkpoint.safetensors", "config.json", "confusion.png", "history.csv", "history.png", "metrics.json",
            "mistakes.png", "predictions.png", "weights.safetensors",
        ]  # fmt: skip

    def test_the_configuration(self, run, digits):
        configuration = json.loads((run.folder / "config.json").read_text())

        assert configuration["seed"] == 5
        assert configuration["data_sha256"] == tendigits.data.sha256(digits)
        assert configuration["versions"]["keras"] == keras.__version__
        assert configuration["backend"] == keras.backend.backend()

    def test_the_history(self, run):
        table = pd.read_csv(run.folder / "history.csv", index_col="epoch")

        pd.testing.assert_frame_equal(table, run.history_frame)

    def test_the_metrics(self, run):
        metrics = json.loads((run.folder / "metrics.json").read_text())

        assert metrics["accuracy"] == run.evaluation.accuracy
        assert metrics["weights_sha256"] == run.weights_sha256
        assert np.sum(metrics["confusion"]) == 300

    def test_the_weights_agree_with_keras_on_all_test_digits(self, run, mnist):
        _, (images, _) = mnist
        loaded = weights.load(run.folder / "weights.safetensors")

        theirs = run.model.predict(tendigits.prepare(images), batch_size=1000, verbose=0)

        assert loaded.sha256 == run.weights_sha256
        np.testing.assert_allclose(inference.predict(loaded, images), theirs, atol=1e-5)

    @pytest.mark.parametrize(("held_out", "measured_on"), [(0, "test set"), (100, "held-out digits")])
    def test_the_picture_of_the_history_says_what_was_measured(self, held_out, measured_on, digits, tmp_path):
        run = train(digits, out=tmp_path, held_out=held_out)

        expected = plots.history_picture(run.history.history, measured_on)
        assert (tmp_path / "history.png").read_bytes() == expected

    def test_the_provenance_names_no_folder_of_this_machine(self, run):
        assert str(run.folder.parent) not in (run.folder / "weights.safetensors").read_bytes().decode("latin-1")

    def test_a_folder_that_holds_something_is_refused(self, run, digits):
        with pytest.raises(RunError, match=r"is not empty \(it holds checkpoint.safetensors\)"):
            train(digits, out=run.folder)

    def test_a_folder_that_cannot_be_made_is_refused(self, digits, tmp_path):
        (tmp_path / "file").touch()

        with pytest.raises(RunError, match="cannot make a run folder"):
            train(digits, out=tmp_path / "file" / "run")


class TestAModelThatIsNotDense:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, digits, tmp_path_factory):
        return train(digits, convolutional(), epochs=4, out=tmp_path_factory.mktemp("run"))

    def test_it_trains_and_is_evaluated(self, run):
        assert run.evaluation.accuracy > 0.3
        assert run.weights is None

    def test_it_keeps_its_checkpoint_but_no_weights_file(self, run):
        assert (run.folder / "checkpoint.safetensors").exists()
        assert not (run.folder / "weights.safetensors").exists()
        metrics = json.loads((run.folder / "metrics.json").read_text())
        assert "is a Conv2D" in metrics["not_dense"]

    def test_logits_become_probabilities(self, digits):
        model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
        model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])

        run = train(digits, model)

        np.testing.assert_allclose(run.probabilities.sum(axis=1), 1, rtol=1e-5)
        assert run.history.history["val_loss"][-1] == pytest.approx(run.evaluation.loss, rel=1e-4)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten, self.dense = keras.layers.Flatten(), keras.layers.Dense(10, "softmax")

    def call(self, inputs):
        return self.dense(self.flatten(inputs))


def compiled(model, **options):
    model.compile(**{"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]} | options)
    return model


class TestAnyClassifier:
    @pytest.mark.parametrize(
        "model",
        [
            Subclassed,
            lambda: keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]),
            lambda: keras.Sequential(
                [keras.Input((None, None, 1)), keras.layers.GlobalMaxPooling2D(), keras.layers.Dense(10, "softmax")]
            ),
        ],
        ids=["subclassed", "not built", "of any image size"],
    )
    def test_trains(self, model, digits):
        (x_train, y_train), (x_test, y_test) = digits
        with_channel = (x_train[..., None], y_train), (x_test[..., None], y_test)

        run = train(with_channel, compiled(model()))

        assert run.probabilities.shape == (300, 10)

    @pytest.mark.parametrize("flat", [True, False])
    def test_floating_images_train_as_the_uint8_ones_that_they_come_from(self, flat, digits):
        floats = tuple((images.astype(np.float32) / np.float32(255), labels) for images, labels in digits)
        if flat:
            floats = tuple((images.reshape(-1, 784), labels) for images, labels in floats)

        assert train(floats).weights_sha256 == train(digits).weights_sha256

    def test_a_metric_of_several_values_is_kept(self, digits, tmp_path):
        def model():
            metric = keras.metrics.F1Score(name="f1")
            layers = [keras.Input((784,)), keras.layers.Dense(10, "softmax")]
            return compiled(
                keras.Sequential(layers),
                loss="sparse_categorical_crossentropy",
                metrics=[OneHot(metric)],
            )

        run = train(digits, model(), out=tmp_path)

        assert np.shape(run.history.history["f1"]) == (2, 10)

    @pytest.mark.parametrize(
        ("model", "error", "reason"),
        [
            (
                lambda: keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)]),
                TendigitsError,
                r"not a compiled .*: call its compile\(\) first$",
            ),
            (lambda: "a model", TendigitsError, "'a model' is not a compiled keras.Model$"),
            (lambda: compiled(keras.Sequential([keras.Input((100,)), keras.layers.Dense(10)])), DataError, r"\(100,\)"),
            (
                lambda: compiled(keras.Sequential([keras.Input((784,)), keras.layers.Dense(5)])),
                DataError,
                "labels go up to 9, and the model has 5 outputs",
            ),
        ],
        ids=["not compiled", "no model", "other inputs", "too few outputs"],
    )
    def test_what_cannot_be_trained_is_refused_before_the_first_epoch(self, model, error, reason, digits, tmp_path):
        with pytest.raises(error, match=reason):
            train(digits, model(), out=tmp_path / "run")
        assert not (tmp_path / "run").exists()

    def test_a_training_that_diverges_says_in_which_epoch(self, digits, tmp_path):
        model = tendigits.build_model("32", seed=1)
        model.optimizer.learning_rate = float("nan")

        with pytest.raises(RunError, match=r"the training diverged in epoch 1"):
            train(digits, model, out=tmp_path)
        assert len(pd.read_csv(tmp_path / "history.csv")) == 2


class OneHot(keras.metrics.Metric):
    """Gives whole-number labels to a metric that wants one column a class."""

    def __init__(self, metric):
        super().__init__(name=metric.name)
        self.metric = metric

    def update_state(self, labels, outputs, sample_weight=None):
        numbers = keras.ops.cast(keras.ops.reshape(labels, (-1,)), "int32")
        self.metric.update_state(keras.ops.one_hot(numbers, 10), outputs)

    def result(self):
        return self.metric.result()

    def reset_state(self):
        self.metric.reset_state()


class TestCallbacks:
    def test_early_stopping_stops(self, digits):
        stopping = keras.callbacks.EarlyStopping("loss", min_delta=100, patience=1)

        assert len(train(digits, epochs=9, callbacks=[stopping]).history.epoch) == 2

    def test_what_selects_sees_digits_held_out_of_the_training_set(self, digits, capsys):
        (images, labels), _ = digits
        stopping = keras.callbacks.EarlyStopping("val_loss", patience=5)

        run = train(digits, callbacks=[stopping], verbose=True)

        assert "val_ figures are of 100 digits held out of the training set" in capsys.readouterr().out
        held_out = run.model.evaluate(tendigits.prepare(images[-100:]), labels[-100:], verbose=0, return_dict=True)
        assert run.history.history["val_loss"][-1] == pytest.approx(held_out["loss"], rel=1e-4)

    def test_what_selects_never_sees_the_test_set(self, digits):
        with pytest.raises(ValueError, match="EarlyStopping would select by the test set"):
            train(digits, callbacks=[keras.callbacks.EarlyStopping("val_loss")], held_out=0)

    def test_callbacks_may_come_from_a_generator(self, digits):
        stopping = (keras.callbacks.EarlyStopping("loss", min_delta=100, patience=1) for _ in range(1))

        assert len(train(digits, epochs=9, callbacks=stopping).history.epoch) == 2

    def test_held_out_digits_are_not_trained_on(self, digits):
        (images, labels), test = digits
        changed = labels.copy()
        changed[-200:] = 0

        hashes = {train(((images, y), test), held_out=200).weights_sha256 for y in (labels, changed)}

        assert len(hashes) == 1

    def test_a_schedule_takes_effect(self, digits):
        nothing = keras.callbacks.LearningRateScheduler(lambda epoch: 0.0 if epoch else 1e-3)

        accuracies = train(digits, epochs=4, callbacks=[nothing]).history.history["val_loss"]

        assert accuracies[1:] == [accuracies[0]] * 3

    def test_csv_logger_and_model_checkpoint_write_every_epoch(self, digits, tmp_path):
        logger = keras.callbacks.CSVLogger(tmp_path / "log.csv")
        checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.weights.h5", save_weights_only=True)

        train(digits, callbacks=[logger, checkpoint])

        assert len(pd.read_csv(tmp_path / "log.csv")) == 2
        assert (tmp_path / "2.weights.h5").exists()

    def test_tensorboard_is_given_the_figures_of_every_epoch(self, digits, tmp_path):
        tensorflow = pytest.importorskip("tensorflow")
        accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

        run = train(digits, callbacks=[keras.callbacks.TensorBoard(tmp_path, update_freq="epoch")])

        for part, figure in (("train", "loss"), ("validation", "val_loss")):
            events = accumulator.EventAccumulator(str(tmp_path / part)).Reload().Tensors("epoch_loss")
            losses = [float(tensorflow.make_ndarray(event.tensor_proto)) for event in events]
            assert losses == pytest.approx(run.history.history[figure])

    def test_the_best_weights_are_restored(self, digits):
        stopping = keras.callbacks.EarlyStopping("loss", mode="max", patience=1, restore_best_weights=True)

        run = train(digits, epochs=5, callbacks=[stopping])

        assert run.weights_sha256 == train(digits, epochs=1).weights_sha256

    def test_epoch_callbacks_hear_everything_in_order(self, digits):
        heard = []

        class Listener(keras.callbacks.Callback):
            on_train_begin = lambda self, logs=None: heard.append("train begins")  # noqa: E731 - one line, used at once
            on_epoch_begin = lambda self, epoch, logs=None: heard.append(f"epoch {epoch} begins")  # noqa: E731 - one line, used at once
            on_test_begin = lambda self, logs=None: heard.append("test begins")  # noqa: E731 - one line, used at once
            on_test_end = lambda self, logs=None: heard.append("test ends")  # noqa: E731 - one line, used at once
            on_epoch_end = lambda self, epoch, logs=None: heard.append(f"epoch {epoch} ends")  # noqa: E731 - one line, used at once
            on_train_end = lambda self, logs=None: heard.append("train ends")  # noqa: E731 - one line, used at once

        train(digits, epochs=1, callbacks=[Listener()])

        assert heard == [
            "train begins", "epoch 0 begins", "test begins", "test ends", "epoch 0 ends", "train ends",
        ]  # fmt: skip


class PerBatch(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class PerTestBatch(keras.callbacks.Callback):
    def on_test_batch_end(self, batch, logs=None):
        pass


class OwnCheckpoint(keras.callbacks.ModelCheckpoint):
    pass


class TestCallbacksThatNeedBatches:
    @pytest.mark.parametrize(
        ("callback", "reason"),
        [
            (lambda: keras.callbacks.ModelCheckpoint("x.keras", save_freq=100), "save_freq=100"),
            (lambda: OwnCheckpoint("x.keras", save_freq=100), "save_freq=100"),
            (lambda: keras.callbacks.BackupAndRestore("x", save_freq=10), "save_freq=10"),
            (PerBatch, "on_train_batch_end"),
            (PerTestBatch, "on_test_batch_end"),
            (lambda: keras.callbacks.LambdaCallback(on_train_batch_end=print), "on_train_batch_end"),
            (lambda: keras.callbacks.LambdaCallback(on_batch_begin=print), "on_batch_begin"),
            (keras.callbacks.TerminateOnNaN, "on_batch_end"),
        ],
        ids=["checkpoint", "own checkpoint", "backup", "own", "own in tests", "lambda", "old name", "not a number"],
    )
    def test_are_refused_by_name(self, callback, reason, digits):
        callback = callback()

        with pytest.raises(CallbackError, match=rf"{type(callback).__name__} acts on batches \({reason}\)"):
            train(digits, callbacks=[callback])

    def test_one_that_acts_on_epochs_is_taken(self, digits, tmp_path):
        train(digits, callbacks=[OwnCheckpoint(tmp_path / "x.keras")])

        assert (tmp_path / "x.keras").exists()

    def test_something_else_is_refused(self, digits):
        with pytest.raises(CallbackError, match=r"is not a keras.callbacks.Callback"):
            train(digits, callbacks=[print])


class TestWhatMakesNoSense:
    @pytest.mark.parametrize(
        "options",
        [{"epochs": 0}, {"batch_size": 0}, {"seed": -1}, {"held_out": 1200}, {"held_out": -1}],
        ids=str,
    )
    def test_is_refused(self, options, digits):
        with pytest.raises(ValueError, match="must be"):
            train(digits, **options)

    def test_labels_without_an_image_are_refused(self, digits):
        (images, labels), test = digits

        with pytest.raises(DataError):
            train(((images, labels[:-1]), test))


class TestGoingOn:
    def interrupted(self, digits, model, folder):
        """Leave a run as a process killed after two of four epochs leaves it."""
        run = train(digits, model, epochs=2, out=folder)
        for path in folder.iterdir():
            if path.name not in ("config.json", "checkpoint.safetensors"):
                path.unlink()
        configuration = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(configuration | {"epochs": 4}))
        return run

    @staticmethod
    def with_everything():
        keras.utils.set_random_seed(3)
        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((784,)), layers.Dense(24), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.3),
             layers.Dense(10, "softmax")]
        )  # fmt: skip
        schedule = keras.optimizers.schedules.CosineDecay(1e-2, 150)
        optimizer = keras.optimizers.AdamW(schedule, use_ema=True, ema_momentum=0.9)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def test_ends_in_the_weights_of_the_uninterrupted_run(self, digits, tmp_path):
        whole = train(digits, self.with_everything(), epochs=4)
        self.interrupted(digits, self.with_everything(), tmp_path)

        resumed = tendigits.resume(tmp_path, self.with_everything(), digits, verbose=False)

        assert resumed.weights_sha256 == whole.weights_sha256
        assert resumed.history.history == whole.history.history
        assert resumed.history.epoch == [0, 1, 2, 3]

    def test_before_the_first_epoch_goes_on_from_the_weights_the_model_had(self, digits, tmp_path):
        def stop(*_):
            raise RuntimeError("killed")

        whole = train(digits, epochs=1)
        with pytest.raises(RuntimeError, match="killed"):
            train(digits, epochs=1, out=tmp_path, callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=stop)])
        configuration = json.loads((tmp_path / "config.json").read_text())
        (tmp_path / "config.json").write_text(json.dumps(configuration | {"callbacks": []}))

        resumed = tendigits.resume(tmp_path, tendigits.build_model("32", seed=99), digits, verbose=False)

        assert resumed.weights_sha256 == whole.weights_sha256

    def test_a_run_with_callbacks_of_the_caller_s_own_is_refused(self, digits, tmp_path):
        train(digits, out=tmp_path, callbacks=[keras.callbacks.EarlyStopping("loss")])

        with pytest.raises(RunError, match=r"callbacks of the caller's own \(EarlyStopping\)"):
            tendigits.resume(tmp_path, tendigits.build_model("32"), digits)

    def test_an_unbuilt_model_goes_on_too(self, digits, tmp_path):
        def model():
            keras.utils.set_random_seed(4)
            return compiled(keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]))

        whole = train(digits, model(), epochs=4)
        self.interrupted(digits, model(), tmp_path)

        assert tendigits.resume(tmp_path, model(), digits, verbose=False).weights_sha256 == whole.weights_sha256

    def test_a_finished_run_is_left_as_it_is(self, digits, tmp_path):
        train(digits, out=tmp_path)
        before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

        resumed = tendigits.resume(tmp_path, tendigits.build_model("32"), digits, verbose=False)

        assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
        assert resumed.metrics == json.loads((tmp_path / "metrics.json").read_text())

    def test_what_a_process_killed_long_ago_left_half_written_is_cleared_away(self, digits, tmp_path):
        train(digits, out=tmp_path)
        abandoned, being_written = tmp_path / ".0123abcd.partial", tmp_path / ".4567cdef.partial"
        for partial in (abandoned, being_written):
            partial.write_bytes(b"half")
        os.utime(abandoned, (time.time() - 4000,) * 2)

        tendigits.resume(tmp_path, tendigits.build_model("32"), digits, verbose=False)

        assert list(tmp_path.glob(".*")) == [being_written]

    def test_another_version_is_said(self, digits, tmp_path, capsys):
        train(digits, out=tmp_path)
        configuration = json.loads((tmp_path / "config.json").read_text())
        configuration["versions"]["keras"] = "2.0"
        (tmp_path / "config.json").write_text(json.dumps(configuration))

        tendigits.resume(tmp_path, tendigits.build_model("32"), digits)

        assert "begun with keras 2.0" in capsys.readouterr().out

    @pytest.mark.parametrize("batch_size", [32, 1500])
    def test_another_number_of_threads_is_said_where_it_moves_bits(
        self, digits, tmp_path, capsys, monkeypatch, batch_size
    ):
        train(digits, out=tmp_path, batch_size=batch_size)
        monkeypatch.setenv("NPROC", "9")

        tendigits.resume(tmp_path, tendigits.build_model("32"), digits)

        begun = json.loads((tmp_path / "config.json").read_text())["threads"]
        said = f"begun with {begun} threads of XLA (NPROC), now with 9" in capsys.readouterr().out
        assert said == (batch_size == 1500)

    def test_a_run_interrupted_before_its_model_was_kept_is_refused(self, digits, tmp_path):
        train(digits, out=tmp_path)
        (tmp_path / "checkpoint.safetensors").unlink()

        with pytest.raises(RunError, match="begin anew"):
            tendigits.resume(tmp_path, tendigits.build_model("32"), digits)

    def test_other_data_are_refused(self, digits, tmp_path):
        train(digits, out=tmp_path)
        (images, labels), test = digits

        with pytest.raises(RunError, match="other data"):
            tendigits.resume(tmp_path, tendigits.build_model("32"), ((images[1:], labels[1:]), test))

    def test_another_model_is_refused(self, digits, tmp_path):
        train(digits, out=tmp_path)

        with pytest.raises(RunError, match="the state of another model"):
            tendigits.resume(tmp_path, tendigits.build_model("33"), digits)

    def test_without_the_model_or_the_data_it_says_what_to_pass(self, digits, tmp_path):
        train(digits, out=tmp_path)

        with pytest.raises(RunError, match=r"tendigits.resume\(folder, data=...\)"):
            tendigits.resume(tmp_path)
        with pytest.raises(RunError, match=r"tendigits.resume\(folder, model=...\)"):
            tendigits.resume(tmp_path, data=digits)

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"[1]", b"{", bytes([200])], ids=["empty", "no entries", "a list", "cut off", "no text"]
    )
    def test_a_damaged_configuration_is_named(self, content, tmp_path):
        (tmp_path / "config.json").write_bytes(content)

        with pytest.raises(RunError, match=r"config\.json"):
            tendigits.resume(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"no", bytes(100)], ids=["empty", "two bytes", "zeros"])
    def test_a_damaged_checkpoint_is_named(self, content, digits, tmp_path):
        train(digits, out=tmp_path)
        (tmp_path / "checkpoint.safetensors").write_bytes(content)

        with pytest.raises(RunError, match=r"checkpoint.safetensors is not a checkpoint"):
            tendigits.resume(tmp_path, tendigits.build_model("32"), digits)

    def test_a_folder_without_a_run_is_named(self, tmp_path):
        with pytest.raises(RunError, match="is not a run folder"):
            tendigits.resume(tmp_path)
