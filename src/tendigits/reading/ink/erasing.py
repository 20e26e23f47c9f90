"""Rules erased, and the strokes that cross them or stand on them left whole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.ink.noise import Signal
from tendigits.reading.ink.planes import Plane
from tendigits.reading.ink.rules import Rule, find_rules

__all__ = ["without_rules"]

_REACH = 7
"""Pixels above and below a rule that are looked at."""

_ALONG = 41
"""Pixels along a rule over which its height is averaged: a rule may be bent, but not in a short way."""

_SKIRT = 0.15
"""A rule is as thick as its mean profile is above this part of its height."""

_BESIDE = 2
"""Pixels from a rule's edge to where a stroke is looked for that crosses it."""

_DARKER = 1.4
"""What has more than this times a rule's contrast is a stroke on it; so is what has more than half way from the rule's
contrast to the ink's."""

_INK = 0.9
"""The ink's contrast is that of the darkest tenth of what is seen."""

_HARDLY = 1.1
"""If that is no more than so many times a rule's, it is that of rules: there is little ink on a squared sheet."""

_BLUR = 9
"""Pixels that a blurred line is wide, skirts included."""

_BEYOND = 40
"""Pixels beyond the ends of what was seen of a rule where more of it is looked for."""

_CLEARLY = 1.4
"""How many times the weak excess a printed line has at least."""

_NEAR = 15
"""Pixels around a printed line where its rests may be."""

_SAMPLED = 4
"""One of so many pixels along a rule is enough to tell how thick it is."""


def without_rules(signal: Signal) -> Signal:
    """Erase printed lines, horizontal and vertical.

    Where two lines cross, the second is a stroke through the first: what is left of that goes with the second.
    """
    seen = _thin_seen(signal)
    ink = _ink_level(seen, signal.excess)
    rules = find_rules(seen, signal.excess, ink)
    if not (rules.horizontal or rules.vertical):
        return signal
    excess = _without(signal.excess, signal.weak, rules.horizontal, ink)
    excess = _transposed(_without(_transposed(excess), _transposed(signal.weak), rules.vertical, ink))
    erased = cv2.subtract(signal.excess, excess)
    return Signal(excess, signal.weak, cv2.dilate(erased, np.ones((_NEAR, _NEAR), np.uint8)))


def _thin_seen(signal: Signal) -> Plane:
    """Return where anything is at least half as dark as its darkest neighbour: uint8 (height, width)."""
    darkest = cv2.dilate(signal.excess, np.ones((_BLUR, _BLUR), np.uint8))
    clear = cv2.addWeighted(signal.weak, _CLEARLY, signal.weak, 0, 0)
    return np.asarray(cv2.compare(signal.excess, cv2.max(clear, darkest // 2), cv2.CMP_GT), np.uint8)


def _ink_level(seen: Plane, excess: Plane) -> float:
    """Return the contrast that the darkest part of what is seen has at least."""
    count = np.cumsum(cv2.calcHist([excess], [0], seen, [256], [0, 256]))
    return float(np.searchsorted(count, _INK * count[-1]))


def _transposed(plane: Plane) -> Plane:
    return np.asarray(cv2.transpose(plane), np.uint8)


def _without(excess: Plane, weak: Plane, rules: list[Rule], ink: float) -> Plane:
    erased = excess.copy()
    for rule in rules:
        _erase(erased, excess, weak, rule, ink)
    return erased


def _erase(erased: Plane, excess: Plane, weak: Plane, rule: Rule, ink: float) -> None:
    """Erase one rule, in place."""
    height, width = excess.shape
    x = np.arange(max(0, round(rule.start) - _BEYOND), min(width, round(rule.end) + _BEYOND))
    line = np.rint(rule.intercept + rule.slope * x).astype(np.intp)
    y = _followed(excess, line, x)
    around = _strip(excess, y, x, cv2.BORDER_CONSTANT)
    inside = (y >= _BESIDE) & (y < height - _BESIDE)  # at the border, one sees less of it
    profile = np.median(around[:, inside if inside.any() else ~inside][:, ::_SAMPLED], axis=1)
    peak = max(float(profile[_REACH - 1 : _REACH + 2].max()), 1.0)
    top, bottom = _edges(profile, peak)
    crossing = _crossing(around, weak[line.clip(0, height - 1), x], top, bottom)
    rows = y + np.arange(top - _REACH, bottom - _REACH + 1)[:, None]
    darkest = min(_DARKER * peak, (peak + ink) / 2 if ink > _HARDLY * peak else np.inf, 255)
    gone = (around[top : bottom + 1] <= np.uint8(darkest)) & ~crossing & (rows >= 0) & (rows < height)
    erased.ravel()[(rows * width + x)[gone]] = 0


def _followed(excess: Plane, line: NDArray[np.intp], x: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the heights where the rule really is, which is where it is darkest when averaged along it."""
    around = cv2.blur(_strip(excess, line, x, cv2.BORDER_REPLICATE).astype(np.float32), (_ALONG, 1))
    away = np.abs(np.arange(-_REACH, _REACH + 1, dtype=np.float32))[:, None]
    highest: NDArray[np.intp] = (around - away * np.float32(0.5)).argmax(axis=0)
    return np.asarray(line + highest - _REACH)


def _strip(plane: Plane, y: NDArray[np.intp], x: NDArray[np.intp], border: int) -> NDArray[np.uint8]:
    """Return what is up to `_REACH` above and below a line of pixels: uint8 (rows, n)."""
    at = np.empty((2 * _REACH + 1, len(x), 2), np.int16)
    at[..., 0] = x
    np.add(y, np.arange(-_REACH, _REACH + 1)[:, None], out=at[..., 1], casting="unsafe")
    # In whole pixels, this is indexing, in a quarter of the time.
    return np.asarray(cv2.remap(plane, at, np.empty(0, np.uint8), cv2.INTER_NEAREST, borderMode=border), np.uint8)


def _edges(profile: NDArray[np.float64], peak: float) -> tuple[int, int]:
    """Return the first and the last of the profile's rows that are the rule's."""
    above = profile > _SKIRT * peak
    top = bottom = _REACH
    while top > _BESIDE and above[top - 1]:
        top -= 1
    while bottom < 2 * _REACH - _BESIDE and above[bottom + 1]:
        bottom += 1
    return top, bottom


def _crossing(around: NDArray[np.uint8], weak: NDArray[np.uint8], top: int, bottom: int) -> NDArray[np.bool_]:
    """Return the columns in which a stroke goes through the rule: bool (n,)."""
    over = around[max(top - _BESIDE, 0)] > weak
    under = around[min(bottom + _BESIDE, len(around) - 1)] > weak
    near = np.ones((1, 5), np.uint8)
    over, under = (cv2.dilate(side.astype(np.uint8)[None], near)[0] > 0 for side in (over, under))
    return np.asarray(over & under)
