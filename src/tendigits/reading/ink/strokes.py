"""Strokes evened: what is ink, stretched until full ink is full, be it faint pencil or black marker."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.ink.contrast import COARSE
from tendigits.reading.ink.planes import Plane

__all__ = ["evened"]

_BLUR = 0.25
"""The part of full ink's contrast below which a pixel is blur or ringing around a stroke."""

_AROUND = 8.0
"""The standard deviation of the Gaussian over which ink's contrast is evened, in coarse pixels."""

_TYPICAL_SHARE = 0.002
"""So much ink of the page's typical contrast is added everywhere, as a part of the pixels: it decides where else little
is."""

_FULL = 0.92
"""The part of the local contrast that is full ink already: most of a stroke's middle is to be at 255."""


def evened(excess: Plane, ink: Plane) -> Plane:
    """Return the strength of ink: uint8 (height, width), 0 where there is none, about 255 in full ink.

    Args:
        excess: uint8 (height, width): contrast.
        ink: uint8 (height, width): not 0 where there is ink.

    """
    strength = np.zeros_like(excess)
    left, top, width, height = cv2.boundingRect(ink)
    if width:
        place = slice(max(top - 1, 0), top + height + 1), slice(max(left - 1, 0), left + width + 1)
        strength[place] = _evened(excess[place], ink[place])
    return strength


def _evened(excess: Plane, ink: Plane) -> Plane:
    wide = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    part = cv2.bitwise_and(excess, wide) / (_full_contrast(excess, ink) * np.float32(_FULL))
    strength = (part - np.float32(_BLUR)) * np.float32(255 / (1 - _BLUR))
    return np.asarray(strength.clip(0, 255).astype(np.uint8))


def _full_contrast(excess: Plane, ink: Plane) -> NDArray[np.float32]:
    """Return the contrast that ink has around, in the middle of strokes: float32 (height, width)."""
    middle = cv2.bitwise_and(cv2.compare(excess, cv2.dilate(excess, np.ones((5, 5), np.uint8)), cv2.CMP_GE), ink)
    typical = float(np.median(excess[middle > 0]))
    size = [max(1, round(side / COARSE)) for side in excess.shape[::-1]]
    level, share = (_spread(plane, size) for plane in (cv2.bitwise_and(excess, middle), middle))
    share *= np.float32(1 / 255)
    around = (level + np.float32(_TYPICAL_SHARE * typical)) / (share + np.float32(_TYPICAL_SHARE))
    return np.asarray(cv2.resize(around, excess.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _spread(plane: Plane, size: list[int]) -> NDArray[np.float32]:
    """Return the plane's mean around each coarse pixel."""
    coarse = cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(coarse, (0, 0), _AROUND), np.float32)
