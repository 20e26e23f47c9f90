"""The weights file: safetensors, with a closed description of dense layers.

A weights file is data, never code. It holds, besides the arrays ``layers.<i>.kernel`` (inputs, units) and
``layers.<i>.bias`` (units), both float32, one metadata entry ``tendigits``: JSON with exactly these keys::

    {"format": "tendigits dense network", "version": 1,
     "layers": [{"inputs": 784, "units": 128, "activation": "relu"}, ...],
     "labels": ["0", "1", ...],
     "preprocessing": {"scale": 255},
     "provenance": {"seed": 1, ...}}

Refused: another format or version (``true`` and ``1.0`` are none), a key too many, too few or twice, sizes that do not
chain or do not match the arrays, an array too many, too few or twice, another dtype, a value that is not finite, values
so large that float32 cannot hold what a layer may give, a last layer that is not softmax over the labels, a label or a
text of the provenance that cannot be printed.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from tendigits.errors import WeightsError

__all__ = [
    "ACTIVATIONS",
    "MAX_LAYERS",
    "MAX_PARAMETERS",
    "MAX_UNITS",
    "Dense",
    "Provenance",
    "Weights",
    "load",
    "parameters_sha256",
    "serialize",
]

ACTIVATIONS = ("relu", "sigmoid", "tanh")
"""What a hidden layer may end in; the last layer ends in softmax."""

Provenance = Mapping[str, str | int | float | bool | None]
"""Where weights come from: recipe, data, versions; flat, so that it stays a description."""

_FORMAT = "tendigits dense network"
_VERSION = 1
_KEY = "tendigits"
_PREPROCESSING = {"scale": 255}
_MAX_HEADER = 64 * 1024
_MAX_FILE = 256 * 1024 * 1024
_LARGEST = np.finfo(np.float32).max / 2
"""What a layer gives at the most: softmax takes one output from another."""

MAX_LAYERS = 16
"""The most layers that a weights file has."""

MAX_UNITS = 65_536
"""The most inputs or units that a layer of a weights file has."""

MAX_PARAMETERS = (_MAX_FILE - _MAX_HEADER) // 4 - 2
"""The most float32 values that fit into a weights file beside its header, whose length takes eight bytes."""


@dataclass(frozen=True, eq=False)
class Dense:
    """One dense layer: ``activation(x @ kernel + bias)``.

    Attributes:
        kernel: float32 (inputs, units).
        bias: float32 (units,).
        activation: one of :data:`ACTIVATIONS`, or softmax in the last layer.

    """

    kernel: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    activation: str

    @property
    def inputs(self) -> int:
        """Values that go in."""
        return int(self.kernel.shape[0])

    @property
    def units(self) -> int:
        """Values that come out."""
        return int(self.kernel.shape[1])


@dataclass(frozen=True, eq=False)
class Weights:
    """A dense network at rest: bare arrays and their description.

    Attributes:
        layers: from the first hidden layer to the softmax.
        labels: the name of each class, in the order of the last layer's units.
        provenance: where the weights come from.

    """

    layers: tuple[Dense, ...]
    labels: tuple[str, ...]
    provenance: Provenance

    @property
    def inputs(self) -> int:
        """Values that go into the first layer: an image's pixels."""
        return self.layers[0].inputs

    @property
    def parameters(self) -> int:
        """How many numbers were learnt: 109,386 in the tutorial's network."""
        return sum(layer.kernel.size + layer.bias.size for layer in self.layers)

    @property
    def sha256(self) -> str:
        """SHA-256 of the parameters alone, as 64 hex digits: kernel, bias, kernel, ... as little-endian float32."""
        return parameters_sha256([array for layer in self.layers for array in (layer.kernel, layer.bias)])


def parameters_sha256(arrays: list[npt.NDArray[Any]]) -> str:
    """Return the SHA-256 of the arrays' values, one after the other, in C order and little-endian."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def serialize(weights: Weights) -> bytes:
    """Return the content of a weights file; the same weights give the same bytes.

    Raises:
        WeightsError: the weights are not what :func:`load` would accept.

    """
    with _refused("these weights cannot be written"):
        for i, layer in enumerate(weights.layers):
            _check_arrays(i, layer)
        description = _describe(weights)
        _check_description(description)
        text = json.dumps(description, sort_keys=True, separators=(",", ":"), allow_nan=False)
        content = safetensors.numpy.save(_tensors(weights), metadata={_KEY: text})
        _parse(content)  # what cannot be read back is not written
    return content


def load(path: str | os.PathLike[str]) -> Weights:
    """Read a weights file.

    Raises:
        WeightsError: it is missing, or not exactly what the format says; the message names the file and the reason.

    """
    path = Path(path)
    with _refused(f"{path} is not a weights file of tendigits"):
        return _parse(_read(path))


@contextmanager
def _refused(what: str) -> Iterator[None]:
    """Turn a reason for refusal, a ValueError in all that follows, into a WeightsError that begins with ``what``."""
    try:
        yield
    except OSError as error:
        raise WeightsError(f"{what}: {error.strerror or error}") from error
    except (ValueError, RecursionError, safetensors.SafetensorError) as error:
        raise WeightsError(f"{what}: {error}") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        _check_size(size)
        return file.read(size)


def _parse(content: bytes) -> Weights:
    _check_size(len(content))
    header = _header(content)
    description = _description(header.pop("__metadata__", None))
    _check_entries(header, _expected_shapes(description["layers"]))
    tensors = safetensors.numpy.load(content)
    _check_finite(tensors)
    layers = tuple(
        Dense(tensors[f"layers.{i}.kernel"], tensors[f"layers.{i}.bias"], layer["activation"])
        for i, layer in enumerate(description["layers"])
    )
    _check_range(layers)
    return Weights(layers, tuple(description["labels"]), description["provenance"])


def _describe(weights: Weights) -> dict[str, Any]:
    layers = [
        {"inputs": layer.inputs, "units": layer.units, "activation": layer.activation} for layer in weights.layers
    ]
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "layers": layers,
        "labels": list(weights.labels),
        "preprocessing": _PREPROCESSING,
        "provenance": dict(weights.provenance),
    }


def _tensors(weights: Weights) -> dict[str, npt.NDArray[np.float32]]:
    tensors = {}
    for i, layer in enumerate(weights.layers):
        tensors[f"layers.{i}.kernel"] = np.ascontiguousarray(layer.kernel)
        tensors[f"layers.{i}.bias"] = np.ascontiguousarray(layer.bias)
    return tensors


def _check_arrays(i: int, layer: Dense) -> None:
    kernel, bias = layer.kernel, layer.bias
    if kernel.dtype != np.float32 or bias.dtype != np.float32 or bias.shape != kernel.shape[1:] or bias.ndim != 1:
        raise ValueError(
            f"layer {i} has a kernel {kernel.dtype} {kernel.shape} and a bias {bias.dtype} {bias.shape},"
            " not float32 (inputs, units) and float32 (units,)"
        )


def _check_size(size: int) -> None:
    if size > _MAX_FILE:
        raise ValueError(f"{size:,} bytes are more than {_MAX_FILE:,}")


def _header(content: bytes) -> dict[str, Any]:
    """Parse the header itself, bounded and strictly: safetensors accepts 100 MB, and drops one of two equal names."""
    if content[8:9] != b"{":
        raise ValueError("it is not a safetensors file")
    size = int.from_bytes(content[:8], "little")
    if size > _MAX_HEADER:
        raise ValueError(f"the header claims {size:,} bytes, more than {_MAX_HEADER:,}")
    header = _parse_json(content[8 : 8 + size], "the header")
    if type(header) is not dict:
        raise ValueError("the header is not an object")
    return header


def _description(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict) or metadata.keys() != {_KEY}:
        raise ValueError(f"it does not describe a network: its metadata has not exactly the entry {_KEY!r}")
    if type(metadata[_KEY]) is not str:
        raise ValueError("the description is not a text")
    description = _parse_json(metadata[_KEY].encode(), "the description")
    _check_description(description)
    return dict(description)


def _parse_json(content: bytes, what: str) -> Any:
    try:
        return json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{what} is not JSON: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"it has {max(keys, key=keys.count)!r} twice")
    return value


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _check_description(description: Any) -> None:
    keys = {"format", "version", "layers", "labels", "preprocessing", "provenance"}
    if not isinstance(description, dict) or description.keys() != keys:
        raise ValueError(f"the description has not exactly the keys {', '.join(sorted(keys))}")
    form, version, preprocessing = (description[key] for key in ("format", "version", "preprocessing"))
    if not _same([form, version], [_FORMAT, _VERSION]):
        raise ValueError(f"it is {form!r} version {version!r}, not {_FORMAT!r} {_VERSION}")
    if not _same(preprocessing, _PREPROCESSING):
        raise ValueError(f"the preprocessing is {preprocessing!r}, not {_PREPROCESSING!r}")
    _check_layers(description["layers"])
    _check_labels(description["labels"], description["layers"][-1]["units"])
    _check_provenance(description["provenance"])


def _same(value: Any, expected: Any) -> bool:
    """Tell whether two values are the same in JSON, where 1, 1.0 and true are three."""
    return json.dumps(value) == json.dumps(expected)


def _check_layers(layers: Any) -> None:
    if not isinstance(layers, list) or not 1 <= len(layers) <= MAX_LAYERS:
        raise ValueError(f"there are not 1 to {MAX_LAYERS} layers")
    for i, layer in enumerate(layers):
        _check_layer(i, layer, ("softmax",) if i == len(layers) - 1 else ACTIVATIONS)
        if i and layer["inputs"] != layers[i - 1]["units"]:
            raise ValueError(
                f"layer {i} takes {layer['inputs']:,} values and layer {i - 1} gives {layers[i - 1]['units']:,}"
            )


def _check_layer(i: int, layer: Any, activations: tuple[str, ...]) -> None:
    if not isinstance(layer, dict) or layer.keys() != {"inputs", "units", "activation"}:
        raise ValueError(f"layer {i} has not exactly the keys inputs, units, activation")
    for key in ("inputs", "units"):
        if type(layer[key]) is not int or not 1 <= layer[key] <= MAX_UNITS:
            raise ValueError(f"layer {i} has {key} {layer[key]!r}, not a whole number from 1 to {MAX_UNITS:,}")
    if layer["activation"] not in activations:
        raise ValueError(f"layer {i} ends in {layer['activation']!r}, not in {' or '.join(activations)}")


def _check_labels(labels: Any, units: int) -> None:
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError("the labels are not a list of texts")
    for label in labels:
        if not label.isprintable():
            raise ValueError(f"the label {label!r} cannot be printed")
    if len(labels) != units or len(set(labels)) != units:
        raise ValueError(f"{len(labels)} labels do not name the {units} units of the last layer, each by its own name")


def _check_provenance(provenance: Any) -> None:
    if type(provenance) is not dict:
        raise ValueError("the provenance is not an object")
    for key, value in provenance.items():
        if not key.isprintable() or (isinstance(value, str) and not value.isprintable()):
            raise ValueError(f"the provenance {key!r} cannot be printed: {value!r}")
        is_finite = not isinstance(value, float) or math.isfinite(value)
        if not isinstance(value, str | int | float | bool | None) or not is_finite:
            raise ValueError(f"the provenance {key!r} is {value!r}, no text, finite number, true, false or null")


def _expected_shapes(layers: list[dict[str, Any]]) -> dict[str, list[int]]:
    shapes = {}
    for i, layer in enumerate(layers):
        shapes[f"layers.{i}.kernel"] = [layer["inputs"], layer["units"]]
        shapes[f"layers.{i}.bias"] = [layer["units"]]
    return shapes


def _check_entries(entries: dict[str, Any], shapes: dict[str, list[int]]) -> None:
    if entries.keys() != shapes.keys():
        raise ValueError(f"it has the arrays {', '.join(sorted(entries))}, not {', '.join(sorted(shapes))}")
    for name, shape in shapes.items():
        entry = entries[name]
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
            raise ValueError(f"{name} has not exactly the keys dtype, shape, data_offsets")
        if not _same([entry["dtype"], entry["shape"]], ["F32", shape]):
            raise ValueError(f"{name} is {entry['dtype']} {entry['shape']}, not F32 {shape}")


def _check_finite(tensors: Mapping[str, npt.NDArray[np.float32]]) -> None:
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds values that are not finite")


def _check_range(layers: Iterable[Dense]) -> None:
    """Bound what each layer gives for inputs from 0 to 1, whatever the signs in its kernel and bias."""
    bound: npt.NDArray[np.float32] = np.ones(1, np.float32)
    for i, layer in enumerate(layers):
        with np.errstate(over="ignore", invalid="ignore"):
            bound = np.broadcast_to(bound, layer.inputs) @ np.abs(layer.kernel) + np.abs(layer.bias)
        if not (bound <= _LARGEST).all():
            raise ValueError(
                f"layer {i} may give more than float32 can hold: the network diverged when it was trained; train it"
                " again"
            )
        if layer.activation in ("sigmoid", "tanh"):
            bound = np.ones(1, np.float32)
