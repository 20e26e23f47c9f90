"""A request to infer, parsed once, and the answer to it, written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from reprlib import repr as quoted
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json as parsed
from pydantic_core import to_json

from tendigits.data import Array
from tendigits.serving.protocol.tensors import Declared, declared, from_bytes, from_json, written
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Limits

__all__ = ["MODEL", "OUTPUTS", "Answer", "InferRequest", "Output", "answer", "length_of_json", "parse"]

MODEL = "tendigits"
"""What the model is called."""

Probabilities = npt.NDArray[np.float32]

OUTPUTS: Mapping[str, Callable[[Probabilities], npt.NDArray[Any]]] = {
    "probabilities": lambda probabilities: probabilities,
    "labels": lambda probabilities: probabilities.argmax(axis=1).astype(np.int64, copy=False),
}
"""What can be asked for, and how it follows from probabilities, float32 (n, 10)."""

_SHORT = 512
"""Bytes of JSON that may be remembered: it holds no images then, or they would not fit."""

_ID = b'"id"'
"""Stands where a client gives each request a name of its own: such JSON does not come again."""

_REFUSED = ("shared_memory_region", "classification")
"""Parameters of Triton's other extensions, which change what a tensor is: they are not passed over."""


@dataclass(frozen=True)
class Output:
    """What is asked for.

    Attributes:
        name: one of :data:`OUTPUTS`.
        binary: whether its values are to come as bytes, and not as JSON.

    """

    name: str
    binary: bool


@dataclass(frozen=True, eq=False)
class InferRequest:
    """A request that can be answered.

    Attributes:
        id: what the client calls it; None for nothing.
        images: uint8, or float32 from 0 to 1, (n, 28, 28) or (n, 784), ink bright.
        outputs: what is asked for, at least one.

    """

    id: str | None
    images: Array
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Answer:
    """An answer as it is sent.

    Attributes:
        body: JSON, and behind it the bytes of tensors.
        json_length: how much of it is JSON, where more follows; else None.

    """

    body: bytes
    json_length: int | None


def parse(body: bytes, json_length: int, limits: Limits) -> InferRequest:
    """Parse a request.

    Args:
        body: all of it.
        json_length: how much of it is JSON, as :func:`length_of_json` says.
        limits: how much there may be.

    Raises:
        Refused: it is not a request that this model answers.

    """
    if json_length > limits.json_bytes:
        raise Refused(
            413,
            f"the request has {json_length:,} bytes of JSON, and {limits.json_bytes:,} are taken; send large batches in"
            " the binary form, or in several requests",
        )
    text, binary = body[:json_length], memoryview(body)[json_length:]
    head = (_known if json_length <= _SHORT and _ID not in text else _head)(text, limits.digits)
    if (head.size or 0) != len(binary):
        raise Refused(400, f"{len(binary):,} bytes follow the JSON{_remedy(head.size)}")
    images = from_json(head.images, head.data) if head.size is None else from_bytes(head.images, binary)
    return InferRequest(head.id, images, head.outputs)


def _remedy(told: int | None) -> str:
    """Say what to do where other bytes follow the JSON than it tells."""
    if told is None:
        return "; give their number as binary_data_size in the input's parameters"
    return f", and binary_data_size is {quoted(told)}; as many are expected"


def answer(request: InferRequest, probabilities: Probabilities, version: str) -> Answer:
    """Write the answer to a request.

    Args:
        request: what was asked.
        probabilities: of each digit in each image: float32 (n, 10).
        version: of the model.

    """
    content: dict[str, Any] = {"model_name": MODEL, "model_version": version}
    if request.id is not None:
        content["id"] = request.id
    tensors, binaries = [], []
    for output in request.outputs:
        tensor, values = written(output.name, OUTPUTS[output.name](probabilities), binary=output.binary)
        tensors.append(tensor)
        if output.binary:
            binaries.append(values)
    content["outputs"] = tensors
    text = to_json(content)
    return Answer(b"".join([text, *binaries]), len(text) if binaries else None)


def length_of_json(given: str | None, most: int) -> int:
    """Return how many bytes of a body are JSON.

    Args:
        given: the header Inference-Header-Content-Length; None where there is none, and all of it is.
        most: the body's bytes.

    Raises:
        Refused: the header is no such number.

    """
    if given is None:
        return most
    length = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else -1
    if not 0 <= length <= most:
        raise Refused(
            400,
            f"the header Inference-Header-Content-Length is {quoted(given)}; expected how many of the body's"
            f" {most:,} bytes are JSON",
        )
    return length


@dataclass(frozen=True, eq=False)
class _Head:
    """What the JSON of a request says.

    Attributes:
        id: as the request has it.
        outputs: as the request has them.
        images: what the input is.
        size: how many bytes of it follow the JSON; None where it is in ``data``.
        data: its values, not looked at yet.

    """

    id: str | None
    outputs: tuple[Output, ...]
    images: Declared
    size: int | None
    data: Any


def _head(text: bytes, most: int) -> _Head:
    """Return what the JSON of a request says.

    Args:
        text: the JSON.
        most: images that there may be.

    """
    request = _object(_decoded(text), "the request")
    name, parameters = request.get("id"), _parameters(request, "the parameters of the request")
    if name is not None and not isinstance(name, str):
        raise Refused(400, f"the id is {quoted(name)}; expected a text")
    outputs = _outputs(request.get("outputs"), binary=_flag(parameters, "binary_data_output"))
    tensor = _input(request.get("inputs"))
    size = _parameters(tensor, "the parameters of the input").get("binary_data_size")
    if size is not None and type(size) is not int:
        raise Refused(400, f"the parameter binary_data_size is {quoted(size)}; expected a number of bytes")
    data = tensor.get("data")
    if size is not None and data is not None:
        raise Refused(400, "the input has both data and binary_data_size; leave one of the two out")
    return _Head(name, outputs, declared(tensor, most), size, data)


_known = lru_cache(maxsize=256)(_head)
"""A client that sends its images in the binary form sends the same JSON before them again and again."""


def _decoded(text: bytes) -> Any:
    try:
        # In half the time that Python's own takes; values are a client's own, and not kept for others to share.
        return parsed(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Refused(400, f"the request is not JSON: {error}") from error


def _object(value: Any, what: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise Refused(400, f"{what} is {quoted(value)}; expected an object")
    return value


def _parameters(holder: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return the parameters of the request, an input or an output: those that are not known are passed over."""
    given = holder.get("parameters")
    parameters = {} if given is None else _object(given, what)
    for name in _REFUSED:
        if name in parameters:
            raise Refused(400, f"{what} have {name}, of an extension that this server does not have")
    return parameters


def _flag(parameters: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    value = parameters.get(name, default)
    if type(value) is not bool:
        raise Refused(400, f"the parameter {name} is {quoted(value)}; expected true or false")
    return value


def _outputs(wanted: Any, *, binary: bool) -> tuple[Output, ...]:
    """Return what is asked for: all there is where nothing is named."""
    if wanted is None or wanted == []:
        return tuple(Output(name, binary) for name in OUTPUTS)
    if type(wanted) is not list:
        raise Refused(400, f"outputs is {quoted(wanted)}; expected a list")
    outputs = tuple(_output(_object(each, "an output"), binary=binary) for each in wanted)
    if len({output.name for output in outputs}) != len(outputs):
        raise Refused(400, "outputs names one twice; name each once")
    return outputs


def _output(wanted: Mapping[str, Any], *, binary: bool) -> Output:
    name = wanted.get("name")
    if not isinstance(name, str) or name not in OUTPUTS:
        raise Refused(400, f"there is no output {quoted(name)}; there are {' and '.join(OUTPUTS)}")
    return Output(name, _flag(_parameters(wanted, "the parameters of an output"), "binary_data", default=binary))


def _input(inputs: Any) -> dict[str, Any]:
    """Return the one input that there is to be."""
    if type(inputs) is not list or len(inputs) != 1:
        raise Refused(400, f"inputs is {quoted(inputs)}; expected a list of one, which is called images")
    return _object(inputs[0], "the input")
