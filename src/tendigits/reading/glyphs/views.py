"""What the two judges of a segmentation see: a window on the line, half as high again as digits, in two layers.

For a seam, the ink left of it and the ink right of it; for a piece, its own ink and all other. Windows are cut from a
canvas on which digits are :data:`SMALL` pixels high, so that size and height on the line can be seen.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.canvas import SCALE, Canvas
from tendigits.reading.glyphs.seams import Seams

__all__ = ["COLUMNS", "ROWS", "SMALL", "Views"]

ROWS, COLUMNS = 28, 36
"""Of a window, in its pixels."""

SMALL = 20
"""How high digits are in a window."""

_STEP = SCALE // SMALL


class Views:
    """Windows on one line.

    Args:
        line: the canvas.
        seams: where it may be cut, float32 (n, rows).

    """

    def __init__(self, line: Canvas, seams: Seams) -> None:
        top = round(line.middle / _STEP - ROWS / 2) * _STEP  # the first row of every window, on the canvas
        ink = _moved(line.ink, -top)
        columns = -(-ink.shape[1] // _STEP)
        self._columns = columns
        padded = np.pad(ink, [(0, 0), (0, columns * _STEP - ink.shape[1])])
        self._ink = np.asarray(cv2.resize(padded, (columns, ROWS), interpolation=cv2.INTER_AREA), np.uint8)
        rows = np.clip(np.arange(ROWS) * _STEP + _STEP // 2 + top, 0, line.ink.shape[0] - 1)
        self._seams = seams[:, rows] / np.float32(_STEP)
        self._sums = np.pad(np.cumsum(self._ink, axis=1, dtype=np.float32), [(0, 0), (1, 0)])

    def of_seams(self) -> NDArray[np.uint8]:
        """Return what is left and right of each seam: uint8 (n, 2, 28, 36), the seam's middle in the middle."""
        start = np.rint(self._seams.mean(axis=1).clip(0, self._columns) - COLUMNS / 2).astype(int)
        ink, columns = self._windows(start)
        left = columns[:, None, :] < self._seams[:, :, None]
        return np.stack([np.where(left, ink, 0), np.where(left, 0, ink)], axis=1)

    def of_pieces(self, pieces: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return each piece's own ink and all other: uint8 (n, 2, 28, 36), the piece in the middle.

        Args:
            pieces: (n, 2), the seams that it lies between.

        """
        left, right = self._seams[pieces[:, 0]], self._seams[pieces[:, 1]]
        start = np.rint(self._middle(left, right) - COLUMNS / 2).astype(int)
        ink, columns = self._windows(start)
        own = (columns[:, None, :] >= left[:, :, None]) & (columns[:, None, :] < right[:, :, None])
        return np.stack([np.where(own, ink, 0), np.where(own, 0, ink)], axis=1)

    def _middle(self, left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return in which column the centre of mass of the ink between two seams is."""
        rows = np.arange(ROWS)
        first, last = (np.ceil(seam - 0.5).clip(0, self._columns).astype(int) for seam in (left, right))
        mass = (self._sums[rows, last] - self._sums[rows, first]).clip(0) + np.float32(1e-3)
        moments = np.pad(np.cumsum(self._ink * (np.arange(self._columns) + 0.5), axis=1), [(0, 0), (1, 0)])
        moment = (moments[rows, last] - moments[rows, first]).clip(0).sum(axis=1)
        return np.asarray((moment / mass.sum(axis=1)).clip(0, self._columns), np.float32)

    def _windows(self, start: NDArray[np.intp]) -> tuple[NDArray[np.uint8], NDArray[np.floating]]:
        """Return the ink of windows that begin in these columns, (n, 28, 36), and their columns' middles, (n, 36)."""
        padded = np.pad(self._ink, [(0, 0), (COLUMNS, COLUMNS)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, COLUMNS, axis=1)
        ink = windows[:, start + COLUMNS].transpose(1, 0, 2)
        return ink, start[:, None] + np.arange(COLUMNS) + 0.5


def _moved(ink: NDArray[np.uint8], down: int) -> NDArray[np.uint8]:
    """Return a canvas as high as windows are, with the ink moved down by so many rows."""
    moved = np.zeros((ROWS * _STEP, ink.shape[1]), np.uint8)
    from_row, to_row = max(-down, 0), max(down, 0)
    rows = min(len(ink) - from_row, len(moved) - to_row)
    if rows > 0:
        moved[to_row : to_row + rows] = ink[from_row : from_row + rows]
    return moved
