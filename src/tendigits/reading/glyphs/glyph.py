"""From a piece of ink to the 28x28 that the network was trained on: MNIST's normalisation, and MNIST's stroke width."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.normalization import cropped, normalize
from tendigits.reading.glyphs.parts import CORE

__all__ = ["as_mnist"]

_MEASURED_SIDE = 80
"""The size of a glyph, in pixels of its longer side, in which its strokes are measured: four times MNIST's."""

FINE, WIDENED = 10.0, 14.0
"""Strokes finer than the first, in pixels of a glyph of this size, are widened to the second. Half of MNIST's digits
have strokes from 13.5 to 16.6 and 1 in 1,000 finer ones than 10. Thinning broad strokes was tried, and gave nothing."""


def as_mnist(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a glyph as MNIST would show it.

    Args:
        ink: uint8 (height, width), ink bright on 0.

    Returns:
        uint8 (28, 28). Where there is no ink, it is blank.

    """
    box = cropped(ink)
    if not box.size:
        return normalize(ink)
    width = _mean_stroke_width(box)
    scale = _MEASURED_SIDE / max(box.shape)
    if width * scale >= FINE:
        return normalize(box)
    size = max(round(box.shape[1] * scale), 1), max(round(box.shape[0] * scale), 1)
    large = cv2.resize(box, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return normalize(_widened(np.asarray(large, np.uint8), width * scale))


def _mean_stroke_width(ink: NDArray[np.uint8]) -> float:
    """Return the mean width of strokes: four times the mean distance of ink from its edge, in pixels.

    Not the median of their middles, as for a page: that is typical where there are blots, and this counts all ink of a
    glyph. FINE and WIDENED are widths as it measures them.
    """
    core = _padded((ink >= CORE).astype(np.uint8), 1)
    distance = cv2.distanceTransform(core, cv2.DIST_L2, 3)
    area = cv2.countNonZero(core)
    # A pixel's middle is half a pixel inside its edge.
    return 4 * (float(distance.sum()) / area - 0.25) if area else 1.0


def _widened(ink: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """Widen strokes by a disc."""
    reach = round((WIDENED - width) / 2)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(_padded(ink, reach), disc), np.uint8)


def _padded(ink: NDArray[np.uint8], around: int) -> NDArray[np.uint8]:
    """Do what NumPy's pad does, in a tenth of the time."""
    return np.asarray(cv2.copyMakeBorder(ink, around, around, around, around, cv2.BORDER_CONSTANT), np.uint8)
