"""Strokes: what stands out from the paper's noise, with all that hangs together with it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.ink.contrast import COARSE
from tendigits.reading.ink.noise import Signal
from tendigits.reading.ink.planes import Plane

__all__ = ["strokes"]

_CLEAR = 2.2
"""How many times the weak excess is clear ink (hysteresis; Canny 1986, section 4)."""

_CLEAR_LEVELS = 14
"""What is clear in any case has at least this contrast, in 255ths of the paper's brightness: fibres have less."""

_LEAST_EXTENT = 9
"""Pixels: what is smaller both ways is a speck."""

_FAINTEST = 0.3
"""Strokes with less than this part of the contrast that the page's ink has are shadows of something."""

_EDGE = 0.25
"""The part of full ink's contrast below which a pixel is blur or ringing around a stroke."""

_AROUND = 8.0
"""The standard deviation of the Gaussian over which ink's contrast is evened, in coarse pixels."""

_TYPICAL_WEIGHT = 0.002
"""How much ink of the page's typical contrast is added everywhere: a part of the pixels around."""

_FULL = 0.92
"""The part of the local contrast that is full ink already: most of a stroke's middle is to be at 255."""


def strokes(signal: Signal) -> Plane:
    """Return the strength of ink: uint8 (height, width), 0 where there is none, about 255 in full ink."""
    seen = cv2.compare(signal.excess, signal.weak, cv2.CMP_GT)
    ink = _kept(signal, seen)
    if not ink.any():
        return np.zeros_like(signal.excess)
    full = _full_contrast(signal.excess, ink)
    ink = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    stretched = np.where(ink > 0, signal.excess, 0) * (np.float32(255 / _FULL) / full)
    stretched = (stretched - 255 * _EDGE) / (1 - _EDGE)
    return np.asarray(np.clip(stretched, 0, 255).astype(np.uint8))


def _kept(signal: Signal, seen: Plane) -> Plane:
    """Return the connected parts that are ink: uint8 (height, width), 255 there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8, ltype=cv2.CV_32S)
    clear = np.maximum(signal.weak * np.float32(_CLEAR), _CLEAR_LEVELS)
    at = np.flatnonzero(seen)
    label, excess = labels.ravel()[at], signal.excess.ravel()[at]
    strong = excess > clear.ravel()[at]
    amount = np.bincount(label, strong, count)
    total = np.bincount(label, strong * excess.astype(np.float64), count)
    mean = total / np.maximum(amount, 1)
    keep = (amount >= 5) & (stats[:, 2:4].max(axis=1) >= _LEAST_EXTENT)
    keep[0] = False
    if keep.any():
        order = np.argsort(mean[keep])
        weights = np.cumsum(amount[keep][order])
        typical = mean[keep][order][np.searchsorted(weights, weights[-1] / 2)]
        keep &= mean >= _FAINTEST * typical
    return (keep[labels] * np.uint8(255)).astype(np.uint8)


def _full_contrast(excess: Plane, ink: Plane) -> NDArray[np.float32]:
    """Return the contrast that full ink has around: float32 (height, width)."""
    middle = ((excess >= cv2.dilate(excess, np.ones((5, 5), np.uint8))) & (ink > 0)).astype(np.float32)
    typical = float(np.median(excess[middle > 0]))
    size = [max(1, round(side / COARSE)) for side in excess.shape[::-1]]
    level = cv2.GaussianBlur(cv2.resize(middle * excess, size, interpolation=cv2.INTER_AREA), (0, 0), _AROUND)
    share = cv2.GaussianBlur(cv2.resize(middle, size, interpolation=cv2.INTER_AREA), (0, 0), _AROUND)
    around = (level + np.float32(_TYPICAL_WEIGHT * typical)) / (share + np.float32(_TYPICAL_WEIGHT))
    return np.asarray(cv2.resize(around, excess.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
