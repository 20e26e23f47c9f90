"""Contrast: how much darker than the paper around it each pixel is, in the mix of colours that shows ink best."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.image.picture import RGB
from tendigits.reading.ink.planes import Plane

__all__ = ["COARSE", "coarsened", "contrast_of", "in_squares"]

COARSE = 8
"""Pixels each way that become one where light is looked at: it varies slowly."""

_WIDEST_STROKE = 200 // COARSE
"""What is darker than its surroundings and narrower than this, in coarse pixels, is ink on the paper and not paper."""

_SOFT = 1.5
"""The standard deviation of the Gaussian that takes the corners off the paper's brightness, in coarse pixels."""

_DARKEST_PAPER = 8
"""Grey levels: on paper darker than this there is nothing to be seen."""

_INK_SHARE = 0.02
"""The part of the coarse pixels, those with the greatest contrast, whose colours stand for ink's."""


def in_squares(picture: RGB) -> RGB:
    """Repeat the last row and column until the sides are whole coarse pixels, which OpenCV averages much faster."""
    down, right = (-side % COARSE for side in picture.shape[:2])
    return np.asarray(cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)


def coarsened(picture: RGB) -> RGB:
    """Return the means of squares of `COARSE` pixels each way."""
    size = [max(1, round(side / COARSE)) for side in picture.shape[1::-1]]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def contrast_of(picture: RGB, coarse: RGB) -> Plane:
    """Return the contrast: 0 where the page is as bright as its paper, 255 where it is black.

    Args:
        picture: uint8 (height, width, 3), ink dark.
        coarse: the same, as `coarsened` returns it.

    """
    height, width = picture.shape[:2]
    weights = _weights(coarse)
    grey = cv2.transform(picture, weights)
    paper = cv2.resize(_paper(cv2.transform(coarse, weights)), (width, height), interpolation=cv2.INTER_LINEAR)
    part: Plane = np.asarray(cv2.divide(grey, paper, scale=255), np.uint8)
    return np.invert(part)


def _paper(coarse: Plane) -> Plane:
    """Return the brightness of the paper, of one colour or of three: a grey closing bridges what is narrow and dark."""
    kernel = np.ones((_WIDEST_STROKE, _WIDEST_STROKE), np.uint8)
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel)
    return np.maximum(cv2.GaussianBlur(closed, (0, 0), _SOFT), _DARKEST_PAPER).astype(np.uint8)


def _weights(coarse: RGB) -> NDArray[np.float32]:
    """Return how much red, green and blue count: float32 (1, 3), summing to 1.

    They are as ink's own contrast in them is, which for noise alike in all three is the filter that matches ink: a red
    pen is looked at in green and blue.
    """
    dark = 1 - coarse / _paper(coarse).astype(np.float32)
    strength = dark.sum(axis=2)
    least = np.quantile(strength, 1 - _INK_SHARE, method="higher")  # to interpolate, NumPy loads numpy.ma, for 8 ms
    ink = dark[strength >= least].mean(axis=0).clip(0.0)
    total = float(ink.sum())
    even = np.full(3, 1 / 3, np.float32)
    return (ink / total if total > 0 else even).astype(np.float32)[None]
