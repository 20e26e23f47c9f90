"""What is no digit, generated: so that a network learns to be unsure of it.

Trained towards the uniform distribution on such images, a network keeps its confidence for digits (outlier exposure:
Hendrycks, Mazeika and Dietterich 2019, "Deep anomaly detection with outlier exposure"). Seven kinds, those that
reading handwriting comes across: halves of digits and pairs of them, as wrong cuts leave them; letters and signs;
scribbles; ruled lines; noise; nothing at all.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import Arrays
from tendigits.data.normalization import SIDE, cropped, normalize
from tendigits.errors import DataError

__all__ = ["KINDS", "nondigits", "with_nondigits"]

_NO_DIGIT = 1_000
"""The label of what is no digit: beyond any network's last class."""

Canvas = NDArray[np.uint8]

_NO_INK = np.zeros((SIDE, SIDE), np.uint8)

_CANVAS = 96
_MARGIN = 16
"""Strokes are drawn on a larger canvas, within a margin, and normalised as any glyph is."""

_LEFT_HALVES = (0, 2, 3, 4, 5, 8)
_RIGHT_HALVES = (0, 2, 5, 6)
"""Digits of which the left or the right half is no digit: the right half of a 4 may be a 1, that of an 8 a 3."""


class _Digits:
    """The images to make halves and pairs of: those that show something."""

    def __init__(self, digits: Arrays) -> None:
        images, labels = digits
        with_ink = images.any(axis=(1, 2))
        self._images = images[with_ink]
        self._every = np.arange(len(self._images))
        self._left, self._right = (
            np.flatnonzero(np.isin(labels[with_ink], halves)) for halves in (_LEFT_HALVES, _RIGHT_HALVES)
        )

    def any(self, generator: np.random.Generator) -> Canvas:
        return self._one_of(self._every, generator)

    def with_half(self, generator: np.random.Generator, *, left: bool) -> Canvas:
        return self._one_of(self._left if left else self._right, generator)

    def _one_of(self, rows: NDArray[np.intp], generator: np.random.Generator) -> Canvas:
        return np.asarray(self._images[rows[generator.integers(len(rows))]]) if len(rows) else _NO_INK


Make = Callable[[np.random.Generator, _Digits], Canvas]

_Y, _X = np.mgrid[:SIDE, :SIDE]

_LETTERS = {
    "A": "06 20 46|14 34", "C": "41 20 01 05 26 45", "E": "40 00 06 46|03 33", "F": "40 00 06|03 33",
    "H": "00 06|40 46|03 43", "J": "40 45 26 05", "K": "00 06|40 03 46", "L": "00 06 46", "M": "06 00 24 40 46",
    "N": "06 00 46 40", "P": "06 00 30 42 33 03", "R": "06 00 30 42 33 03|23 46", "T": "00 40|20 26",
    "U": "00 04 26 44 40", "V": "00 26 40", "W": "00 16 23 36 40", "X": "00 46|40 06", "Y": "00 23 40|23 26",
    "d": "40 46|43 23 05 26 44", "e": "04 44 32 12 04 26 45", "f": "31 20 12 16|03 33",
    "h": "00 06|03 23 44 46", "k": "00 06|32 04 36", "m": "02 06|03 12 23 26|23 32 43 46", "n": "02 06|03 22 43 46",
    "p": "02 08|02 33 44 25 05", "r": "02 06|03 22 42", "t": "20 25 36 45|02 42", "u": "02 05 26 45|42 46",
    "w": "02 16 23 36 42", "x": "02 46|42 06", "+": "03 43|21 25", "=": "02 42|04 44",
    "*": "11 35|31 15|03 43", "#": "10 16|30 36|02 42|04 44", "%": "46 60 06|10 11|45 46",
    "&": "46 10 30 04 16 43", "~": "03 12 34 43", "{": "30 22 13 24 36", "<": "40 03 46",
}  # fmt: skip
"""Strokes of letters and signs that no digit resembles: points, x then y, from the left and from the top."""


def nondigits(digits: Arrays, n: int, seed: int) -> NDArray[np.uint8]:
    """Return images that show no digit, all kinds in turn.

    Args:
        digits: images uint8 (m, 28, 28) and labels (m,), of which halves and pairs are made.
        n: how many images.
        seed: the same seed gives the same images.

    Returns:
        uint8 (n, 28, 28), ink bright, normalised as MNIST is.

    """
    generator = np.random.default_rng(seed)
    kinds, known = list(KINDS.values()), _Digits(digits)
    images = np.zeros((n, SIDE, SIDE), np.uint8)
    for i in range(n):
        images[i] = kinds[i % len(kinds)](generator, known)
    return images


def with_nondigits(digits: Arrays, n: int, seed: int) -> Arrays:
    """Return digits with n images behind them that show none, labelled beyond any network's last class.

    Raises:
        DataError: the digits are not uint8 (m, 28, 28).

    """
    images, labels = digits
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise DataError(
            f"the recipe robust takes images as uint8 (n, 28, 28), not {images.dtype} {images.shape}: pass them so, or"
            " train with the recipe tutorial"
        )
    others = nondigits(digits, n, seed)
    return np.concatenate([images, others]), np.concatenate([labels.astype(np.int32), np.full(n, _NO_DIGIT, np.int32)])


def _half(generator: np.random.Generator, digits: _Digits) -> Canvas:
    """Cut a digit from top to bottom, somewhat slanted, and take the smaller part."""
    left = generator.random() < 0.5
    digit = digits.with_half(generator, left=left)
    place = _X + generator.normal(0, 0.2) * (_Y - SIDE / 2)
    place = place if left else -place
    order = np.argsort(place, axis=None)
    ink = np.cumsum(digit.ravel()[order], dtype=np.float64)
    cut = place.ravel()[order[np.searchsorted(ink, generator.uniform(0.35, 0.5) * ink[-1])]]
    return normalize(np.where(place < cut, digit, 0).astype(np.uint8))


def _pair(generator: np.random.Generator, digits: _Digits) -> Canvas:
    """Put two digits side by side, from just apart to slightly overlapping."""
    left, right = (cropped(digits.any(generator)) for _ in range(2))
    overlap = int(generator.integers(-3, 5))
    drop = int(generator.integers(0, 5))
    canvas = np.zeros((SIDE + 8, left.shape[1] + right.shape[1] + 8), np.uint8)
    _lay(canvas, left, top=4, left=4)
    _lay(canvas, right, top=2 + drop, left=max(4, 4 + left.shape[1] - overlap))
    return normalize(canvas)


def _lay(canvas: Canvas, glyph: Canvas, top: int, left: int) -> None:
    place = canvas[top : top + glyph.shape[0], left : left + glyph.shape[1]]
    np.maximum(place, glyph[:, : place.shape[1]], out=place)


def _letter(generator: np.random.Generator, _: _Digits) -> Canvas:
    strokes = generator.choice(list(_LETTERS.values())).split("|")
    stretch = generator.uniform(0.6, 1.2)
    canvas, width = _blank(), _pen(generator)
    for stroke in strokes:
        points = np.array([[int(point[0]) * stretch, int(point[1])] for point in stroke.split()], np.float64)
        points = points * 8 + generator.normal(0, 2, points.shape) + _MARGIN
        _draw(canvas, _smooth(points), width)
    return normalize(canvas)


def _scribble(generator: np.random.Generator, _: _Digits) -> Canvas:
    """Draw a curve that turns about, up to three times, over itself."""
    canvas, width = _blank(), _pen(generator) * 2 // 3
    for _stroke in range(generator.integers(1, 4)):
        points = generator.uniform(_MARGIN, _CANVAS - _MARGIN, (int(generator.integers(4, 8)), 2))
        _draw(canvas, _smooth(points), width)
    return normalize(canvas)


def _lines(generator: np.random.Generator, _: _Digits) -> Canvas:
    """Draw ruled lines, side by side or crossed; a single upright one is a 1, and left out."""
    canvas, width = _blank(), _pen(generator)
    low, high = _MARGIN, _CANVAS - _MARGIN
    across, down = ((1, 0), (2, 0), (3, 0), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1), (2, 2))[generator.integers(9)]
    for count, flip in ((across, False), (down, True)):
        for place in np.linspace(low, high, count + 2)[1:-1] + generator.normal(0, 3, count):
            line = np.array([[low, place], [high, place + generator.normal(0, 2)]])
            _draw(canvas, line[:, ::-1] if flip else line, width)
    return normalize(canvas)


def _noise(generator: np.random.Generator, _: _Digits) -> Canvas:
    """Draw noise: grains, or blots of any smoothness."""
    grains = generator.random((SIDE, SIDE)).astype(np.float32)
    if generator.random() < 0.7:
        grains = np.asarray(cv2.GaussianBlur(grains, (0, 0), generator.uniform(0.5, 3)), np.float32)
    threshold = np.quantile(grains, generator.uniform(0.5, 0.95))
    blots = (grains - threshold).clip(0) / max(float(grains.max() - threshold), 1e-6)
    return (blots * 255).astype(np.uint8)


def _nothing(generator: np.random.Generator, _: _Digits) -> Canvas:
    """Draw a blank image, or one with a few faint specks."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    for _speck in range(generator.integers(0, 4)):
        y, x = generator.integers(4, SIDE - 4, 2)
        canvas[y : y + generator.integers(1, 3), x : x + generator.integers(1, 3)] = generator.integers(20, 256)
    return canvas


KINDS: Mapping[str, Make] = {
    "half": _half,
    "pair": _pair,
    "letter": _letter,
    "scribble": _scribble,
    "lines": _lines,
    "noise": _noise,
    "nothing": _nothing,
}
"""How each kind is made."""


def _blank() -> Canvas:
    return np.zeros((_CANVAS, _CANVAS), np.uint8)


def _pen(generator: np.random.Generator) -> int:
    return int(generator.integers(4, 11))


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round a polygon's corners by cutting them, three times (Chaikin 1974)."""
    for _ in range(3):
        before, after = points[:-1], points[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def _draw(canvas: Canvas, points: NDArray[np.float64], width: int) -> None:
    cv2.polylines(canvas, [np.rint(points).astype(np.int32)], False, 255, width, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's order: is_closed
