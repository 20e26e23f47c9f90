"""A line of writing on a canvas of its own, in which all lines look alike: level, and of one height."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.lines import Line
from tendigits.reading.glyphs.piece import united

__all__ = ["SCALE", "Canvas", "canvas"]

SCALE = 40
"""How high digits are on it, in pixels: twice as high as MNIST's, so that there is something
to average."""

STEEP = 0.02
"""A line that rises by less than this, in pixels for each pixel of its length, is left as it is."""

_ROOM = 2
"""Empty rows and columns around the ink."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """A line's ink, and the way back to where it was.

    Attributes:
        ink: uint8 (rows, columns), bright on 0.
        middle: the row in which the middle of its digits is.
        scale: pixels of the canvas for one of the ink that it was taken from.
        x, y: where the canvas's upper left corner is in that ink.
        slope: by how much the line falls for each pixel to the right.

    """

    ink: NDArray[np.uint8]
    middle: float
    scale: float
    x: float
    y: float
    slope: float

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """Return where a box of the canvas is in the ink that it was taken from: left, top, right and bottom."""
        fall = self.slope * (left + right) / 2
        return (
            self.x + left / self.scale,
            self.y + (top + fall) / self.scale,
            self.x + right / self.scale,
            self.y + (bottom + fall) / self.scale,
        )


def canvas(line: Line) -> Canvas:
    """Return the canvas of a line."""
    whole = united(line.parts)
    scale = SCALE / line.height
    ink = _scaled(whole.ink, scale)
    slope = line.slope if abs(line.slope) >= STEEP else 0.0
    middle = (line.middle(whole.x if slope else whole.x + whole.width / 2) - whole.y) * scale
    # Rows are added so that nothing is lost where the canvas is sheared.
    down = max(0.0, slope * ink.shape[1])
    rows = int(np.ceil(ink.shape[0] + abs(slope) * ink.shape[1])) + 2 * _ROOM
    matrix = np.array([[1, 0, _ROOM], [-slope, 1, down + _ROOM]])
    size = (ink.shape[1] + 2 * _ROOM, rows)
    method = cv2.INTER_LINEAR if slope else cv2.INTER_NEAREST
    level = np.asarray(cv2.warpAffine(ink, matrix, size, flags=method), np.uint8)
    top, bottom = _rows_with_ink(level)
    lift = top - (down + _ROOM) - slope * _ROOM
    return Canvas(
        level[top:bottom], middle - lift, scale,
        whole.x - _ROOM / scale, whole.y + lift / scale, slope,
    )  # fmt: skip


def _rows_with_ink(ink: NDArray[np.uint8]) -> tuple[int, int]:
    rows = np.flatnonzero(ink.max(axis=1) > 0)
    return max(int(rows[0]) - _ROOM, 0), min(int(rows[-1]) + 1 + _ROOM, len(ink))


def _scaled(ink: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    size = max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)
