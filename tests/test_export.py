"""Exported files compute what the weights do: ONNX in onnxruntime, Keras's in Keras, on MNIST's whole test set."""

import json
import sys
import zipfile
from itertools import pairwise

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

import tendigits
from tendigits import inference
from tendigits.errors import ExportError, MissingExtraError, TendigitsError
from tendigits.export import export, to_keras, to_onnx
from tendigits.network import to_weights
from tendigits.weights import Dense, Weights


@pytest.fixture(scope="module")
def trained(mnist):
    """Weights that read digits: the tutorial's network after a quick look at 6,000 of them."""
    (x_train, y_train), (x_test, y_test) = mnist
    data = (x_train[:6000], y_train[:6000]), (x_test[:100], y_test[:100])
    return tendigits.train(tendigits.build_model(seed=1), data, epochs=2, seed=1, verbose=False).weights


def network(*activations, inputs=784, classes=3):
    random = np.random.default_rng(1)
    draw = lambda *shape: (0.1 * random.normal(size=shape)).astype(np.float32)  # noqa: E731 - one line, used at once
    sizes = (inputs, *(9 for _ in activations), classes)
    layers = [
        Dense(draw(before, after), draw(after), activation)
        for (before, after), activation in zip(pairwise(sizes), (*activations, "softmax"), strict=True)
    ]
    return Weights(tuple(layers), tuple("äöüßé"[:classes]), {"seed": 1, "data": "mnist", "held_out": None})


def in_onnxruntime(content, images):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(["probabilities", "labels"], {"images": images})


class TestOnnx:
    def test_onnxruntime_reads_all_test_digits_as_the_weights_do(self, trained, mnist):
        _, (images, _) = mnist
        expected = inference.predict(trained, images)

        probabilities, labels = in_onnxruntime(to_onnx(trained), images)

        assert (probabilities.dtype, labels.dtype) == (np.float32, np.int64)
        np.testing.assert_allclose(probabilities, expected, atol=1e-5)
        assert np.array_equal(labels, expected.argmax(axis=1))

    @pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
    def test_every_activation(self, activation):
        weights = network(activation, activation)
        images = np.random.default_rng(2).integers(0, 256, (50, 28, 28), np.uint8)

        probabilities, labels = in_onnxruntime(to_onnx(weights), images)

        np.testing.assert_allclose(probabilities, inference.predict(weights, images), atol=1e-6)
        assert np.array_equal(labels, probabilities.argmax(axis=1))

    @pytest.mark.parametrize("n", [0, 1, 7])
    def test_a_batch_of_any_size(self, n):
        probabilities, labels = in_onnxruntime(to_onnx(network("relu")), np.zeros((n, 28, 28), np.uint8))

        assert (probabilities.shape, labels.shape) == ((n, 3), (n,))

    def test_what_is_no_28_by_28_image_is_a_row(self):
        weights = network("relu", inputs=28)
        rows = np.random.default_rng(3).integers(0, 256, (5, 28), np.uint8)

        probabilities, _ = in_onnxruntime(to_onnx(weights), rows)

        np.testing.assert_allclose(probabilities, inference.predict(weights, rows), atol=1e-6)

    def test_a_program_finds_names_types_and_shapes_in_the_file(self):
        session = onnxruntime.InferenceSession(to_onnx(network("relu")), providers=["CPUExecutionProvider"])

        assert [(value.name, value.type, value.shape) for value in session.get_inputs() + session.get_outputs()] == [
            ("images", "tensor(uint8)", ["batch", 28, 28]),
            ("probabilities", "tensor(float)", ["batch", 3]),
            ("labels", "tensor(int64)", ["batch"]),
        ]

    def test_it_says_whose_weights_it_holds(self):
        weights = network("relu")
        session = onnxruntime.InferenceSession(to_onnx(weights), providers=["CPUExecutionProvider"])

        held = session.get_modelmeta().custom_metadata_map

        assert held.keys() == {"labels", "provenance", "sha256"}
        assert json.loads(held["labels"]) == ["ä", "ö", "ü"]
        assert json.loads(held["provenance"]) == weights.provenance
        assert held["sha256"] == weights.sha256

    def test_the_same_weights_give_the_same_bytes(self):
        assert to_onnx(network("relu")) == to_onnx(network("relu"))

    def test_its_operators_are_those_of_2020(self):
        model = onnx.load_from_string(to_onnx(network("relu", "sigmoid", "tanh")))

        onnx.checker.check_model(model, full_check=True)
        assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 13)]
        assert model.ir_version == 7


class TestKeras:
    @pytest.fixture(scope="class")
    @classmethod
    def file(cls, trained, tmp_path_factory):
        path = tmp_path_factory.mktemp("keras") / "digits.keras"
        export(trained, path)
        return path

    def test_keras_reads_all_test_digits_as_the_weights_do(self, file, trained, mnist):
        _, (images, _) = mnist
        model = keras.models.load_model(file, safe_mode=True)

        probabilities = model.predict(tendigits.prepare(images), batch_size=1000, verbose=0)

        np.testing.assert_allclose(probabilities, inference.predict(trained, images), atol=1e-5)

    def test_the_weights_come_back_to_the_bit(self, file, trained):
        assert to_weights(keras.models.load_model(file), {}).sha256 == trained.sha256

    def test_it_is_compiled_as_in_the_tutorial(self, file, mnist):
        images, labels = (array[:64] for array in mnist[0])
        model = keras.models.load_model(file)

        before = model.evaluate(tendigits.prepare(images), labels, verbose=0, return_dict=True)
        model.fit(tendigits.prepare(images), labels, epochs=2, verbose=0)
        after = model.evaluate(tendigits.prepare(images), labels, verbose=0, return_dict=True)

        assert set(before) == {"loss", "accuracy"}
        assert after["loss"] < before["loss"]

    def test_it_needs_nothing_of_tendigits(self, file):
        with zipfile.ZipFile(file) as content:
            assert "tendigits" not in content.read("config.json").decode()

    @pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
    def test_every_activation(self, activation, tmp_path):
        weights = network(activation, inputs=20)
        (tmp_path / "model.keras").write_bytes(to_keras(weights))
        x = np.random.default_rng(4).random((50, 20), np.float32)

        probabilities = keras.models.load_model(tmp_path / "model.keras").predict(x, verbose=0)

        np.testing.assert_allclose(probabilities, inference.predict(weights, x), atol=1e-6)


class TestWriting:
    @pytest.mark.parametrize(("name", "form"), [("a.onnx", "onnx"), ("a.keras", "keras"), ("A.ONNX", "onnx")])
    def test_the_name_s_ending_is_the_format(self, name, form, tmp_path):
        exported = export(network("relu"), tmp_path / name)

        assert exported.format == form
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_it_says_what_the_network_takes_and_gives(self, tmp_path):
        onnx_file, keras_file = (str(export(network("relu"), tmp_path / name)) for name in ("a.onnx", "a.keras"))

        assert onnx_file.startswith("takes images uint8 (batch, 28, 28), 0 to 255, ink bright; gives probabilities ")
        assert keras_file.startswith("takes images float32 (batch, 784), 0 to 1, ink bright; gives probabilities ")

    @pytest.mark.parametrize("name", ["model", "model.h5", "onnx", ".onnx", "model.onnx.gz"])
    def test_another_ending_is_refused(self, name, tmp_path):
        with pytest.raises(ExportError, match=rf"{name} names no format: .* \.onnx or \.keras"):
            export(network("relu"), tmp_path / name)

    def test_a_missing_folder_is_named(self, tmp_path):
        with pytest.raises(TendigitsError, match=r"cannot write .*a\.onnx: there is no folder .*nowhere"):
            export(network("relu"), tmp_path / "nowhere" / "a.onnx")

    def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(self, tmp_path):
        (tmp_path / "a.onnx").mkdir()

        with pytest.raises(TendigitsError, match=r"cannot write .*a\.onnx"):
            export(network("relu"), tmp_path / "a.onnx")

        assert [path.name for path in tmp_path.iterdir()] == ["a.onnx"]

    @pytest.mark.parametrize(("module", "suffix", "extra"), [("onnx", ".onnx", "onnx"), ("keras", ".keras", "train")])
    def test_a_missing_extra_is_answered_with_the_pip_line(self, module, suffix, extra, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, module, None)

        with pytest.raises(MissingExtraError, match=rf'{module} is not installed.*"tendigits\[{extra}\]"'):
            export(network("relu"), tmp_path / f"a{suffix}")

        assert not list(tmp_path.iterdir())
