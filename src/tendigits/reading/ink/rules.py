"""Rules: printed lines, found as what is thin, straight and longer than handwriting.

A rule is seen as pieces between what crosses it. Pieces that lie on one line are put together, whatever the line's
direction, so that a sheet may be turned, and seen in perspective.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.connected import connected
from tendigits.reading.ink.planes import Plane

__all__ = ["Rule", "Rules", "find_rules"]

_HALF = 2
"""Rules are looked for in a picture of every second pixel; lengths below are in pixels of that."""

_THICKEST = 5
"""A rule is thinner than this."""

_GAP = 7
"""Pieces of a rule closer than this are one."""

_LONGEST_PIECE = 48
"""Pieces are cut at this length, for one that a stroke touches is no longer straight, and lost."""

_SHORTEST_PIECE = 10
"""Of anything shorter, no direction can be told."""

_STEEPEST = 0.3
"""The tangent of the largest angle to the horizontal: sheets are held up to 17 degrees askew."""

_STRAIGHT = 1.3
"""The root mean square distance of a piece's pixels to its line is not larger."""

_NEAR = 2.0
"""How far off a line the middle of a piece may lie that belongs to it."""

_BENT = 0.008
"""How much farther, for each pixel along the line that lies between: paper is not flat, and lenses bend lines."""

_COVERED = 0.45
"""The part of a rule's length that is in sight, at least: digits cover the rest."""

_LONG = 0.45
"""A line on its own that reaches a border of the page is a rule from this part of the page's width on; one of several
need not reach it."""

_LONG_OF_MANY = 0.2
"""One of several that reaches it is a rule from this part of the page's longer side on."""

_MANY = 3
"""So many lines are several, and a line with so many sides of boxes on it is a rule."""

_SLENDER = 60
"""A rule is so many times as long as thick, at least. The straight stroke of a very thin pen is fifty."""

_AT_BORDER = 0.03
"""A line that ends no farther from a border, as a part of the page's width, reaches it."""

_SLENDER_ACROSS = 25
"""A line that goes from one border of the page to the other, and is fainter than what is written, is a rule if it is so
many times as long as thick: in a picture cut out of a ruled sheet none is longer."""

_FAINTER = 0.85
"""The part of the ink's contrast that such a rule has at most. Those in pictures cut out of photographs had
0.3 to 0.8 of it, and the straight stroke of a thin pen in a digit that fills its picture 1.0."""

_OUTER = 0.2
"""Such a line that goes down the page is in so much of its width left or right: the sheet's margin."""

_PARALLEL = 0.03
"""The tangent of the angle up to which neighbouring rules are parallel."""

_STARTS = 150
"""So often a line is looked for, through the longest piece that is left: squared paper has fewer rules."""

_SHORTEST_OF_BOXES = 0.06
"""The top of a row of boxes is at least this part of the page's longer side."""

_SHORTEST_SIDE = 0.02
"""The side of a box is, too."""

_TINY = 1e-9
"""What is divided by instead of 0."""

_SLENDER_SIDE = 10
"""The side of a box is so many times as long as thick."""

_JOINED = 12.0
"""The side of a box ends no farther from the top and the bottom."""


@dataclass(frozen=True)
class Rule:
    """A straight line: y = intercept + slope * x, from x = start to x = end, in pixels of the full picture."""

    slope: float
    intercept: float
    start: float
    end: float


Moments = NDArray[np.float64]
"""float64 (..., 6): the sums of 1, x, y, x x, x y and y y over pixels: all that a fitted line depends on."""


@dataclass(frozen=True)
class _Pieces:
    """Pieces of lines: where they begin and end, float64 (n,), and their moments, float64 (n, 6)."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    moments: Moments

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "_Pieces":
        return _Pieces(self.start[chosen], self.end[chosen], self.moments[chosen])

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Of their pixels: x and y, float64 (2, n)."""
        return np.asarray(self.moments[:, 1:3].T / self.moments[:, 0])


@dataclass(frozen=True)
class Rules:
    """Rules nearer to the horizontal, and those nearer to the vertical, which are of the transposed picture."""

    horizontal: list[Rule]
    vertical: list[Rule]


def find_rules(seen: Plane, excess: Plane, ink: float) -> Rules:
    """Find printed lines.

    Args:
        seen: uint8 (height, width): not 0 where there is anything on the paper, lines as thick as they are half as
            dark as in their middle.
        excess: uint8 (height, width), by how much everything is darker than the paper.
        ink: how much that is where a pen wrote.

    """
    faint = _FAINTER * ink
    half = cv2.dilate(seen, np.ones((_HALF, _HALF), np.uint8))[::_HALF, ::_HALF]
    across, down = _lines(_pieces(half)), _lines(_pieces(np.asarray(cv2.transpose(half), np.uint8)))
    tops, sides = _boxes(across, down, excess, faint)
    printed = [*_long(across, half.shape), *_from_border_to_border(across, excess, faint)]
    margins = _margins(down, printed, excess, faint)
    return Rules(
        [_full_size(line) for line in {*printed, *tops}],
        [_full_size(line) for line in {*_long(down, half.shape[::-1]), *margins, *sides}],
    )


def _pieces(half: Plane) -> _Pieces:
    """Return what is thin, long and straight."""
    thick = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((_THICKEST, 1), np.uint8))
    thick = cv2.dilate(thick, np.ones((3, 1), np.uint8))  # with it goes what frays its edges
    thin = cv2.morphologyEx(cv2.subtract(half, thick), cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    thin[:, ::_LONGEST_PIECE] = 0
    found = connected(np.asarray(thin, np.uint8))
    count, labels, stats = found.count, found.labels, found.stats
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    long = (width >= _SHORTEST_PIECE) & (height <= _THICKEST + _STEEPEST * width)
    long[0] = False
    at = np.flatnonzero(thin > 0)
    at = at[long[labels.ravel()[at]]]
    label, (y, x) = labels.ravel()[at], np.divmod(at, thin.shape[1])
    sums = [np.bincount(label, of, count) for of in (np.ones(len(x)), x, y, x * x, x * y, y * y)]
    moments: Moments = np.stack(sums, axis=1).astype(np.float64)
    left = stats[:, cv2.CC_STAT_LEFT].astype(np.float64)
    pieces = _Pieces(left[long], left[long] + width[long].astype(np.float64), moments[long])
    slope, _, off = _fitted(pieces.moments)
    return pieces[(off <= _STRAIGHT) & (np.abs(slope) <= _STEEPEST)]


def _fitted(moments: Moments) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return slopes and intercepts by least squares, and the root mean square distances."""
    n, x, y, xx, xy, yy = moments.T
    across = np.maximum(xx - x * x / n, _TINY)
    slope = (xy - x * y / n) / across
    left = np.maximum(yy - y * y / n - slope * (xy - x * y / n), 0)
    return slope, (y - slope * x) / n, np.sqrt(left / n)


@dataclass(frozen=True)
class _Line:
    slope: float
    intercept: float
    start: float
    end: float
    thickness: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x


def _lines(pieces: _Pieces) -> list[_Line]:
    """Put pieces of one line together, the longest first."""
    lines = []
    free = np.ones(len(pieces.start), bool)
    starts = 0
    for first in np.argsort(pieces.start - pieces.end, kind="stable"):
        if free[first] and starts < _STARTS:
            starts += 1
            chosen = _on_one_line(pieces, first, free)
            free[chosen] = False
            line = _line(pieces[chosen])
            if line:
                lines.append(line)
    return lines


def _on_one_line(pieces: _Pieces, first: int, free: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return which of the free pieces lie on the line of the first; each that joins tells its direction better."""
    x, y = pieces.middles
    chosen = np.array([first])
    while True:
        slope, intercept, _ = _fitted(pieces.moments[chosen].sum(axis=0))
        low, high = pieces.start[chosen].min(), pieces.end[chosen].max()
        beyond = np.maximum(np.maximum(low - x, x - high), 0)
        reach = 1.5 * (high - low) + 20
        near = free & (np.abs(y - intercept - slope * x) <= _NEAR + _BENT * beyond) & (beyond <= reach)
        grown = np.flatnonzero(near)
        if len(grown) <= len(chosen):
            return chosen
        chosen = grown


def _line(pieces: _Pieces) -> _Line | None:
    """Return the line of these pieces; None where too little of it is there."""
    start, end = float(pieces.start.min()), float(pieces.end.max())
    seen = float((pieces.end - pieces.start).sum())
    if seen < _COVERED * (end - start):
        return None
    slope, intercept, _ = _fitted(pieces.moments.sum(axis=0))
    return _Line(float(slope), float(intercept), start, end, float(pieces.moments[:, 0].sum() / seen))


def _long(lines: list[_Line], shape: tuple[int, ...]) -> list[_Line]:
    """Return the lines that are longer than anybody writes."""
    width, longer = shape[1], max(shape)
    slender = [line for line in lines if line.length >= _SLENDER * line.thickness]
    many = [line for line in slender if line.length >= _LONG_OF_MANY * longer]
    many = [line for line in many if line.length >= _LONG * width or _at_the_border(line, width)]
    alone = [line for line in slender if line.length >= _LONG * width and _at_the_border(line, width)]
    if len(many) < _MANY:
        return alone
    return many + [line for line in lines if line not in many and _of_a_family(line, many, longer)]


def _of_a_family(line: _Line, many: list[_Line], longer: int) -> bool:
    """Tell whether a shorter line is parallel to the nearest rule: in perspective, directions change."""
    long_enough = line.length >= max(_SHORTEST_OF_BOXES * longer, _SLENDER / 2 * line.thickness)
    middle = (line.start + line.end) / 2
    near = min(many, key=lambda other: abs(other.at(middle) - line.at(middle)))
    return long_enough and abs(near.slope - line.slope) <= _PARALLEL


def _boxes(across: list[_Line], down: list[_Line], excess: Plane, faint: float) -> tuple[list[_Line], list[_Line]]:
    """Return the lines that many sides end on, or two from the same other line if they are faint, and these sides."""
    longer = max(excess.shape) // _HALF
    tops = [line for line in across if line.length >= max(_SHORTEST_OF_BOXES * longer, _SLENDER / 2 * line.thickness)]
    sides = [line for line in down if line.length >= max(_SHORTEST_SIDE * longer, _SLENDER_SIDE * line.thickness)]
    ends = {side: [top for top in tops if _joined(top, side)] for side in sides}
    ends = {side: joined for side, joined in ends.items() if len(joined) >= 2}
    tops = [
        top
        for top in tops
        if sum(top in joined for joined in ends.values()) >= _MANY
        or (_is_of_a_box(top, ends) and _contrast(top, excess) <= faint)
    ]
    return tops, [side for side, joined in ends.items() if set(joined) <= set(tops)]


def _is_of_a_box(top: _Line, ends: dict[_Line, list[_Line]]) -> bool:
    """Tell whether two sides go from this line to the same other one."""
    others = Counter(other for joined in ends.values() if top in joined for other in joined if other != top)
    return any(sides >= 2 for sides in others.values())


def _joined(top: _Line, side: _Line) -> bool:
    """Tell whether the side ends on the top; of the side, x and y are swapped."""
    return any(
        abs(top.intercept + top.slope * (side.intercept + side.slope * end) - end) <= _JOINED
        and top.start - _JOINED <= side.intercept + side.slope * end <= top.end + _JOINED
        for end in (side.start, side.end)
    )


def _from_border_to_border(across: list[_Line], excess: Plane, faint: float) -> list[_Line]:
    """Return the lines that go on beyond both sides of the page, and are fainter than what is written on it."""
    width = excess.shape[1] / _HALF
    whole = [line for line in across if _begins_at(line, 0, width) and _ends_at(line, width, width)]
    return [line for line in whole if _is_slender(line) and _contrast(line, excess) <= faint]


def _margins(down: list[_Line], rules: list[_Line], excess: Plane, faint: float) -> list[_Line]:
    """Return the lines that cross rules and go from a border or a rule to another, at the side of the page.

    Of lines that go down the page, x and y are swapped.
    """
    if not rules:
        return []
    height, width = (side / _HALF for side in excess.shape)
    found = []
    for line in down:
        middle = (line.start + line.end) / 2
        levels = [0.0, height, *(rule.at(line.at(middle)) for rule in rules)]
        whole = any(_begins_at(line, at, height) for at in levels) and any(_ends_at(line, at, height) for at in levels)
        crosses = any(line.start + _JOINED < at < line.end - _GAP for at in levels[2:])
        outer = min(line.at(middle), width - line.at(middle)) <= _OUTER * width
        if whole and crosses and outer and _is_slender(line) and _contrast(line, excess.T) <= faint:
            found.append(line)
    return found


def _begins_at(line: _Line, level: float, size: float) -> bool:
    return abs(line.start - level) <= max(_AT_BORDER * size, _GAP)


def _ends_at(line: _Line, level: float, size: float) -> bool:
    return abs(line.end - level) <= max(_AT_BORDER * size, _GAP)


def _is_slender(line: _Line) -> bool:
    return line.length >= _SLENDER_ACROSS * line.thickness


def _contrast(line: _Line, excess: Plane) -> float:
    """Return the median of a line's contrast where it is darkest across."""
    x = np.arange(round(_HALF * line.start), min(round(_HALF * line.end), excess.shape[1]))
    y = np.rint(_HALF * line.at(0) + line.slope * x).astype(np.intp) + np.arange(-_HALF, _HALF + 1)[:, None]
    darkest = np.sort(excess[y.clip(0, len(excess) - 1), x].max(axis=0))  # np.median loads numpy.ma, for 8 ms
    return float(darkest[len(darkest) // 2])


def _at_the_border(line: _Line, width: int) -> bool:
    margin = _AT_BORDER * width
    return line.start <= margin or line.end >= width - margin


def _full_size(line: _Line) -> Rule:
    return Rule(line.slope, _HALF * line.intercept + (_HALF - 1) / 2, _HALF * line.start, _HALF * line.end)
