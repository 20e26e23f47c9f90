"""What is printed on paper for digits to stand on: lines, squares, boxes of a form, and a margin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paper.ranges import Range, drawn, one_of

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue as a screen has them, 0 to 255."""

BLUES: tuple[Colour, ...] = ((150, 180, 215), (120, 150, 190), (170, 190, 205))
GREYS: tuple[Colour, ...] = ((120, 120, 125), (160, 160, 165), (90, 90, 95))

_LINE_PITCH = 1.45
"""The least from one line of digits to the next, in heights of a digit."""

Kind: TypeAlias = Literal["blank", "lined", "squared", "boxes"]

Coverage = NDArray[np.float32]


@dataclass(frozen=True)
class Ruling:
    """Which sheets are ruled how; in heights of a digit. A pitch from 1 puts one digit into each square or box."""

    kind: Kind = "blank"
    pitch: Range = (1.2, 1.9)
    thickness: Range = (0.015, 0.035)
    colours: tuple[Colour, ...] = BLUES
    margin: bool = False

    @property
    def guides(self) -> bool:
        """Whether digits stand on it: their lines are then as straight as it."""
        return self.kind != "blank"

    def of_a_page(self, generator: np.random.Generator) -> "Ruled":
        """Draw what is open."""
        return Ruled(
            self.kind, drawn(self.pitch, generator), drawn(self.thickness, generator), one_of(self.colours, generator),
            drawn((0.0, 0.25), generator), drawn((0.4, 1.2), generator) if self.margin else None,
            spare=int(generator.integers(3)),
        )  # fmt: skip


@dataclass(frozen=True)
class Ruled:
    """How one sheet is ruled.

    pitch, thickness, lift and margin: of the rules, the lines, the digits above them and the margin line left of the
    digits, in heights of a digit. height: of a digit, bases: where the lines of digits stand, left: where they begin,
    in pixels. boxes, spare: how many there are in a row, and how many of them at the end stay empty.
    """

    kind: Kind
    pitch: float
    thickness: float
    colour: Colour
    lift: float
    margin: float | None
    spare: int
    height: float = 1
    bases: Sequence[float] = ()
    left: float = 0
    boxes: int = 0

    @property
    def rule(self) -> float:
        """From rule to rule, in pixels; between boxes of one digit it is their height."""
        return self.pitch * self.height * (1.3 if self.kind == "boxes" else 1)

    @property
    def line_pitch(self) -> float:
        """The least from one line of digits to the next, in pixels."""
        return self.rule if self.cell_width else _LINE_PITCH * self.height

    @property
    def cell_width(self) -> float:
        """From digit to digit, in pixels, where each has its own square or box; else 0."""
        return self.pitch * self.height if self.kind in {"squared", "boxes"} and self.pitch >= 1 else 0.0

    def width_of_boxes(self, digits: int) -> float:
        """Return how far the boxes of so many digits reach, in pixels, and of those that stay empty."""
        return self.cell_width * (digits + self.spare) if self.kind == "boxes" else 0.0

    def whole_rules(self, pitch: float) -> float:
        """Return the next larger pitch that is a multiple of the rules'."""
        return pitch if self.kind == "blank" else float(np.ceil(pitch / self.rule - 1e-9)) * self.rule

    def at(self, bases: Sequence[float], left: float, digits: int) -> "Ruled":
        """Put it where lines of digits stand, of which the longest has so many."""
        return replace(self, bases=bases, left=left, boxes=digits + self.spare)

    def printed(self, shape: tuple[int, int]) -> Coverage:
        """Return the lines: float32 (height, width), 0 to 1."""
        return _DRAWN[self.kind](self, shape)

    def margin_line(self, shape: tuple[int, int]) -> Coverage:
        """Return the line at the margin: float32 (height, width), 0 to 1."""
        place = self.left - (self.margin or 0) * self.height
        across = _bands(shape[1], [place] if self.margin else [], self.line_width)
        return np.broadcast_to(across, shape)

    @property
    def line_width(self) -> float:
        """How thick the lines are, in pixels."""
        return self.thickness * self.height

    @property
    def floor(self) -> float:
        """The rule that the first line of digits stands on; in squares and boxes slightly above it."""
        above = self.lift * self.height if self.cell_width else 0
        return (self.bases[0] if self.bases else 0) + above


def _blank(_: Ruled, shape: tuple[int, int]) -> Coverage:
    return np.zeros(shape, np.float32)


def _lined(ruled: Ruled, shape: tuple[int, int]) -> Coverage:
    down = _bands(shape[0], _repeated(ruled.floor, ruled.rule, shape[0]), ruled.line_width)
    return np.broadcast_to(down[:, None], shape)


def _squared(ruled: Ruled, shape: tuple[int, int]) -> Coverage:
    across = _bands(shape[1], _repeated(ruled.left, ruled.rule, shape[1]), ruled.line_width)
    return np.maximum(_lined(ruled, shape), across)


def _boxes(ruled: Ruled, shape: tuple[int, int]) -> Coverage:
    """Draw a row of boxes that share their sides for each line of digits."""
    sides = ruled.left + ruled.cell_width * np.arange(ruled.boxes + 1)
    across = _bands(shape[1], sides, ruled.line_width)
    within = _bands(shape[1], [(sides[0] + sides[-1]) / 2], sides[-1] - sides[0] + ruled.line_width)
    total = np.zeros(shape, np.float32)
    for base in ruled.bases:
        low = base + ruled.lift * ruled.height
        tall = _bands(shape[0], [low - ruled.rule / 2], ruled.rule)
        ends = _bands(shape[0], [low - ruled.rule, low], ruled.line_width)
        np.maximum(total, np.maximum(np.outer(tall, across), np.outer(ends, within)), out=total)
    return total


_DRAWN = {"blank": _blank, "lined": _lined, "squared": _squared, "boxes": _boxes}


def _repeated(first: float, pitch: float, length: int) -> NDArray[np.float64]:
    """Return all places within the length that are a whole number of pitches from the first."""
    return np.arange(first % pitch, length, pitch)


def _bands(length: int, middles: Sequence[float] | NDArray[np.float64], width: float) -> Coverage:
    """Return how much of each of so many pixels bands of this width cover."""
    if not len(middles):
        return np.zeros(length, np.float32)
    away = np.abs(np.arange(length)[:, None] - np.asarray(middles)).min(axis=1)
    return np.clip((width + 1) / 2 - away, 0, min(width, 1)).astype(np.float32)
