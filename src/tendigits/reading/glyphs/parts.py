"""Connected parts of ink, each with the grey fringe around it."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.connected import connected
from tendigits.reading.glyphs.piece import Piece

__all__ = ["CORE", "connected_parts"]

CORE = 96
"""Ink hangs together where it is at least so bright: two strokes with a grey pixel between them are two parts."""

SPECK = 0.7
"""A part of less ink than this, in squares of the stroke's width, is a speck: even a dot is nearly one."""

BRIDGED = 6.0
"""Gaps in a part are no wider than a stroke, and than so many pixels: pencil on rough paper leaves them."""

_FRINGE = np.ones((3, 3), np.uint8)


def connected_parts(ink: NDArray[np.uint8], stroke_width: float) -> list[Piece]:
    """Return the parts of ink that hang together, without specks.

    Args:
        ink: uint8 (height, width), ink bright on 0.
        stroke_width: of the pen, in pixels.

    """
    core = (ink >= CORE).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(core)
    reach = round(min(stroke_width, BRIDGED) / 2)
    x, y = max(left - 1, 0), max(top - 1, 0)  # most of a page is paper, and takes as long to look through as ink
    place = np.s_[y : top + height + 1, x : left + width + 1]
    labels, boxes, areas = _labelled(core[place], reach)
    least = max(SPECK * stroke_width**2, 3)
    parts = []
    for label in np.flatnonzero(areas >= least):
        part = _part(ink[place], labels, int(label) + 1, boxes[label].tolist())
        parts.append(Piece(x + part.x, y + part.y, part.ink))
    return parts


def _labelled(
    core: NDArray[np.uint8], reach: int
) -> tuple[NDArray[np.integer[Any]], NDArray[np.int32], NDArray[np.intp]]:
    """Return numbers, from 1, of what hangs together over gaps of twice this reach, and of each its box and area."""
    padded = cv2.copyMakeBorder(core, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    near = cv2.dilate(padded, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
    found = connected(np.asarray(near, np.uint8))
    labels = np.where(padded > 0, found.labels, 0)
    labels = labels[reach : len(labels) - reach, reach : labels.shape[1] - reach]
    boxes = found.stats[1:, :4] - np.array([0, 0, 2 * reach, 2 * reach], np.int32)
    return labels, boxes, np.bincount(labels.ravel(), minlength=found.count)[1:]


def _part(ink: NDArray[np.uint8], labels: NDArray[np.integer[Any]], label: int, box: list[int]) -> Piece:
    """Cut a part out, with a fringe of a pixel that belongs to no other part."""
    left, top, width, height = box
    x, y = max(left - 1, 0), max(top - 1, 0)
    place = np.s_[y : top + height + 1, x : left + width + 1]
    around = labels[place]
    own = cv2.dilate((around == label).astype(np.uint8), _FRINGE)
    return Piece(x, y, np.where((around == label) | ((own > 0) & (around == 0)), ink[place], 0).astype(np.uint8))
