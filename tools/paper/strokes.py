"""Lines that a hand draws: smooth, a little unsteady, of any width."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.glyph import Coverage

Path = NDArray[np.float64]
"""Points x and y, (n, 2)."""

_FINER = 4
"""Strokes are drawn so much larger and averaged: OpenCV's own widths are whole pixels."""

_BITS = 4
"""Fraction bits of OpenCV's coordinates."""


def smoothed(points: Path) -> Path:
    """Round a polygon's corners by cutting them, three times (Chaikin 1974)."""
    for _ in range(3):
        before, after = points[:-1], points[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def unsteady(path: Path, amount: float, generator: np.random.Generator) -> Path:
    """Return the path as a hand draws it that strays by about so much, and has points in between for it."""
    steps = np.insert(np.hypot(*np.diff(path, axis=0).T).cumsum(), 0, 0)
    many = np.linspace(0, steps[-1], max(int(steps[-1] / max(amount * 8, 1)), 2))
    dense = np.column_stack([np.interp(many, steps, path[:, axis]) for axis in (0, 1)])
    return smoothed(dense + generator.normal(0, amount, dense.shape))


def draw(ink: Coverage, paths: Sequence[Path], width: float) -> None:
    """Draw paths into the ink of a page, in place.

    Args:
        ink: float32 (height, width), 0 to 1.
        paths: in its pixels; what lies outside is cut off.
        width: of the stroke, in pixels.

    """
    points = np.concatenate(paths)
    low = np.maximum(np.floor(points.min(axis=0) - width - 2), 0).astype(int)
    part = ink[low[1] : int(points[:, 1].max() + width + 3), low[0] : int(points[:, 0].max() + width + 3)]
    if not part.size:
        return
    finer = _FINER if part.size < 4e6 else 1
    canvas = np.zeros((part.shape[0] * finer, part.shape[1] * finer), np.uint8)
    fixed = [np.rint(((path - low + 0.5) * finer - 0.5) * (1 << _BITS)).astype(np.int32) for path in paths]
    cv2.polylines(canvas, fixed, False, 255, max(round(width * finer), 1), cv2.LINE_AA, _BITS)  # noqa: FBT003 - OpenCV's order: is_closed
    drawn = cv2.resize(canvas, part.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    np.maximum(part, drawn, out=part)
