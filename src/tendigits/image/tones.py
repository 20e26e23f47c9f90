"""Greys and colours of any depth as 8 bits: 0 black, 255 white.

Integers of more than 8 bits are taken to have as many as they use: 8, 10, 12, 14, 16, 24 or 32, by the greatest value
of the picture. Microscopes, X-ray machines and many scanners put 12 bits into 16, and taken for 16 such a page would be
black; a page that has white paper on it uses all the bits it has.

Floating values are 0 to 1 in arrays. A file's may also reach to 255 or to 65,535: it has no better way to say so.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tendigits.errors import ImageError

__all__ = ["on_white", "scaled", "white_of"]

_DEPTHS = (8, 10, 12, 14, 16, 24, 32)

_HALF_A_LEVEL = 0.5 / 255
"""How far a floating value may lie beyond black and white: rounding takes it there, and no grey becomes another."""


def white_of(bands: Iterable[NDArray[Any]], name: str, *, floating: tuple[float, ...] = (1.0,)) -> float:
    """Return the value that stands for white in a picture.

    Args:
        bands: all of its values, in any pieces, integers or floating.
        name: what errors call the picture.
        floating: the values that can stand for white in a floating picture, ascending.

    Raises:
        ImageError: values are negative, not finite, or greater than any white.

    """
    extremes = [(band.min().item(), band.max().item(), band.dtype.kind) for band in bands]
    least, most = np.min([low for low, _, _ in extremes]).item(), np.max([high for _, high, _ in extremes]).item()
    is_floating = extremes[0][2] == "f"
    whites = floating if is_floating else tuple(2**depth - 1 for depth in _DEPTHS)
    beyond = _HALF_A_LEVEL if is_floating else 0
    white = next((white for white in whites if most <= white * (1 + beyond)), None)
    if white is None or least < -beyond * white:  # NaN too comes here
        reach = f"{_exactly(least)} to {_exactly(most)}"
        raise ImageError(f"{name}: its values reach from {reach}; expected 0 (black) to {_exactly(whites[-1])}")
    return white


def _exactly(value: float) -> str:
    return repr(value).removesuffix(".0")


def scaled(values: NDArray[Any], white: float) -> NDArray[np.uint8]:
    """Return values from 0 to ``white`` as uint8 from 0 to 255, rounded; what is a little beyond is black or white."""
    if values.dtype == np.uint8 and white == 255:
        return values
    return np.clip(np.rint(values * (255 / np.float64(white))), 0, 255).astype(np.uint8)


def on_white(colours: NDArray[np.uint8], opacity: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay (height, width, 3) with opacity (height, width, 1) on white paper, rounded to the nearest level."""
    weight = opacity.astype(np.uint16)
    return ((colours * weight + 255 * (255 - weight) + 127) // 255).astype(np.uint8)
