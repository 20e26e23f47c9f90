"""What the networks that see more than one digit are shown: a line whose digits are :data:`SMALL` pixels high.

It is half as high again as digits are, so that their size and height on the line can be seen. The judge of seams sees a
window on it in two layers: the ink left of a seam and the ink right of it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.canvas import SCALE, Canvas
from tendigits.reading.glyphs.seams import Seams

__all__ = ["COLUMNS", "ROWS", "SMALL", "View"]

ROWS, COLUMNS = 28, 36
"""Of a window, in its pixels; a line has as many rows."""

SMALL = 20
"""How high digits are."""

_STEP = SCALE // SMALL


class View:
    """A line as these networks see it.

    Args:
        line: its canvas.

    Attributes:
        ink: uint8 (28, columns).

    """

    def __init__(self, line: Canvas) -> None:
        self._top = round(line.middle / _STEP - ROWS / 2) * _STEP  # the first row that is seen, on the canvas
        self._rows = line.ink.shape[0]
        ink = _moved(line.ink, -self._top)
        columns = -(-ink.shape[1] // _STEP)
        padded = np.pad(ink, [(0, 0), (0, columns * _STEP - ink.shape[1])])
        self.ink = np.asarray(cv2.resize(padded, (columns, ROWS), interpolation=cv2.INTER_AREA), np.uint8)

    def middles(self, seams: Seams) -> NDArray[np.float32]:
        """Return in which of its columns each seam is, on the average of the rows that are seen: float32 (n,)."""
        return np.asarray(self._small(seams).mean(axis=1))

    def windows(self, seams: Seams) -> NDArray[np.uint8]:
        """Return what is left and right of each seam: uint8 (n, 2, 28, 36), the seam's middle in the middle."""
        small, columns = self._small(seams), self.ink.shape[1]
        start = np.rint(small.mean(axis=1).clip(0, columns) - COLUMNS / 2).astype(int)
        padded = np.pad(self.ink, [(0, 0), (COLUMNS, COLUMNS)])
        every = np.lib.stride_tricks.sliding_window_view(padded, COLUMNS, axis=1)
        ink = every[:, start + COLUMNS].transpose(1, 0, 2)
        column = start[:, None] + np.arange(COLUMNS) + 0.5
        left = column[:, None, :] < small[:, :, None]
        return np.stack([np.where(left, ink, 0), np.where(left, 0, ink)], axis=1)

    def _small(self, seams: Seams) -> NDArray[np.float32]:
        """Return seams in the rows that are seen, and in columns of this size."""
        rows = np.clip(np.arange(ROWS) * _STEP + _STEP // 2 + self._top, 0, self._rows - 1)
        return np.asarray(seams[:, rows] / np.float32(_STEP))


def _moved(ink: NDArray[np.uint8], down: int) -> NDArray[np.uint8]:
    """Return a canvas as high as windows are, with the ink moved down by so many rows."""
    moved = np.zeros((ROWS * _STEP, ink.shape[1]), np.uint8)
    from_row, to_row = max(-down, 0), max(down, 0)
    rows = min(len(ink) - from_row, len(moved) - to_row)
    if rows > 0:
        moved[to_row : to_row + rows] = ink[from_row : from_row + rows]
    return moved
