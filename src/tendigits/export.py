"""Trained weights as files for other programs: ONNX, and Keras's own.

The ONNX file takes grey levels as they are and has the preprocessing inside; the Keras file is the tutorial's model,
which takes what ``tendigits.prepare`` gives. Both hold standard operators only, no code.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tendigits.errors import ExportError
from tendigits.extras import require
from tendigits.files import write_output
from tendigits.network import PIXELS, to_model
from tendigits.weights import Weights

__all__ = ["Exported", "Tensor", "check_name", "export", "to_keras", "to_onnx"]

_OPSET, _IR_VERSION = 13, 7
"""ONNX 1.8 of 2020: the oldest operators that say it all, for the most runtimes; onnxruntime reads them since 1.6."""

_OPERATOR = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax"}


@dataclass(frozen=True)
class Tensor:
    """An array that goes into a network or comes out.

    Attributes:
        name: by which a runtime knows it.
        dtype: as NumPy calls it.
        shape: ``"batch"`` stands for any number.
        meaning: of its values.

    """

    name: str
    dtype: str
    shape: tuple[str | int, ...]
    meaning: str

    def __str__(self) -> str:
        return f"{self.name} {self.dtype} ({', '.join(map(str, self.shape))}), {self.meaning}"


@dataclass(frozen=True)
class Exported:
    """A network as another program meets it.

    Attributes:
        format: onnx or keras.
        input: what it takes.
        outputs: what it gives.

    """

    format: str
    input: Tensor
    outputs: tuple[Tensor, ...]

    def __str__(self) -> str:
        outputs = "; ".join(map(str, self.outputs))
        return f"takes {self.input}; gives {outputs}"

    def as_dict(self) -> dict[str, Any]:
        """Return what ``tendigits export --json`` prints of it."""
        return asdict(self)


def export(weights: Weights, path: str | os.PathLike[str]) -> Exported:
    """Write weights in the format that the file's name ends in, whole or not at all.

    Returns:
        What the written network takes and gives.

    Raises:
        ExportError: the name ends in no format's suffix.
        MissingExtraError: what writes that format is not installed.
        TendigitsError: the file cannot be written.

    """
    path = Path(path)
    check_name(path)
    describe, build = _FORMATS[path.suffix.lower()]
    write_output(path, build(weights))
    return describe(weights)


def check_name(path: Path) -> None:
    """Check that a file's name ends in the suffix of a format.

    Raises:
        ExportError: it does not.

    """
    if path.suffix.lower() not in _FORMATS:
        raise ExportError(f"{path} names no format: expected a name that ends in {' or '.join(_FORMATS)}")


def to_onnx(weights: Weights) -> bytes:
    """Return an ONNX model; the same weights give the same bytes.

    Its metadata hold ``labels``, the names of the classes, and ``provenance``, both as JSON, and ``sha256``, that of
    the parameters.

    Raises:
        MissingExtraError: the package onnx is not installed.

    """
    onnx = require("onnx", "onnx")
    interface = _onnx_interface(weights)
    graph = onnx.helper.make_graph(
        _nodes(weights, onnx),
        "dense_network",
        inputs=[_value_info(interface.input, onnx)],
        outputs=[_value_info(output, onnx) for output in interface.outputs],
        initializer=[onnx.numpy_helper.from_array(array, name) for name, array in _constants(weights).items()],
    )
    model = onnx.helper.make_model(
        graph,
        ir_version=_IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", _OPSET)],
        producer_name="tendigits",
        doc_string=str(interface),
    )
    onnx.helper.set_model_props(model, _metadata(weights))
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _onnx_interface(weights: Weights) -> Exported:
    pixels = (28, 28) if weights.inputs == PIXELS else (weights.inputs,)
    return Exported(
        "onnx",
        Tensor("images", "uint8", ("batch", *pixels), "0 to 255, ink bright"),
        (
            Tensor("probabilities", "float32", ("batch", len(weights.labels)), "of each class"),
            Tensor("labels", "int64", ("batch",), "the most probable class, counted from 0"),
        ),
    )


def _nodes(weights: Weights, onnx: Any) -> list[Any]:
    """Return the operators in the order of computation: preprocessing, the layers, the most probable class."""
    node = onnx.helper.make_node
    nodes = [
        node("Cast", ["images"], ["grey_levels"], to=onnx.TensorProto.FLOAT),
        node("Div", ["grey_levels", "scale"], ["scaled"]),
        node("Flatten", ["scaled"], ["pixels"], axis=1),
    ]
    x = "pixels"
    for i, layer in enumerate(weights.layers):
        is_last = i == len(weights.layers) - 1
        y = "probabilities" if is_last else f"layers.{i}.output"
        nodes += [
            node("Gemm", [x, f"layers.{i}.kernel", f"layers.{i}.bias"], [f"layers.{i}.sum"]),
            node(_OPERATOR[layer.activation], [f"layers.{i}.sum"], [y]),
        ]
        x = y
    return [*nodes, node("ArgMax", ["probabilities"], ["labels"], axis=1, keepdims=0)]


def _constants(weights: Weights) -> dict[str, Any]:
    """Return the arrays that the operators use: the layers' under the names that they have in the weights file."""
    constants: dict[str, Any] = {"scale": np.array(255, np.float32)}
    for i, layer in enumerate(weights.layers):
        constants |= {f"layers.{i}.kernel": layer.kernel, f"layers.{i}.bias": layer.bias}
    return constants


def _value_info(tensor: Tensor, onnx: Any) -> Any:
    dtype = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(tensor.dtype))
    return onnx.helper.make_tensor_value_info(tensor.name, dtype, tensor.shape, doc_string=tensor.meaning)


def _metadata(weights: Weights) -> dict[str, str]:
    return {
        "labels": json.dumps(weights.labels),
        "provenance": json.dumps(dict(weights.provenance), sort_keys=True),
        "sha256": weights.sha256,
    }


def to_keras(weights: Weights) -> bytes:
    """Return a ``.keras`` file: a Sequential of Dense layers, compiled as in the tutorial.

    Raises:
        MissingExtraError: Keras or its backend is not installed.

    """
    model = to_model(weights)
    model.optimizer.build(model.trainable_variables)  # Keras warns of a file whose optimizer has not been built
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        model.save(file)
        return file.read_bytes()


def _keras_interface(weights: Weights) -> Exported:
    return Exported(
        "keras",
        Tensor("images", "float32", ("batch", weights.inputs), "0 to 1, ink bright"),
        (Tensor("probabilities", "float32", ("batch", len(weights.labels)), "of each class"),),
    )


_FORMATS: Mapping[str, tuple[Callable[[Weights], Exported], Callable[[Weights], bytes]]] = {
    ".onnx": (_onnx_interface, to_onnx),
    ".keras": (_keras_interface, to_keras),
}
"""By the suffix of a file's name: what the network takes and gives there, and what makes the file."""
