"""Whether ink is darker than what it is on, or lighter."""

import math

import cv2
import numpy as np

from tendigits.image.picture import RGB
from tendigits.reading.ink.planes import Plane
from tendigits.reading.ink.size import is_cropped, is_strip

__all__ = ["dark_ink"]

_SIDE = 300
"""Pixels along the longer side that it is decided on: enough to see strokes, too few to see a camera's noise."""

_WIDEST_STROKE = 25
"""Pixels of that: ink wider than this is taken for paper, and paper narrower than this for ink."""

_AROUND = 6.0
"""The standard deviation of the Gaussian that says what is usual around a pixel, in those pixels."""

_BORDER = 8.0
"""How much the border of a cropped picture counts: more than both other signs, unless it is half ink itself."""

_LEAST = 1e-6
"""Below any energy that 8 bits can have."""


def dark_ink(page: RGB) -> bool:
    """Tell whether ink is dark on light ground; also where there is none.

    Two signs are added up, both without a unit and both changing sign when the picture is inverted. Wide strokes fill
    holes that the ground is bridged over more than they bridge: the logarithm of the energy ratio of a closing's and an
    opening's remains (top-hats; Serra 1982). Thin strokes make what deviates from the surroundings skewed. Of a cropped
    picture, where no table is seen, the border is ground, and says more the brighter or darker it is.

    Args:
        page: uint8 (height, width, 3).

    """
    whole = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    grey = _small(whole)
    border = _border(whole) if is_cropped(page) or is_strip(page) else 0.0
    return bool(_energy_ratio(grey) - _skewness(grey) + _BORDER * border >= 0)


def _border(grey: Plane) -> float:
    """Return where the border's grey level is between the darkest, -1, and the brightest of the picture, 1."""
    around = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark, light = float(grey.min()), float(grey.max())
    return (2 * float(np.median(around)) - dark - light) / max(light - dark, 1.0)


def _small(grey: Plane) -> Plane:
    """Return it in the size that it is decided on; averaging over whole pixels first takes a third of the time."""
    whole = max(grey.shape) // _SIDE
    if whole > 1 <= min(grey.shape) // whole:
        height, width = (side // whole for side in grey.shape)
        part = grey[: height * whole, : width * whole]
        grey = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    scale = _SIDE / max(grey.shape)
    size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _energy_ratio(grey: Plane) -> float:
    """Return by how much dark remains outweigh light ones: the logarithm of a ratio of contrasts."""
    kernel = np.ones((_WIDEST_STROKE, _WIDEST_STROKE), np.uint8)
    dark = cv2.norm(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel), cv2.NORM_L2)
    light = cv2.norm(cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, kernel), cv2.NORM_L2)
    return math.log((dark + _LEAST) / (light + _LEAST))


def _skewness(grey: Plane) -> float:
    values = grey.astype(np.float32)
    away = values - cv2.GaussianBlur(values, (0, 0), _AROUND)
    squares = away * away
    variance = float(squares.mean())
    return float((squares * away).mean()) / (math.pow(variance, 1.5) + _LEAST)
