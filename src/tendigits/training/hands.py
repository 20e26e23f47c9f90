"""Digits drawn by the project itself, in forms that other countries write and MNIST, American, rarely has.

A flagged 1, a crossed 7, a slashed 0, a 5 with its bar apart. Each form is a skeleton: strokes, as the points that a
pen goes through, some of them anywhere in a range. To draw it, points are moved a little, the whole is stretched,
slanted and turned, and a pen of some width, even or changing, follows the curve; some are as blurred as a camera sees
small writing. docs/other-hands.png shows them all.
"""

from collections.abc import Mapping
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import Arrays
from tendigits.data.normalization import SIDE, normalize

__all__ = ["FORMS", "drawn", "drawn_form", "with_drawn"]

Points = NDArray[np.float64]

_ROUND = "36,0 13,15 4,50 13,85 36,100 59,85 68,50 59,15 37~42,-1~2"
_RING_OF_9 = "60,18 40,0 14,7 7,28 22,48 44,42 60~63,17~20"
_BELLY_OF_5 = "14,44! 38,36 60,52 60,80 36,100 5,91"
_BOWL_OF_3 = "52,50 62,74 40,100 5,90"

FORMS: Mapping[int, Mapping[str, str]] = {
    0: {
        "round": _ROUND,
        "narrow": "28,0 12,15 6,50 12,85 28,100 44,85 50,50 44,15 29~33,-1~2",
        "slashed": f"{_ROUND} | 60~76,-6~12 -4~12,88~106",
        "slashed the other way": f"{_ROUND} | -4~12,-6~12 60~76,88~106",
        "open": "22~28,4~8 10,22 4,52 13,85 36,100 59,85 68,50 61,18 42~48,-2~4",
        "loop": "40,0 15,13 4,50 13,85 36,100 59,85 68,50 60,16 44,1 32,7 34,20 46,23 58~66,14~18",
        "overrun": "46~52,-8~0 20,7 5,36 8,74 28,98 52,92 67,60 61,22 42,4 16~26,-8~0",
    },
    1: {
        "plain": "50,0 50,100",
        "leaning": "20~88,0 50,100",
        "short flag": "34~43,8~20 50,0! 50,100",
        "flag": "22~32,22~38 50,0! 50,100",
        "flat flag": "27~34,12~19 50,0! 50,100",
        "steep flag": "30~38,40~62 50,0! 50,100",
        "wide flag": "-8~14,24~44 50,0! 50,100",
        "long flag": "8~20,48~72 50,0! 50,100",
        "upstroke": "2~24,70~100 50,0! 50,100",
        "curved flag": "18~26,40~46 38~41,21~25 50,0! 50,100",
        "foot": "50,0 50,100 | 30~38,99~101 62~70,99~101",
        "flag and foot": "28~36,16~30 50,0! 50,100 | 24~36,99~101 64~76,99~101",
        "long flag and foot": "12~22,40~56 50,0! 50,100 | 28~36,99~101 64~72,99~101",
    },
    2: {
        "straight base": "6,22 28,0 56,12 54,40 4,100! 66,98~101",
        "loop": "6,18 30,0 56,16 44,54 18,94 4,92 8,80 26,84 46,97 70,88~94",
        "swan neck": "6,26 12,6 34,0 54,14 46,44 24,74 6,98! 24,88~92 46,98 68,88~94",
        "curled top": "20,26 8,18 16,3 40,1 57,18 48,48 6,100! 66,96~100",
        "long base": "8,20 26,0 50,12 46,42 2,100! 80~92,97~101",
    },
    3: {
        "round": "8,14 32,0 54,14 48,38 24~30,45! 52,51 62,74 40,100 4,88",
        "flat top": f"8,2~5 58,0! 22~30,38~42! {_BOWL_OF_3}",
        "flat top, short": f"12,1~4 52,0! 30~36,32~36! {_BOWL_OF_3}",
        "loop": "8,12 32,0 54,14 46,38 28,50 20,44 28,38 46,48 60,72 40,100 4,90",
        "small head": "14,10 32,0 48,10 42,28 26,36! 52,44 62,72 38,100 2,86",
    },
    4: {
        "open": "12~20,0~6 4~10,56~62! 68,52~60 | 48~54,0~16 47~51,100",
        "open, bent": "12,0~6 10,40 22,55 56~66,46~50 | 56~60,0~6 50~54,100",
        "closed": "50,100 50,0! 2,64~70! 70,63~68",
        "closed, foot": "50,0 3,64~68! 70,64~67 | 50,0 50,100 | 38,100 62,100",
        "long leg": "20~26,0 4~8,42~46! 62,38~44 | 48,-4~16 44~48,104",
        "short leg": "50,0 2,74~78! 72,73~77 | 50,0 50,100",
        "lightning": "34~44,0 4,58~62! 66,52~58 | 48~52,30~38 36~42,100",
    },
    5: {
        "one stroke": f"56~62,0~3 18,0! {_BELLY_OF_5}",
        "bar apart": f"18,10~14 {_BELLY_OF_5} | 22~30,-4~4 64~72,-8~2",
        "long bar": f"76~90,-8~0 18,0! {_BELLY_OF_5}",
        "curled": "58,0~3 20,0! 14,42! 42,36 62,58 54,90 26,100 6,86 14~18,76~80",
        "small belly": "62,0~3 22,0! 16,56! 38,50 56,66 52,90 32,100 8,94",
    },
    6: {
        "curved": "46~54,2~8 24,24 8,58 12,90 34,100 56,84 52,60 28,56 9,72",
        "straight": "44~56,0 22~28,36 6,72 22,98 46,97 57,76 44,58 22,62 7,78",
        "curled": "58~64,12~18 48,1 26,12 8,48 10,86 34,100 56,84 52,60 30,56 9,72",
        "upright": "18~28,0 8,48 8,80 28,100 52,92 58,72 40,58 9,76",
        "small ring": "44~50,0 20,32 5,70 16,97 36,98 44,82 32,71 8,82",
    },
    7: {
        "plain": "6~14,0~4 60,0! 28~38,100",
        "curved": "6~14,1~4 60,0! 40,42~50 30~36,100",
        "upright": "2~6,-1~2 60,0! 48~54,100",
        "crossed": "8~14,1~6 60,0! 30~38,100 | 22~28,44~58 64~70,40~54",
        "crossed, curved": "8~14,2~7 62,0! 42,44~50 30~36,100 | 18~26,46~58 60~68,42~56",
        "crossed, slanting bar": "8~14,1~6 60,0! 30~38,100 | 24~30,56~62 60~68,36~44",
        "serif": "9~12,16~24 12,2! 60,0! 30~38,100",
        "serif, crossed": "9~12,16~24 12,2! 60,0! 30~38,100 | 24~28,48~58 62~68,44~54",
        "hook": "8~13,26~38 12,2! 62,0! 60,30 36~44,100",
        "wavy": "4~8,10~14 13,2 34,6~9 62,0! 30~40,100",
    },
    8: {
        "one stroke": "52,10 32,0 12,14 20,38 48,58 60,80 34,100 8,82 20,58 48,38 55,16 46~50,4~8",
        "two rings": "33,0 14,10 14,32 32,45 50,34 52,12 33~37,0 | 32,46 8,60 8,88 32,100 58,88 58,60 33~37,46",
        "open": "50~58,8~14 32,0 12,14 20,38 48,58 60,80 34,100 8,82 22,56 64~70,-4~2",
        "small head": "46,8 32,0 18,10 22,28 50,52 62,78 34,100 4,80 18,50 42,28 46,12 40~44,3~6",
    },
    9: {
        "straight": f"{_RING_OF_9}! 57~62,100",
        "slanting": f"{_RING_OF_9}! 30~44,100",
        "curved": f"{_RING_OF_9}! 60,44 50,76 26~36,100",
        "hooked": f"{_RING_OF_9}! 63,60 54,92 34,100 12~16,86~92",
        "like g": f"{_RING_OF_9}! 62,76 46,100 18,98 4~8,80~86",
        "small ring": "58,14 42,0 24,6 18,22 30,36 48,30 58~61,13~16! 56~60,100",
    },
}
"""The strokes of each form of each digit, between bars: points x,y in hundredths of a digit's height, from the left and
from the top. ``a~b`` is drawn from that range. A stroke is smooth but where a point is marked ``!``."""

_SCALE = 1.6
"""Pixels of the canvas to a hundredth of a digit's height."""

_THINNEST = 3.5
_THICKEST = {1: 22, 7: 18}
_THICKEST_OF_OTHERS = 14
"""Widths of pens, in hundredths of a digit's height: thicker ones would fill the rings of most digits."""

_SMALL = 0.2
_SMALL_SIDES = range(11, 19)
"""The part of digits that is small writing, and how many pixels may be on the longer side of it."""


def drawn(n: int, seed: int) -> Arrays:
    """Return drawn digits: all ten in turn, and each digit's forms in turn.

    Args:
        n: how many.
        seed: the same seed gives the same digits.

    Returns:
        images uint8 (n, 28, 28), ink bright, normalised as MNIST is; labels int32 (n,).

    """
    generator = np.random.default_rng(seed)
    labels = np.arange(n, dtype=np.int32) % len(FORMS)
    images = np.zeros((n, SIDE, SIDE), np.uint8)
    for i, label in enumerate(labels.tolist()):
        names = list(FORMS[label])
        images[i] = drawn_form(label, names[i // len(FORMS) % len(names)], generator)
    return images, labels


def with_drawn(examples: Arrays, n: int, seed: int) -> Arrays:
    """Return examples with n drawn digits behind them."""
    images, labels = drawn(n, seed)
    return np.concatenate([examples[0], images]), np.concatenate([examples[1].astype(np.int32), labels])


def drawn_form(digit: int, name: str, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Draw a digit in one of its forms, as some hand would: uint8 (28, 28)."""
    jitter = generator.uniform(0.5, 2.5)
    strokes = [_stroke(stroke.split(), jitter, generator) for stroke in FORMS[digit][name].split("|")]
    shape = _proportions(generator)
    thickest = _THICKEST.get(digit, _THICKEST_OF_OTHERS)
    thickness = np.exp(generator.uniform(np.log(_THINNEST), np.log(thickest)))
    ink = _inked([points @ shape for points in strokes], _SCALE * thickness, generator)
    return normalize(_small(ink, generator) if generator.random() < _SMALL else ink)


def _stroke(tokens: list[str], jitter: float, generator: np.random.Generator) -> Points:
    """Return the places that a pen goes through, float (m, 2), close to each other."""
    points = np.array([[_between(place, generator) for place in token.rstrip("!").split(",")] for token in tokens])
    points += generator.normal(0, jitter, points.shape)
    corners = [i for i, token in enumerate(tokens) if token.endswith("!") and 0 < i < len(tokens) - 1]
    ends = [0, *corners, len(tokens) - 1]
    pieces = [points[first : last + 1] for first, last in pairwise(ends)]
    return np.concatenate([_curve(_bowed(piece, generator)) for piece in pieces])


def _between(place: str, generator: np.random.Generator) -> float:
    low, _, high = place.partition("~")
    return generator.uniform(float(low), float(high)) if high else float(low)


def _bowed(piece: Points, generator: np.random.Generator) -> Points:
    """Bend a straight line slightly: nobody's are straight."""
    if len(piece) > 2:
        return piece
    across = (piece[1] - piece[0])[::-1] * (1, -1)
    middle = piece.mean(axis=0) + across * generator.normal(0, 0.025)
    return np.array([piece[0], middle, piece[1]])


def _curve(points: Points) -> Points:
    """Lay a smooth curve through points (Catmull and Rom 1974)."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, here, there, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, 12)[:, None, None]
    curve = here + t / 2 * (
        there - before + t * (2 * before - 5 * here + 4 * there - after + t * (3 * (here - there) + after - before))
    )
    return np.asarray(curve.swapaxes(0, 1).reshape(-1, 2))


def _proportions(generator: np.random.Generator) -> Points:
    """Return a random stretch, slant and turn, as a matrix that points are multiplied by."""
    stretch = np.diag([np.exp(generator.normal(0, 0.11)), 1])
    slant = np.array([[1, 0], [-generator.normal(0.08, 0.14), 1]])
    angle = generator.normal(0, 0.05)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shape: Points = stretch @ slant @ turn * _SCALE
    return shape


def _inked(strokes: list[Points], thickness: float, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Draw strokes on a canvas that holds them, with one pen."""
    margin = int(2 * thickness)
    places = np.concatenate(strokes)
    corner = places.min(axis=0) - margin
    width, height = np.ceil(np.ptp(places, axis=0)).astype(int) + 2 * margin
    canvas = np.zeros((height, width), np.uint8)
    pressure = generator.uniform(0.45, 1, 3) if generator.random() < 0.5 else np.ones(3)
    for points in strokes:
        _follow(canvas, points - corner, thickness * _pressed(pressure, len(points)))
    return canvas


def _pressed(pressure: Points, n: int) -> Points:
    """Return how wide the pen is at each of n places, by its pressure at the start, in the middle and at the end."""
    widths: Points = np.interp(np.linspace(0, 2, n), range(3), pressure / pressure.max())
    return widths


def _follow(canvas: NDArray[np.uint8], points: Points, widths: Points) -> None:
    places, whole_widths = (np.rint(numbers).astype(int).tolist() for numbers in (points, np.maximum(widths, 1)))
    for start, end, width in zip(places, places[1:], whole_widths, strict=False):
        cv2.line(canvas, start, end, 255, width, cv2.LINE_AA)


def _small(ink: NDArray[np.uint8], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return few pixels of it, as an image of small writing has them, enlarged again."""
    factor = generator.integers(_SMALL_SIDES.start, _SMALL_SIDES.stop) / max(ink.shape)
    few = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR), np.uint8)
