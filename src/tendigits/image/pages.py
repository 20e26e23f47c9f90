"""Pixels from whatever a user hands over: a path, bytes, a binary file object or a NumPy array."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tendigits.image.array import from_array
from tendigits.image.formats import pages_in
from tendigits.image.picture import RGB, Undecoded
from tendigits.image.source import Source, content_of

__all__ = ["pages", "undecoded"]


def pages(source: Source | NDArray[Any]) -> Iterator[RGB]:
    """Yield the pages of an image: uint8 (height, width, 3), RGB, upright, ink as dark as it is on the paper.

    A TIFF has as many pages as it holds, and one at a time is decoded; of an animation the first picture is read, and
    any other image is one page. Every page is an array of its own, which the caller may change.

    What is transparent lies on white. Colours are taken as sRGB: no colour profile is applied, because ink is dark and
    paper bright in any of them. Greys of more than 8 bits are scaled as ``tendigits.image.tones`` says.

    Nothing is set in Pillow or in ``warnings``, and any number of threads may read at once.

    Args:
        source: the path of a file; the file's content as bytes, bytearray or memoryview; a file object opened in
            binary mode, read from its beginning where it can be sought and from where it stands where it can't; or the
            pixels: uint8, uint16, bool (True is white) or floating (0 black, 1 white), shaped (height, width),
            (height, width, 1), (height, width, 3) or (height, width, 4), the fourth channel being opacity.

    Raises:
        ImageError: it is none of these, cannot be read, is cut short or damaged, or is larger than
            ``tendigits.image.limits`` allows; in a TIFF of several pages when the page concerned is asked for.

    """
    for decode in undecoded(source):
        yield decode()


def undecoded(source: Source | NDArray[Any]) -> Iterator[Undecoded]:
    """Yield the pages of an image as functions that decode them: whether there is another is known before any is.

    Args:
        source: as for :func:`pages`.

    Raises:
        ImageError: as of :func:`pages`; what is wrong with a page alone is raised when it is decoded.

    """
    if isinstance(source, np.ndarray):
        yield partial(from_array, source)
    else:
        yield from pages_in(*content_of(source))
