"""A condition: who writes with what on what, and how it becomes a file."""

from dataclasses import dataclass, field, replace

from paper.camera import Camera
from paper.light import Light
from paper.pens import Pen
from paper.ranges import Range
from paper.ruling import Ruling
from paper.sensor import Sensor
from paper.surface import Surface
from paper.writing import Hand


@dataclass(frozen=True)
class Condition:
    """Everything that a page depends on but its digits and chance.

    frame: the picture's height and width in pixels. margin: what stays free on each side of the writing, as a part of
    the sheet, or of the frame where that is smaller. light: None is even and full.
    """

    name: str
    frame: tuple[int, int] = (1200, 1600)
    margin: float = 0.1
    hand: Hand = field(default_factory=Hand)
    pen: Pen = field(default_factory=Pen)
    surface: Surface = field(default_factory=Surface)
    ruling: Ruling = field(default_factory=Ruling)
    light: Light | None = None
    camera: Camera = field(default_factory=Camera)
    sensor: Sensor = field(default_factory=Sensor)

    def spaced(self, gap: Range) -> "Condition":
        """Return this condition with another distance between digits, in heights of a digit.

        Where each digit has a square or a box of its own, it stays there.
        """
        return replace(self, hand=replace(self.hand, gap=gap))


APART: Range = (0.1, 0.4)
TOUCHING: Range = (-0.015, 0.0)
OVERLAPPING: Range = (-0.05, -0.015)
"""Distances between digits' inks, in heights of a digit: what touches is read by people as a rule, not always where it
overlaps; from a tenth on, they would guess."""
