"""Tensors as they travel: images that come in, as JSON or as bytes, and what goes out for them.

Nothing is believed: a tensor's name, type and shape say how many values there are to be, and of which kind and size,
before any is looked at.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from reprlib import repr as quoted
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.data import Array
from tendigits.data.normalization import SIDE
from tendigits.serving.refusal import Refused

__all__ = ["INPUT", "Declared", "declared", "from_bytes", "from_json", "written"]

INPUT = "images"

_DTYPES: Mapping[str, np.dtype[Any]] = {"UINT8": np.dtype(np.uint8), "FP32": np.dtype("<f4")}
"""The types of images: grey levels of 0 to 255, or 0 to 1."""

_SHAPES = ((SIDE, SIDE), (SIDE * SIDE,))
"""The shapes of one image."""

_WRITTEN: Mapping[np.dtype[Any], tuple[str, np.dtype[Any]]] = {
    np.dtype(np.float32): ("FP32", np.dtype("<f4")),
    np.dtype(np.int64): ("INT64", np.dtype("<i8")),
}
"""What outputs are called, and how they are sent: little-endian, whatever the machine is."""


@dataclass(frozen=True)
class Declared:
    """What a tensor says of itself, and may say.

    Attributes:
        dtype: of its values.
        shape: (n, 28, 28) or (n, 784).

    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many values it has."""
        return math.prod(self.shape)


def declared(tensor: Mapping[str, Any], most: int) -> Declared:
    """Return what an input says of itself.

    Args:
        tensor: the input, as JSON has it.
        most: images that there may be.

    Raises:
        Refused: it is not what the model takes.

    """
    if tensor.get("name") != INPUT:
        raise Refused(400, f"the input is called {quoted(tensor.get('name'))}; the model takes one called {INPUT}")
    datatype, shape = tensor.get("datatype"), tensor.get("shape")
    dtype = _DTYPES.get(datatype) if isinstance(datatype, str) else None
    if dtype is None:
        raise Refused(400, f"images are of the datatype {quoted(datatype)}; expected UINT8 (0 to 255) or FP32 (0 to 1)")
    if not isinstance(shape, list) or any(type(side) is not int for side in shape) or tuple(shape[1:]) not in _SHAPES:
        raise Refused(400, f"images have the shape {quoted(shape)}; expected [n, 28, 28] or [n, 784]")
    if shape[0] < 0:
        raise Refused(400, f"images have the shape {quoted(shape)}; expected a number of images that is not negative")
    if shape[0] > most:
        raise Refused(413, f"{quoted(shape[0])} images in a batch; at most {most:,} are taken: send several batches")
    return Declared(dtype, tuple(shape))


def from_bytes(tensor: Declared, content: bytes | memoryview) -> Array:
    """Return images that came as bytes, little-endian.

    Args:
        tensor: what they are.
        content: their values, and nothing else.

    Returns:
        uint8 or float32, of the shape that the tensor says; a view of the bytes.

    Raises:
        Refused: there are not as many bytes, or a value is out of range.

    """
    expected = tensor.size * tensor.dtype.itemsize
    if len(content) != expected:
        raise Refused(400, f"images of this datatype and shape have {expected:,} bytes, and {len(content):,} were sent")
    return _in_range(np.frombuffer(content, tensor.dtype).reshape(tensor.shape))


def from_json(tensor: Declared, data: Any) -> Array:
    """Return images that came as JSON.

    Args:
        tensor: what they are.
        data: their values, in lists within lists as the shape says, or all in one.

    Returns:
        uint8 or float32, of the shape that the tensor says.

    Raises:
        Refused: there are not as many values, or one is no number or out of range.

    """
    values = _flat(data, tensor.shape)
    if len(values) != tensor.size:
        raise Refused(400, f"images of this shape have {tensor.size:,} values, and there are {len(values):,} in data")
    is_whole = tensor.dtype == np.uint8
    # Looked at before NumPy does: it would make of one long text among them an array of texts as long.
    if not set(map(type, values)) <= ({int} if is_whole else {int, float}):
        raise Refused(400, f"data holds something else than {'whole numbers' if is_whole else 'numbers'}")
    try:
        exact = np.array(values, np.int64 if is_whole else np.float64).reshape(tensor.shape)
    except OverflowError as error:
        raise Refused(400, _out_of_range(tensor.dtype)) from error
    return _in_range(exact, tensor.dtype).astype(tensor.dtype)


def _flat(data: Any, shape: tuple[int, ...]) -> list[Any]:
    """Return the values of nested lists, or of one that is not nested."""
    if type(data) is not list:
        raise Refused(400, "the input images has no data: expected a list, or binary_data_size in its parameters")
    if not data or type(data[0]) is not list:
        return data
    values = data
    for side in shape[1:]:
        if set(map(type, values)) != {list} or set(map(len, values)) != {side}:
            raise Refused(400, f"the lists of data are not nested as the shape {list(shape)} says")
        values = list(chain.from_iterable(values))
    return values


def _in_range(values: Array, dtype: np.dtype[Any] | None = None) -> Array:
    """Return values that are grey levels of their type, all of them."""
    dtype = dtype or values.dtype
    if values.dtype == np.uint8 or not values.size:
        return values
    white = 255 if dtype == np.uint8 else 1
    if not (values.min() >= 0 and values.max() <= white):  # of NaN neither is true
        raise Refused(400, _out_of_range(dtype))
    return values


def _out_of_range(dtype: np.dtype[Any]) -> str:
    reach = "0 to 255 (UINT8)" if dtype == np.uint8 else "0 to 1 (FP32), and finite"
    return f"the values of images are not all from {reach}; 0 is paper, and the greatest is ink"


def written(name: str, array: npt.NDArray[Any], *, binary: bool) -> tuple[dict[str, Any], bytes]:
    """Return an output: its part of the JSON, and the bytes that follow that, none where all is in it.

    Args:
        name: what it is called.
        array: float32 or int64.
        binary: whether its values follow as bytes.

    """
    datatype, sent = _WRITTEN[array.dtype]
    tensor = {"name": name, "datatype": datatype, "shape": list(array.shape)}
    if not binary:
        return tensor | {"data": array.ravel().tolist()}, b""
    content = array.astype(sent, copy=False).tobytes()
    return tensor | {"parameters": {"binary_data_size": len(content)}}, content
