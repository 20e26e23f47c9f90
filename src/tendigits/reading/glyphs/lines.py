"""Lines of writing, in reading order: which parts stand beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.blots import struck_out
from tendigits.reading.glyphs.piece import Piece

__all__ = ["Line", "glyph_height", "text_lines", "without_dust", "writing"]

LARGE = 3.5
"""A part so many times as high as half of the page's ink is no digit among digits, but a drawing or a frame."""

FLAT = 8.0
"""What is so many times as wide as high is a rule or a dash, and says nothing of how high digits are."""

_LONGEST = 40.0
"""Ink that goes on without a gap for longer than this, in heights of a digit, is no writing."""

_MOST = 500
"""Parts of a page that are taken for writing, at most: those with most ink. More are seen in noise and pictures."""

BIG = 0.5
"""Parts at least so high, in heights of a digit, make the lines; smaller ones go to the nearest."""

OVERLAP = 0.4
"""Two parts stand beside each other if so much of the lower one's height is shared."""

REACH = 4.0
"""How far apart two parts that stand beside each other may be, in heights of a digit: further on, a sloping line may
have been left for another."""

GAP = 0.5
"""No digit has a gap as wide as this within it, in heights of a digit."""

STEEPEST = 0.3
"""Lines fall or rise by no more than this for each pixel to the right."""

SMALLEST = 0.55
"""Digits of a line are at least so high, in heights of the page's digits: what is smaller is looked at as a small thing
beside them, and not as small writing."""

DUST = 0.2
"""What is smaller than this, in heights of a digit, and near no line, is dust."""

_NEAR = 0.45
"""How far from a line's ink a small part may be and belong to it, in heights of a digit."""


@dataclass(frozen=True, eq=False)
class Line:
    """Parts that stand beside each other.

    Attributes:
        parts: beside each other.
        height: of its digits, in pixels.
        course: where the middle of its digits is: by how much it falls for each pixel to the right, and y at x = 0.

    """

    parts: tuple[Piece, ...]
    height: float
    course: tuple[float, float]

    def runs(self) -> list["Line"]:
        """Return the parts between gaps wider than any within a digit: one line each, level with this one."""
        runs: list[list[Piece]] = []
        right = 0
        for part in sorted(self.parts, key=lambda part: part.x):
            if not runs or part.x - right > GAP * self.height:
                runs.append([])
            runs[-1].append(part)
            right = max(right, part.right)
        return [Line(tuple(run), self.height, self.course) for run in runs]

    @property
    def is_writing(self) -> bool:
        """Whether this run is no longer and no higher than digits beside each other are."""
        long = max(part.right for part in self.parts) - min(part.x for part in self.parts)
        middles = [self.middle(part.x + part.width / 2) for part in self.parts]
        above = max(middle - part.y for part, middle in zip(self.parts, middles, strict=True))
        below = max(part.bottom - middle for part, middle in zip(self.parts, middles, strict=True))
        return long <= _LONGEST * self.height and above + below <= LARGE * self.height

    def middle(self, x: float) -> float:
        """Return where the middle of its digits is at this x: y, in pixels."""
        slope, level = self.course
        return slope * x + level

    @property
    def slope(self) -> float:
        """By how much it falls for each pixel to the right."""
        return self.course[0]


def writing(parts: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return the parts that may be digits, and those that are too large, too many, or struck out."""
    if not parts:
        return [], []
    highest = LARGE * glyph_height(parts)
    order = sorted(parts, key=lambda part: -part.mass)
    struck = {id(part) for part in struck_out(parts)}
    digits = [part for part in order if part.height <= highest and id(part) not in struck][:_MOST]
    chosen = {id(part) for part in digits}
    return digits, [part for part in order if id(part) not in chosen]


def glyph_height(parts: Sequence[Piece]) -> float:
    """Return how high digits are: the height that half of the ink stands in lower parts than, in pixels."""
    parts = [part for part in parts if part.width < FLAT * part.height] or parts
    heights = np.array([part.height for part in parts], np.float64)
    order = np.argsort(heights)
    mass = np.cumsum([parts[i].mass for i in order])
    return float(heights[order[int(np.searchsorted(mass, mass[-1] / 2))]])


def without_dust(others: Sequence[Piece], parts: Sequence[Piece]) -> list[Piece]:
    """Return what is not too small beside the parts to be more than dust."""
    least = DUST * glyph_height(parts) if parts else 0.0
    return [other for other in others if max(other.height, other.width) >= least]


def text_lines(parts: Sequence[Piece]) -> list[Line]:
    """Return the lines, the uppermost first."""
    if not parts:
        return []
    height = glyph_height(parts)
    big = [part for part in parts if part.height >= BIG * height]
    groups = _beside(big, height)
    rest: list[Piece] = []
    for part in parts:
        if part.height < BIG * height:
            nearest = min(groups, key=lambda group: _distance(part, group), default=None)
            if nearest is not None and _distance(part, nearest) <= _NEAR * height:
                nearest.append(part)
            elif max(part.height, part.width) >= DUST * height:
                rest.append(part)
    groups += _beside(rest, height)
    lines = [_line(group, SMALLEST * height) for group in groups]
    return _in_order(lines)


def _line(parts: list[Piece], least: float) -> Line:
    height = max(glyph_height(parts), least)
    return Line(tuple(sorted(parts, key=lambda part: part.middle[0])), height, _course(parts, height))


def _course(parts: list[Piece], height: float) -> tuple[float, float]:
    """Fit a straight line to the middles of what is as high as digits."""
    big = [part for part in parts if part.height >= BIG * height] or parts
    x = np.array([part.x + part.width / 2 for part in big])
    y = np.array([part.y + part.height / 2 for part in big])
    weight = np.array([part.mass for part in big])
    centre = weight @ x / weight.sum(), weight @ y / weight.sum()
    spread = weight @ (x - centre[0]) ** 2
    # A slope can be told from parts that are further apart than digits are high, and no line is steep.
    steady = weight.sum() * height**2
    slope = float(np.clip(weight @ ((x - centre[0]) * (y - centre[1])) / (spread + steady), -STEEPEST, STEEPEST))
    return slope, float(centre[1] - slope * centre[0])


def _in_order(lines: list[Line]) -> list[Line]:
    """Sort lines from top to bottom; of two at about the same level, the left one first."""
    ordered: list[Line] = []
    for line in sorted(lines, key=lambda line: line.middle(line.parts[0].x)):
        at = len(ordered)
        while at and _is_left_of(line, ordered[at - 1]):
            at -= 1
        ordered.insert(at, line)
    return ordered


def _is_left_of(line: Line, other: Line) -> bool:
    ends, begins = max(part.right for part in line.parts), min(part.x for part in other.parts)
    return ends <= begins and abs(line.middle(ends) - other.middle(begins)) < OVERLAP * min(line.height, other.height)


def _beside(parts: list[Piece], height: float) -> list[list[Piece]]:
    """Group parts that stand beside each other, directly or by way of others."""
    group = np.arange(len(parts))
    order = sorted(range(len(parts)), key=lambda i: parts[i].x)
    for place, i in enumerate(order):
        for j in order[place + 1 :]:
            if parts[j].x - parts[i].right > REACH * height:
                break
            if group[i] != group[j] and _shared(parts[i], parts[j]) >= OVERLAP:
                group[group == group[j]] = group[i]
    return [[parts[i] for i in order if group[i] == each] for each in dict.fromkeys(group[order].tolist())]


def _shared(one: Piece, other: Piece) -> float:
    """Return the shared height of two parts, as a share of the lower one's."""
    shared = min(one.bottom, other.bottom) - max(one.y, other.y)
    return shared / min(one.height, other.height)


def _distance(part: Piece, group: list[Piece]) -> float:
    """Return how far a part is from the nearest of a group, in pixels between their boxes."""
    boxes = np.array([[other.x, other.y, other.right, other.bottom] for other in group])
    across = _gap(boxes[:, 0], boxes[:, 2], part.x, part.right)
    down = _gap(boxes[:, 1], boxes[:, 3], part.y, part.bottom)
    return float(np.hypot(across, down).min())


def _gap(low: NDArray[np.intp], high: NDArray[np.intp], begin: int, end: int) -> NDArray[np.intp]:
    return np.maximum(np.maximum(low - end, begin - high), 0)
