"""What was struck out: a pen that went to and fro until nothing could be read below."""

from collections.abc import Sequence

import numpy as np

from tendigits.reading.glyphs.parts import CORE
from tendigits.reading.glyphs.piece import Piece
from tendigits.reading.ink.width import stroke_width

__all__ = ["struck_out"]

_LONGEST = 9.0
"""Strokes of digits that hang together are no longer than this, in the longer side of their box. One digit's are up to
five times as long, those of touching ones up to eight; two of 13,441 parts of written lines were over nine, both of
strokes that the grain of the paper had broken up."""

FINEST = 0.04
"""Strokes are taken to be at least so wide, in heights of the part: on coarse paper, fewer pixels of them are seen."""

WITHIN = 0.5
"""What lies in the box of a blot with so much of its own is a rest of it."""


def struck_out(parts: Sequence[Piece]) -> list[Piece]:
    """Return the parts that are blots, and what is left of strokes beside them."""
    blots = [part for part in parts if _is_blot(part)]
    return [part for part in parts if any(_within(part, blot) >= WITHIN for blot in blots)]


def _is_blot(part: Piece) -> bool:
    """Say whether a part has more strokes than digits have: their area, divided by their width, is their length."""
    longest, finest = _LONGEST * max(part.width, part.height), FINEST * part.height
    area = int(np.count_nonzero(part.ink >= CORE))
    return area > longest * finest and area > longest * stroke_width(part.ink)


def _within(part: Piece, blot: Piece) -> float:
    """Return how much of a part's box lies in a blot's."""
    across = min(part.right, blot.right) - max(part.x, blot.x)
    down = min(part.bottom, blot.bottom) - max(part.y, blot.y)
    return max(across, 0) * max(down, 0) / (part.width * part.height)
