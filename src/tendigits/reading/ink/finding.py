"""All steps in their order, from a page to its ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tendigits.image.picture import RGB
from tendigits.reading.ink.contrast import coarsened, contrast_of, in_squares
from tendigits.reading.ink.erasing import without_rules
from tendigits.reading.ink.noise import above_noise
from tendigits.reading.ink.parts import ink_parts
from tendigits.reading.ink.polarity import dark_ink
from tendigits.reading.ink.sheet import beside_the_sheet
from tendigits.reading.ink.size import LONGEST, LONGEST_OF_SMALL_WRITING, is_cropped, resized
from tendigits.reading.ink.strokes import evened
from tendigits.reading.ink.width import stroke_width

__all__ = ["Ink", "find_ink"]

_SMALL_WRITING = 3.0
"""Strokes this thin at the usual size, in pixels, are looked at again in a larger picture."""

_MUCH_LARGER = 1.5
"""Pictures must be so many times as large for that to show more."""

_ICON = 56
"""Pixels along the shorter side: up to here a page is one digit, whose straight strokes are as long as the page."""


@dataclass(frozen=True, eq=False)
class Ink:
    """What is written on a page.

    Attributes:
        strength: uint8 (height, width): ink bright on exactly 0; full ink is about 255, and grey levels survive.
        doubtful: the same, of what is not taken for ink and may be: what is much fainter than the rest, as pencil
            beside a marker, and straight lines that may be the edge of something.
        scale: pixels of the page for one of strength, along both axes.
        stroke_width: typical width of strokes, in pixels of strength; 0 where there is no ink.

    """

    strength: NDArray[np.uint8]
    doubtful: NDArray[np.uint8]
    scale: float
    stroke_width: float


def find_ink(page: RGB) -> Ink:
    """Find what is written on a page, dark on light or light on dark.

    Args:
        page: uint8 (height, width, 3), RGB, upright.

    """
    page = page if dark_ink(page) else np.invert(page)
    ink = _ink_at(page, LONGEST)
    if 0 < ink.stroke_width < _SMALL_WRITING and ink.scale > _MUCH_LARGER:
        return _ink_at(page, LONGEST_OF_SMALL_WRITING)
    return ink


def _ink_at(page: RGB, longest: int) -> Ink:
    picture, scale = resized(page, longest)
    squares = in_squares(picture)
    coarse = coarsened(squares)
    cropped = is_cropped(page)
    beside = None if cropped else beside_the_sheet(coarse)
    signal = above_noise(contrast_of(squares, coarse), beside).cropped(*picture.shape[:2])
    if min(page.shape[:2]) > _ICON:
        signal = without_rules(signal)
    found = ink_parts(signal, beside, max(1 / scale, 1.0) if cropped else 1.0)
    strength, doubtful = (np.asarray(evened(signal.excess, part), np.uint8) for part in (found.ink, found.doubtful))
    return Ink(strength, doubtful, scale, stroke_width(strength))
