"""Connected parts of ink, each with the grey fringe around it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.piece import Piece

__all__ = ["CORE", "connected_parts"]

CORE = 96
"""Ink hangs together where it is at least so bright: two strokes with a grey pixel between them are two parts."""

SPECK = 0.7
"""A part of less ink than this, in squares of the stroke's width, is a speck: even a dot is nearly one."""

_FRINGE = np.ones((3, 3), np.uint8)


def connected_parts(ink: NDArray[np.uint8], stroke_width: float) -> list[Piece]:
    """Return the parts of ink that hang together, without specks.

    Args:
        ink: uint8 (height, width), ink bright on 0.
        stroke_width: of the pen, in pixels.

    """
    count, found, stats, _ = cv2.connectedComponentsWithStats((ink >= CORE).astype(np.uint8), connectivity=8)
    least = max(SPECK * stroke_width**2, 3)
    parts = []
    labels: NDArray[np.int32] = np.asarray(found, np.int32)
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area >= least:
            parts.append(_part(ink, labels, label, (left, top, width, height)))
    return parts


def _part(ink: NDArray[np.uint8], labels: NDArray[np.int32], label: int, box: tuple[int, int, int, int]) -> Piece:
    """Cut a part out, with a fringe of a pixel that belongs to no other part."""
    left, top, width, height = box
    x, y = max(left - 1, 0), max(top - 1, 0)
    place = np.s_[y : top + height + 1, x : left + width + 1]
    around = labels[place]
    own = cv2.dilate((around == label).astype(np.uint8), _FRINGE)
    return Piece(x, y, np.where((around == label) | ((own > 0) & (around == 0)), ink[place], 0).astype(np.uint8))
