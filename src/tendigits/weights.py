"""The weights file: safetensors, with a closed description of dense layers.

A weights file is data, never code. It holds, besides the arrays ``layers.<i>.kernel`` (inputs, units) and
``layers.<i>.bias`` (units), both float32, one metadata entry ``tendigits``: JSON with exactly these keys::

    {"format": "tendigits dense network", "version": 1,
     "layers": [{"inputs": 784, "units": 128, "activation": "relu"}, ...],
     "labels": ["0", "1", ...],
     "preprocessing": {"scale": 255},
     "provenance": {"seed": 1, ...}}

Refused: another format or version, a key too many or too few, sizes that do not chain or do not match the arrays, an
array too many or too few, another dtype, a value that is not finite, a last layer that is not softmax over the labels.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from tendigits.errors import WeightsError

__all__ = ["ACTIVATIONS", "Dense", "Provenance", "Weights", "load", "parameters_sha256", "serialize"]

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
_MAX_LAYERS = 16
_MAX_UNITS = 65_536


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
    what = Path("these weights")
    description = _describe(weights)
    _check_description(description, what)
    tensors = _tensors(weights)
    _check_finite(tensors, what)
    text = json.dumps(description, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return safetensors.numpy.save(tensors, metadata={_KEY: text})


def load(path: str | os.PathLike[str]) -> Weights:
    """Read a weights file.

    Raises:
        WeightsError: it is missing, or not exactly what the format says; the message names the file and the reason.

    """
    path = Path(path)
    _check_size(path)
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            description = _parse_description((file.metadata() or {}).get(_KEY), path)
            shapes = _expected_shapes(description)
            _check_tensors(file, shapes, path)
            tensors = {name: file.get_tensor(name) for name in shapes}
    except (OSError, safetensors.SafetensorError) as error:
        _refuse(path, str(error), error)
    _check_finite(tensors, path)
    layers = tuple(
        Dense(tensors[f"layers.{i}.kernel"], tensors[f"layers.{i}.bias"], layer["activation"])
        for i, layer in enumerate(description["layers"])
    )
    return Weights(layers, tuple(description["labels"]), description["provenance"])


def _refuse(path: Path, reason: str, cause: BaseException | None = None) -> NoReturn:
    raise WeightsError(f"{path} is not a weights file of tendigits: {reason}") from cause


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


def _check_size(path: Path) -> None:
    """Bound the file and its header before anything is parsed: safetensors itself accepts headers of 100 MB."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = int.from_bytes(file.read(8), "little")
    except OSError as error:
        _refuse(path, error.strerror or str(error), error)
    if size > _MAX_FILE:
        _refuse(path, f"it has {size:,} bytes, more than {_MAX_FILE:,}")
    if header > _MAX_HEADER:
        _refuse(path, f"its header claims {header:,} bytes, more than {_MAX_HEADER:,}")


def _parse_description(text: str | None, path: Path) -> dict[str, Any]:
    if text is None:
        _refuse(path, "it does not describe a network")
    try:
        description = json.loads(text)
    except (ValueError, RecursionError) as error:
        _refuse(path, f"its description is not JSON: {error}", error)
    _check_description(description, path)
    return dict(description)


def _check_description(description: Any, path: Path) -> None:
    keys = {"format", "version", "layers", "labels", "preprocessing", "provenance"}
    if not isinstance(description, dict) or description.keys() != keys:
        _refuse(path, f"its description has not exactly the keys {', '.join(sorted(keys))}")
    if description["format"] != _FORMAT or description["version"] != _VERSION:
        _refuse(path, f"it is {description['format']!r} version {description['version']!r}, not {_FORMAT!r} {_VERSION}")
    if description["preprocessing"] != _PREPROCESSING:
        _refuse(path, f"its preprocessing is {description['preprocessing']!r}, not {_PREPROCESSING!r}")
    _check_layers(description["layers"], path)
    _check_labels(description["labels"], description["layers"][-1]["units"], path)
    _check_provenance(description["provenance"], path)


def _check_layers(layers: Any, path: Path) -> None:
    if not isinstance(layers, list) or not 1 <= len(layers) <= _MAX_LAYERS:
        _refuse(path, f"it has not 1 to {_MAX_LAYERS} layers")
    for i, layer in enumerate(layers):
        if not isinstance(layer, dict) or layer.keys() != {"inputs", "units", "activation"}:
            _refuse(path, f"layer {i} has not exactly the keys inputs, units, activation")
        for key in ("inputs", "units"):
            if type(layer[key]) is not int or not 1 <= layer[key] <= _MAX_UNITS:
                _refuse(path, f"layer {i} has {key} {layer[key]!r}, not a whole number from 1 to {_MAX_UNITS:,}")
        allowed = ("softmax",) if layer is layers[-1] else ACTIVATIONS
        if layer["activation"] not in allowed:
            _refuse(path, f"layer {i} ends in {layer['activation']!r}, not in {' or '.join(allowed)}")
        if i and layer["inputs"] != layers[i - 1]["units"]:
            _refuse(
                path, f"layer {i} takes {layer['inputs']:,} values and layer {i - 1} gives {layers[i - 1]['units']:,}"
            )


def _check_labels(labels: Any, units: int, path: Path) -> None:
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        _refuse(path, "its labels are not a list of texts")
    if len(labels) != units or len(set(labels)) != units:
        _refuse(path, f"its {len(labels)} labels do not name the {units} units of the last layer, each by its own name")


def _check_provenance(provenance: Any, path: Path) -> None:
    if not isinstance(provenance, dict):
        _refuse(path, "its provenance is not an object")
    for key, value in provenance.items():
        if not isinstance(value, str | int | float | bool | None):
            _refuse(path, f"its provenance {key!r} is a {type(value).__name__}")


def _expected_shapes(description: dict[str, Any]) -> dict[str, list[int]]:
    shapes = {}
    for i, layer in enumerate(description["layers"]):
        shapes[f"layers.{i}.kernel"] = [layer["inputs"], layer["units"]]
        shapes[f"layers.{i}.bias"] = [layer["units"]]
    return shapes


def _check_tensors(file: Any, shapes: dict[str, list[int]], path: Path) -> None:
    if set(file.keys()) != set(shapes):
        _refuse(path, f"it has the arrays {', '.join(sorted(file.keys()))}, not {', '.join(sorted(shapes))}")
    for name, shape in shapes.items():
        array = file.get_slice(name)
        if array.get_dtype() != "F32" or list(array.get_shape()) != shape:
            _refuse(path, f"{name} is {array.get_dtype()} {array.get_shape()}, not F32 {shape}")


def _check_finite(tensors: Mapping[str, npt.NDArray[np.float32]], path: Path) -> None:
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            _refuse(path, f"{name} holds values that are not finite")
