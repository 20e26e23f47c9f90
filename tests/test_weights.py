"""The weights file comes back as it went in, and nothing else is taken for one."""

import json
import struct
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from tendigits import weights
from tendigits.errors import WeightsError
from tendigits.inference import predict
from tendigits.weights import Dense, Weights


def network(sizes=(6, 4, 3)):
    random = np.random.default_rng(0)
    draw = lambda *shape: random.normal(size=shape).astype(np.float32)  # noqa: E731 - one line, used at once
    layers = [Dense(draw(inputs, units), draw(units), "relu") for inputs, units in pairwise(sizes)]
    layers[-1] = replace(layers[-1], activation="softmax")
    labels = tuple(str(label) for label in range(sizes[-1]))
    return Weights(tuple(layers), labels, {"seed": 1, "data": "mnist", "held_out": None})


def test_round_trip(tmp_path):
    original = network()
    path = tmp_path / "weights.safetensors"
    path.write_bytes(weights.serialize(original))

    loaded = weights.load(path)

    assert loaded.sha256 == original.sha256
    assert loaded.labels == original.labels
    assert loaded.provenance == original.provenance
    for ours, theirs in zip(loaded.layers, original.layers, strict=True):
        assert ours.activation == theirs.activation
        assert np.array_equal(ours.kernel, theirs.kernel)
        assert np.array_equal(ours.bias, theirs.bias)


def test_the_same_weights_give_the_same_bytes():
    assert weights.serialize(network()) == weights.serialize(network())


def test_the_hash_is_of_the_parameters_alone():
    original = network()
    first = original.layers[0]
    changed = replace(first, bias=first.bias + np.float32(1e-3))

    assert replace(original, provenance={}).sha256 == original.sha256
    assert replace(original, layers=(changed, *original.layers[1:])).sha256 != original.sha256


def described(**changes):
    """Return a weights file whose description was changed after the fact."""
    content = weights.serialize(network())
    tensors = safetensors.numpy.load(content)
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    description = json.loads(header["__metadata__"]["tendigits"])
    for path, value in changes.items():
        *parents, key = path.split("__")
        target = description
        for parent in parents:
            target = target[int(parent) if parent.isdigit() else parent]
        target[key] = value
    return safetensors.numpy.save(tensors, metadata={"tendigits": json.dumps(description)})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": 2}, "version 2"),
        ({"version": "1"}, "version '1'"),
        ({"version": True}, "version True"),
        ({"version": 1.0}, r"version 1\.0"),
        ({"format": "pickle"}, "pickle"),
        ({"surplus": 1}, "exactly the keys"),
        ({"layers": []}, "1 to 16 layers"),
        ({"layers": "two"}, "1 to 16 layers"),
        ({"layers__0__units": 5}, "takes 4 values"),
        ({"layers__0__units": -4}, "whole number"),
        ({"layers__0__units": True}, "whole number"),
        ({"layers__0__units": 4.0}, "whole number"),
        ({"layers__0__inputs": 7}, r"layers.0.kernel is F32 \[6, 4\], not F32 \[7, 4\]"),
        ({"layers__0__activation": "softmax"}, "ends in 'softmax'"),
        ({"layers__0__activation": ["relu"]}, "ends in"),
        ({"layers__1__activation": "relu"}, "ends in 'relu'"),
        ({"layers__0__surplus": 1}, "exactly the keys inputs"),
        ({"labels": ["0", "1"]}, "2 labels"),
        ({"labels": ["0", "1", "1"]}, "each by its own name"),
        ({"labels": [0, 1, 2]}, "list of texts"),
        ({"labels": ["0", "1", "\x1b[2J"]}, "cannot be printed"),
        ({"labels": ["0", "1", "\ud800"]}, "cannot be printed"),
        ({"preprocessing": {"scale": 1}}, "preprocessing"),
        ({"preprocessing": {"scale": 255.0}}, "preprocessing"),
        ({"preprocessing": {"scale": 255, "code": "os.system"}}, "preprocessing"),
        ({"provenance": []}, "provenance"),
        ({"provenance": {"data": "\ud800"}}, "provenance 'data' cannot be printed"),
        ({"provenance": {"\x1b[2J": 1}}, "cannot be printed"),
        ({"provenance": {"seed": [1]}}, "provenance 'seed'"),
        ({"provenance": {"seed": float("nan")}}, "NaN is not a number"),
        ({"provenance": {"seed": float("-inf")}}, "-Infinity is not a number"),
    ],
    ids=str,
)
def test_another_description_is_refused(changes, reason, tmp_path):
    path = tmp_path / "changed.safetensors"
    path.write_bytes(described(**changes))

    with pytest.raises(WeightsError, match=reason) as refusal:
        weights.load(path)
    assert str(path) in str(refusal.value)


def with_header(old, new):
    """Return a weights file whose header, as text, was changed after the fact."""
    content = weights.serialize(network())
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end].decode()
    assert header.count(old) == 1
    changed = header.replace(old, new).encode()
    return struct.pack("<Q", len(changed)) + changed + content[end:]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('{"__metadata__":{', '{"__metadata__":{"author":"me",', "exactly the entry"),
        ('{"__metadata__":{', '{"__metadata__":{"tendigits":"{}",', "'tendigits' twice"),
        (r"\"version\":1", r"\"version\":2,\"version\":1", "'version' twice"),
        (r"\"seed\":1", r"\"seed\":1e999", "provenance 'seed' is inf"),
        (
            '"layers.0.bias":{',
            '"layers.0.bias":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"layers.0.bias":{',
            "twice",
        ),
        ('"layers.0.bias":{', '"layers.0.bias":{"compressed":false,', "exactly the keys dtype"),
        ('"shape":[4]', '"shape":[4.0]', r"F32 \[4\.0\]"),
    ],
    ids=["metadata", "description twice", "version twice", "infinite", "array twice", "key of an array", "shape"],
)
def test_another_header_is_refused(old, new, reason, tmp_path):
    path = tmp_path / "changed.safetensors"
    path.write_bytes(with_header(old, new))

    with pytest.raises(WeightsError, match=reason):
        weights.load(path)


def with_tensors(change):
    content = weights.serialize(network())
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    tensors = safetensors.numpy.load(content)
    change(tensors)
    return safetensors.numpy.save(tensors, metadata=header["__metadata__"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda tensors: tensors.pop("layers.0.bias"), "has the arrays"),
        (lambda tensors: tensors.update(surplus=np.zeros(1, np.float32)), "surplus"),
        (lambda tensors: tensors.update({"layers.0.bias": np.zeros(4, np.float64)}), "F64"),
        (lambda tensors: tensors.update({"layers.0.bias": np.zeros(5, np.float32)}), r"\[5\]"),
        (lambda tensors: tensors.update({"layers.0.bias": np.full(4, np.nan, np.float32)}), "not finite"),
    ],
    ids=["missing", "surplus", "float64", "too long", "not a number"],
)
def test_other_arrays_are_refused(change, reason, tmp_path):
    path = tmp_path / "changed.safetensors"
    path.write_bytes(with_tensors(change))

    with pytest.raises(WeightsError, match=reason):
        weights.load(path)


def scaled_by(factor, activation):
    """Return a network of three layers, each by itself far from float32's largest number."""
    layers = network((6, 5, 4, 3)).layers
    changed = [replace(layer, kernel=layer.kernel * np.float32(factor), activation=activation) for layer in layers[:2]]
    return replace(network((6, 5, 4, 3)), layers=(*changed, layers[2]))


def test_a_network_that_overflows_is_neither_written_nor_read(tmp_path, monkeypatch):
    path = tmp_path / "diverged.safetensors"
    diverged = scaled_by(1e30, "relu")
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(predict(diverged, np.ones((1, 6), np.float32))).all()

    with pytest.raises(WeightsError, match=r"cannot be written: layer 1 may give more than float32 can hold"):
        weights.serialize(diverged)
    with monkeypatch.context() as unchecked:
        unchecked.setattr(weights, "_LARGEST", np.inf)
        path.write_bytes(weights.serialize(diverged))
    with pytest.raises(WeightsError, match=r"diverged\.safetensors is not .*: layer 1 may give .* train it again"):
        weights.load(path)


@pytest.mark.parametrize(("factor", "activation"), [(1e15, "relu"), (1e30, "tanh"), (1e30, "sigmoid")])
def test_a_network_of_large_values_that_does_not_overflow_is_read(factor, activation, tmp_path):
    path = tmp_path / "large.safetensors"
    path.write_bytes(weights.serialize(scaled_by(factor, activation)))

    assert np.isfinite(predict(weights.load(path), np.eye(6, dtype=np.float32))).all()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not a safetensors file"),
        (b"PK\x03\x04" + bytes(60), "it is not a safetensors file"),
        (b"# A title, and some words below", "it is not a safetensors file"),
        (struct.pack("<Q", 1 << 40) + b"{}", "header claims"),
        (safetensors.numpy.save({"a": np.zeros(1, np.float32)}), "does not describe"),
        (safetensors.numpy.save({"a": np.zeros(1)}, metadata={"tendigits": "[" * 30_000}), "not JSON"),
        (safetensors.numpy.save({"a": np.zeros(1)}, metadata={"tendigits": "9" * 30_000}), "not JSON"),
    ],
    ids=["empty", "a zip", "a text", "a header of a terabyte", "no description", "deeply nested", "a huge number"],
)
def test_another_file_is_refused(content, reason, tmp_path):
    path = tmp_path / "stranger.safetensors"
    path.write_bytes(content)

    with pytest.raises(WeightsError, match=reason):
        weights.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"absent.*No such file"):
        weights.load(tmp_path / "absent")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="is not a weights file"):
        weights.load(tmp_path)


@pytest.mark.parametrize("name", ["n" * 5000, "a\0b"], ids=["too long", "null byte"])
def test_a_name_that_no_file_has_is_refused(name):
    with pytest.raises(WeightsError, match="is not a weights file"):
        weights.load(name)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.safetensors"
    with path.open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(WeightsError, match="more than 268,435,456"):
        weights.load(path)


def with_first_layer(**changes):
    original = network()
    return replace(original, layers=(replace(original.layers[0], **changes), *original.layers[1:]))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (with_first_layer(kernel=np.full((6, 4), np.inf, np.float32)), "not finite"),
        (with_first_layer(kernel=np.zeros((6, 4))), "float64"),
        (with_first_layer(kernel=np.zeros(6, np.float32)), r"\(6,\)"),
        (with_first_layer(bias=np.zeros(4, np.float16)), "float16"),
        (with_first_layer(bias=np.zeros((4, 1), np.float32)), r"\(4, 1\)"),
        (with_first_layer(bias=np.zeros(5, np.float32)), r"\(5,\)"),
        (replace(network(), layers=()), "1 to 16 layers"),
        (replace(network(), layers=network().layers[:1]), "ends in 'relu'"),
        (replace(network(), labels=("0",)), "1 labels"),
        (replace(network(), labels=("0", "1", "\n")), "cannot be printed"),
        (replace(network(), provenance={"data": "a\nb"}), "provenance 'data' cannot be printed"),
        (replace(network(), provenance={"seed": np.int64(1)}), "provenance 'seed'"),
        (replace(network(), provenance={"seed": np.nan}), "provenance 'seed' is nan"),
        (replace(network(), provenance={"seed": np.inf}), "provenance 'seed' is inf"),
        (replace(network(), provenance={"notes": "x" * 70_000}), "header claims"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_weights_that_could_not_be_read_back_are_not_written(broken, reason):
    with pytest.raises(WeightsError, match=rf"^these weights cannot be written: .*{reason}"):
        weights.serialize(broken)


def test_a_file_of_more_bytes_than_are_read_is_not_written(monkeypatch):
    content = weights.serialize(network())
    monkeypatch.setattr(weights, "_MAX_FILE", len(content) - 1)

    with pytest.raises(WeightsError, match="more than"):
        weights.serialize(network())


@given(data=st.data())
def test_a_damaged_file_is_refused_or_still_a_network(data, tmp_path_factory):
    content = bytearray(weights.serialize(network()))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "weights.safetensors"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)

    try:
        loaded = weights.load(path)
    except WeightsError as refusal:
        assert str(path) in str(refusal)  # noqa: PT017 - both outcomes are right
    else:
        assert weights.serialize(loaded)
