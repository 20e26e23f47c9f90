"""A picture put together band by band, turned upright on the way: memory is taken for it once, and never for a copy."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["RGB", "Undecoded", "assembled", "bands"]

RGB = NDArray[np.uint8]
"""uint8 (height, width, 3), red, green and blue."""

Undecoded = Callable[[], RGB]
"""A page that takes no memory before it is called."""

_BAND_PIXELS = 2**19

_TURNS = {
    1: (False, 1, 1),
    2: (False, 1, -1),
    3: (False, -1, -1),
    4: (False, -1, 1),
    5: (True, 1, 1),
    6: (True, 1, -1),
    7: (True, -1, -1),
    8: (True, -1, 1),
}
"""EXIF's orientations (Exif 3.0, section 4.6.5): rows and columns swapped, then rows and columns in which direction."""


def bands(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each band, and the first after it."""
    rows = max(1, _BAND_PIXELS // width)
    for first in range(0, height, rows):
        yield first, min(first + rows, height)


def assembled(width: int, height: int, band: Callable[[int, int], NDArray[np.uint8]], orientation: int = 1) -> RGB:
    """Put a picture together.

    Args:
        width: as it is stored.
        height: as it is stored.
        band: gives the rows from a first one to one before another, (rows, width, 3), or (rows, width, 1) of grey.
        orientation: EXIF's number for how it has to be turned, 1 to 8.

    """
    swapped, down, across = _TURNS[orientation]
    upright = np.empty((width, height, 3) if swapped else (height, width, 3), np.uint8)
    stored = upright[::down, ::across]
    if swapped:
        stored = stored.swapaxes(0, 1)
    for first, end in bands(width, height):
        stored[first:end] = band(first, end)
    return upright
