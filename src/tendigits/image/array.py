"""Pixels that come as a NumPy array."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tendigits.errors import ImageError
from tendigits.image.limits import check_size
from tendigits.image.picture import RGB, assembled, bands
from tendigits.image.tones import on_white, scaled, white_of

__all__ = ["from_array", "from_rows"]

_NAME = "the array given"


def from_array(array: NDArray[Any]) -> RGB:
    """Return an array as RGB.

    Args:
        array: uint8, uint16, bool or floating, (h, w), (h, w, 1), (h, w, 3), or (h, w, 4) with opacity.

    Raises:
        ImageError: the array is none of these, or too large.

    """
    _check(array)
    pixels = np.asarray(array).reshape(*array.shape[:2], -1)
    return from_rows(pixels, _white(pixels))


def from_rows(pixels: NDArray[Any], white: float) -> RGB:
    """Return pixels (height, width, channels) as RGB: grey or colours, and with 2 or 4 channels opacity, the last."""
    height, width, channels = pixels.shape

    def band(first: int, end: int) -> NDArray[np.uint8]:
        values = scaled(pixels[first:end], white)
        return on_white(values[..., :-1], values[..., -1:]) if channels in (2, 4) else values

    return assembled(width, height, band)


def _check(array: NDArray[Any]) -> None:
    shaped = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if not shaped or (array.dtype.kind not in "bf" and array.dtype.newbyteorder("=") not in (np.uint8, np.uint16)):
        raise ImageError(
            f"an array of {array.dtype} {array.shape} is no image; expected uint8, uint16, bool or floating from 0 to"
            f" 1, (height, width), (height, width, 1), (height, width, 3) or (height, width, 4){_remedy(array)}"
        )
    check_size(array.shape[1], array.shape[0], _NAME)


def _remedy(array: NDArray[Any]) -> str:
    """Return what to do with integers of other sizes, as NumPy makes of lists."""
    return ": if 255 is white in it, pass array.astype(numpy.uint8)" if array.dtype.kind in "iu" else ""


def _white(pixels: NDArray[Any]) -> float:
    if pixels.dtype == np.bool:
        return 1
    if pixels.dtype == np.uint8:
        return 255
    height, width, _ = pixels.shape
    return white_of((pixels[first:end] for first, end in bands(width, height)), _NAME)
