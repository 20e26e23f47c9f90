"""Strokes to lines one pixel wide (Zhang and Suen 1984, "A fast parallel algorithm for thinning digital patterns")."""

import cv2
import numpy as np
from numpy.typing import NDArray

_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""A pixel's neighbours, clockwise from the one above: P2 to P9 of the paper."""


def skeleton(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the middle line of every stroke: bool (height, width), as connected as the ink is."""
    whole = ink.astype(np.uint8)
    x, y, width, height = cv2.boundingRect(whole)
    line = whole[y : y + height, x : x + width]
    while True:
        before = cv2.countNonZero(line)
        for kept in _KEPT:
            # A pixel's neighbours as the bits of a byte: what becomes of it is looked up.
            line &= cv2.LUT(cv2.filter2D(line, cv2.CV_8U, _BITS, borderType=cv2.BORDER_CONSTANT), kept)
        if cv2.countNonZero(line) == before:
            return whole.astype(bool)


def _bits() -> NDArray[np.float32]:
    bits = np.zeros((3, 3), np.float32)
    for bit, (y, x) in enumerate(_RING):
        bits[1 + y, 1 + x] = 1 << bit
    return bits


def _kept(*, north_first: bool) -> NDArray[np.uint8]:
    """Return, for one half of an iteration, 1 for each of the 256 neighbourhoods in which the pixel stays, else 0."""
    ring = (np.arange(256)[:, None] >> np.arange(8)) & 1
    count = ring.sum(axis=1)
    starts = ((ring == 0) & (np.roll(ring, -1, axis=1) == 1)).sum(axis=1)
    north, east, south, west = ring[:, ::2].T
    if north_first:
        open_sides = (north * east * south == 0) & (east * south * west == 0)
    else:
        open_sides = (north * east * west == 0) & (north * south * west == 0)
    return 1 - ((count >= 2) & (count <= 6) & (starts == 1) & open_sides).astype(np.uint8)


_BITS = _bits()
_KEPT = _kept(north_first=True), _kept(north_first=False)
