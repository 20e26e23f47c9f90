"""What of the contrast is the paper's own: its tooth, the camera's noise, a table's grain."""

from dataclasses import dataclass

import cv2
import numpy as np

from tendigits.reading.ink.contrast import COARSE
from tendigits.reading.ink.planes import Plane

__all__ = ["Signal", "above_noise"]

_WINDOW = 31
"""The side of the windows whose medians are taken, in coarse pixels: ink covers less than half of any."""

_FAST_WINDOW = 15
"""The same for noise finer than strokes, which thick strokes have only at their edges. It changes with the light."""

_THICK = 3
"""Ink is made this much thinner first, in coarse pixels, for very thick writing covers more than half of a window."""

_FINE = 9
"""The side of the box that says what is usual around a pixel."""

_FROM_MEDIAN = 1.48
"""From a median absolute deviation to a standard deviation (Hampel 1974)."""

_FROM_MEAN = 1.25
"""From a mean absolute deviation to a standard deviation, where values are normal."""

_LEAST_DEVIATION = 1.0
"""Grey levels: no contrast is known better than 8 bits tell."""

_DARKEST_GROUND = 64
"""The greatest contrast that bare paper or a table has to its own brightest spots near by."""

_GREATEST_DEVIATION = 16.0
"""Grey levels: what deviates more is writing that fills its picture, as a digit does an icon."""

_WEAK = 3.0
"""Deviations above the ground from which a pixel may belong to a stroke that is clear elsewhere."""


@dataclass(frozen=True)
class Signal:
    """Contrast with the paper's own taken away.

    Attributes:
        excess: uint8 (height, width): contrast above the paper's own, in 255ths of the paper's brightness.
        weak: uint8 (height, width): the excess that noise does not reach often.
        printed: uint8 (height, width): the excess of printed lines that were erased here or near; 0 where none was.

    """

    excess: Plane
    weak: Plane
    printed: Plane

    def cropped(self, height: int, width: int) -> "Signal":
        """Return its upper left part."""
        planes = (self.excess, self.weak, self.printed)
        return Signal(*(np.ascontiguousarray(plane[:height, :width]) for plane in planes))


def above_noise(contrast: Plane, beside: Plane | None) -> Signal:
    """Tell what of the contrast is more than the paper's own.

    What is larger than a coarse pixel, as a table's grain, and what is finer are measured on their own, and added.

    Args:
        contrast: uint8 (height, width).
        beside: uint8 (coarse height, coarse width), 255 where no sheet is: what is there says nothing about the paper.
            None where it is not known.

    """
    smooth = cv2.GaussianBlur(contrast, (3, 3), 0)
    coarse = _on_the_sheet(cv2.erode(_coarse(contrast), np.ones((_THICK, _THICK), np.uint8)), beside)
    usual = np.minimum(cv2.medianBlur(coarse, _WINDOW), np.uint8(_DARKEST_GROUND))
    slow = cv2.medianBlur(cv2.absdiff(coarse, usual), _WINDOW) * np.float32(_FROM_MEDIAN)
    away = _coarse(cv2.absdiff(smooth, cv2.blur(smooth, (_FINE, _FINE))))
    away = _on_the_sheet(cv2.erode(away, np.ones((_THICK, _THICK), np.uint8)), beside)
    fast = cv2.medianBlur(away, _FAST_WINDOW) * np.float32(_FROM_MEAN)
    weak = np.float32(_WEAK) * np.clip(slow + fast, _LEAST_DEVIATION, _GREATEST_DEVIATION)
    excess = cv2.subtract(smooth, _fine(usual, smooth.shape))
    return Signal(excess, _fine(weak, smooth.shape), np.zeros_like(excess))


def _on_the_sheet(coarse: Plane, beside: Plane | None) -> Plane:
    return coarse if beside is None else np.asarray(cv2.subtract(coarse, beside), np.uint8)


def _coarse(plane: Plane) -> Plane:
    size = [max(1, round(side / COARSE)) for side in plane.shape[::-1]]
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _fine(coarse: np.ndarray, shape: tuple[int, ...]) -> Plane:
    """Return a coarse plane in full size, rounded up."""
    whole = np.ceil(coarse).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(whole, shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
