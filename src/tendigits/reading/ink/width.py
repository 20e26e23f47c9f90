"""How wide strokes are."""

import cv2
import numpy as np

from tendigits.reading.ink.planes import Plane

__all__ = ["stroke_width"]

_HALF = 128
"""Strength from which a pixel is counted as ink: half of full."""


def stroke_width(strength: Plane) -> float:
    """Return the typical width of strokes, in pixels; 0 where there is no ink.

    The distance to the nearest ground is greatest in the middle of a stroke, and half its width there (Epshtein, Ofek
    and Wexler 2010 call twice that the stroke's width; the ridge is found here by comparing neighbours).
    """
    _, ink = cv2.threshold(strength, _HALF - 1, 255, cv2.THRESH_BINARY)
    if not ink.any():
        return 0.0
    left, top, width, height = cv2.boundingRect(ink)
    ink = cv2.copyMakeBorder(ink[top : top + height, left : left + width], 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    away = cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_5)
    ridge = np.sort(away[(away >= cv2.dilate(away, np.ones((3, 3), np.uint8))) & (ink > 0)])
    twice_the_median = ridge[(len(ridge) - 1) // 2] + ridge[len(ridge) // 2]  # np.median loads numpy.ma, for 8 ms
    return float(twice_the_median - 1)
