"""Digits laid out along lines, as a hand does it: never quite of a size, never quite on the line.

What is between two digits is controlled on their ink, not on their boxes: `Hand.gap` is the nearest distance between
their strokes, in heights of a digit. At 0 they touch in one pixel, and below they overlap by as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.glyph import GLYPH, Coverage, Glyph, Shape
from paper.ranges import Range, drawn
from paper.ruling import Ruled, Ruling

_LEAST = 3

Digits = Sequence[tuple[NDArray[np.uint8], int]]
"""A line: images uint8 (28, 28) with their labels."""


@dataclass(frozen=True)
class Hand:
    """How people write: each is drawn once a page, but for the gap, which is drawn for each pair of digits.

    Heights and gaps: of a digit, as a part of the frame's height; between inks, in heights of a digit.
    """

    height: Range = (0.08, 0.14)
    slant: Range = (-8, 12)
    gap: Range = (0.08, 0.35)
    slope: Range = (-1.5, 1.5)
    unsteadiness: Range = (0.3, 1.2)


@dataclass(frozen=True)
class Writing:
    """Digits on a sheet.

    ink: float32 (height, width), 0 to 1. outlines: the convex hull of each digit's ink, float64 (n, 2), x and y in the
    sheet's pixels, in reading order. height: of a digit, in pixels. ruled: what is printed for them to stand on.
    owners: int16 (height, width), which of the outlines has most of a pixel's ink, -1 where none has any; None where
    no digits are written.
    """

    ink: Coverage
    outlines: tuple[NDArray[np.float64], ...]
    height: float
    ruled: Ruled
    owners: NDArray[np.int16] | None = None


@dataclass(frozen=True)
class Area:
    """Where on a sheet is written: the sheet's shape, and a rectangle on it, in pixels."""

    sheet: tuple[int, int]
    top: float
    left: float
    height: float
    width: float


@dataclass(frozen=True)
class _Letter:
    """A digit and how this writer happens to make it: in heights of a digit, degrees, and parts of a range."""

    glyph: Glyph
    size: float
    drop: float
    turn: float
    slant: float
    gap: float
    aside: float


@dataclass(frozen=True)
class _Placed:
    """Ink, and where its upper left corner is from the beginning of its line's base, in pixels."""

    ink: Coverage
    x: int
    y: int


def write_lines(
    lines: Sequence[Digits], area: Area, height: float, pen: float | None, hand: Hand, ruling: Ruling,
    generator: np.random.Generator,
) -> Writing:  # fmt: skip
    """Return digits written in an area; where it is too small for them, smaller than asked.

    Args:
        lines: the digits, line by line.
        area: where they go.
        height: of a digit, in pixels.
        pen: the width of strokes in heights of a digit; None leaves each digit its own.
        hand: how they are written.
        ruling: what is printed on the sheet.
        generator: decides what the ranges leave open.

    Raises:
        ValueError: an image is none of a digit, or there are too many for the area.

    """
    letters = _letters(lines, hand, generator)
    slope = 0.0 if ruling.guides else np.tan(np.radians(drawn(hand.slope, generator)))
    ruled = ruling.of_a_page(generator)
    corner = generator.random(2)
    while True:
        placed = _Layout(letters, height, pen, slope, ruled)
        smaller = min(area.height / max(placed.height, 1), area.width / max(placed.width, 1))
        if smaller >= 1:
            return placed.on(area, corner)
        height *= 0.98 * smaller
        if height < _LEAST:
            raise ValueError(f"these digits would be less than {_LEAST} pixels high: write fewer, or a larger page")


def ink_of(coverage: Coverage) -> NDArray[np.bool_]:
    """Return what counts as ink: at least half covered, or half of the most where nothing is."""
    return coverage >= min(0.5, 0.5 * float(coverage.max()))


def _letters(lines: Sequence[Digits], hand: Hand, generator: np.random.Generator) -> list[list[_Letter]]:
    slant, wild = drawn(hand.slant, generator), drawn(hand.unsteadiness, generator)

    def letter(image: NDArray[np.uint8]) -> _Letter:
        size, drop, turn, lean, aside = generator.normal(0, wild, 5).clip(-2.5, 2.5)
        return _Letter(
            Glyph(image), size=np.exp(0.07 * size), drop=0.04 * drop, turn=2 * turn, slant=slant + 3 * lean,
            gap=drawn(hand.gap, generator), aside=0.05 * aside,
        )  # fmt: skip

    return [[letter(image) for image, _ in line] for line in lines]


class _Layout:
    """Lines laid out at one height, not yet in their place on the sheet."""

    def __init__(self, letters: list[list[_Letter]], height: float, pen: float | None, slope: float, ruled: Ruled):
        self._digit, self._ruled = height, replace(ruled, height=height)
        self._lines = [self._laid(line, pen, slope) for line in letters]
        tops = [min((placed.y for placed in line), default=0) for line in self._lines]
        bottoms = [max((placed.y + placed.ink.shape[0] for placed in line), default=0) for line in self._lines]
        pitch = max(self._ruled.line_pitch, *(bottom - top for bottom, top in zip(bottoms, tops[1:], strict=False)), 0)
        self._pitch = self._ruled.whole_rules(pitch)
        self._top, self._left = -min(tops, default=0), max(-min(self._edges(0), default=0), 0)
        self.height = self._top + self._pitch * (len(self._lines) - 1) + max(bottoms[-1:], default=0)
        self._longest = max((len(line) for line in self._lines), default=0)
        self.width = self._left + max(self._ruled.width_of_boxes(self._longest), *self._edges(1), 0)

    def on(self, area: Area, corner: NDArray[np.float64]) -> Writing:
        """Put them somewhere within the area: `corner` says where in what it has to spare, 0 to 1 each way."""
        spare = np.maximum([area.height - self.height, area.width - self.width], 0)
        top, left = np.rint([area.top + self._top, area.left + self._left] + corner * spare).astype(int)
        ink, outlines = np.zeros(area.sheet, np.float32), []
        owners = np.full(area.sheet, -1, np.int16)
        bases = [top + round(i * self._pitch) for i in range(len(self._lines))]
        for base, line in zip(bases, self._lines, strict=True):
            for placed in line:
                outlines.append(_laid_into(ink, owners, len(outlines), placed, base, left))
        return Writing(ink, tuple(outlines), self._digit, self._ruled.at(bases, left, self._longest), owners)

    def _edges(self, side: int) -> list[int]:
        return [placed.x + side * placed.ink.shape[1] for line in self._lines for placed in line]

    def _laid(self, line: list[_Letter], pen: float | None, slope: float) -> list[_Placed]:
        inks = [self._ink(letter, pen) for letter in line]
        advances = [ink.shape[1] + letter.gap * self._digit for letter, ink in zip(line, inks, strict=True)]
        climbed = slope * np.cumsum([0, *advances])
        bases = [round(letter.drop * self._digit + climb) for letter, climb in zip(line, climbed, strict=False)]
        if self._ruled.cell_width:
            return [self._in_cell(i, *each) for i, each in enumerate(zip(inks, bases, line, strict=True))]
        gaps = [round(letter.gap * self._digit) for letter in line[1:]]
        starts = _starts(inks, bases, gaps)
        return [_Placed(ink, start, base - len(ink)) for ink, start, base in zip(inks, starts, bases, strict=True)]

    def _ink(self, letter: _Letter, pen: float | None) -> Coverage:
        tall, wide = letter.glyph.size
        scale = self._digit * letter.size / max(tall, 0.7 * GLYPH, 0.8 * wide)
        width = None if pen is None else max(pen * self._digit, 0.6)
        return letter.glyph.drawn(Shape(scale, letter.slant, letter.turn, width))

    def _in_cell(self, i: int, ink: Coverage, base: int, letter: _Letter) -> _Placed:
        middle = (i + 0.5) * self._ruled.cell_width + letter.aside * self._digit
        return _Placed(ink, round(middle - ink.shape[1] / 2), base - ink.shape[0])


def _starts(inks: list[Coverage], bases: list[int], gaps: list[int]) -> list[int]:
    """Return where each digit begins, so that its ink is as far as it should be from all ink before it."""
    if not inks:
        return []
    margin = max(max(gaps, default=0), 0) + 1
    shift = min(base - ink.shape[0] for ink, base in zip(inks, bases, strict=True)) - margin
    rows = max(bases) - shift + margin
    edge = np.full(rows, -np.inf)
    starts = [0]
    _push(edge, inks[0], bases[0] - shift, 0)
    for (_, ink), base, gap in zip(pairwise(inks), bases[1:], gaps, strict=True):
        reach = max(gap, 0)
        wide = _widened(ink, reach)
        beginning = np.full(rows, np.inf)
        top = base - shift - ink.shape[0] - reach
        beginning[top : top + len(wide)] = np.where(wide.any(axis=1), wide.argmax(axis=1) - reach, np.inf)
        start = int((edge - beginning).max()) + (1 if gap > 0 else gap)
        starts.append(start)
        _push(edge, ink, base - shift, start)
    return starts


def _push(edge: NDArray[np.float64], ink: Coverage, base: int, start: int) -> None:
    """Move the right edge of all ink so far, row by row, to that of a digit more."""
    mask = ink_of(ink)
    last = np.where(mask.any(axis=1), start + mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1), -np.inf)
    rows = edge[base - len(mask) : base]
    np.maximum(rows, last, out=rows)


def _widened(ink: Coverage, reach: int) -> NDArray[np.bool_]:
    """Return the ink with all that is no further from it than `reach` pixels."""
    mask = np.pad(ink_of(ink), reach)
    if not reach:
        return mask
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= reach


def _laid_into(
    page: Coverage, owners: NDArray[np.int16], number: int, placed: _Placed, base: int, left: int
) -> NDArray[np.float64]:
    """Add a digit's ink to the page, make it the owner of what was less covered, and return its outline there."""
    (height, width), y, x = placed.ink.shape, base + placed.y, left + placed.x
    up, aside = max(0, -y), max(0, -x)
    place = page[y + up : y + height, x + aside : x + width]
    own = placed.ink[up:, aside:][: place.shape[0], : place.shape[1]]
    owners[y + up : y + height, x + aside : x + width][own > place] = number
    np.maximum(place, own, out=place)
    points = np.argwhere(ink_of(placed.ink))[:, ::-1].astype(np.int32)
    # The corners of the pixels, not their middles: a box holds them whole.
    corners = np.concatenate([points + corner for corner in ((0, 0), (0, 1), (1, 0), (1, 1))])
    return cv2.convexHull(corners).reshape(-1, 2).astype(np.float64) + np.array([x, y]) - 0.5
