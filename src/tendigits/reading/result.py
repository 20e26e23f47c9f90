"""What was read: digits with how far to trust each, and strokes that are none."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNSURE", "Box", "Corners", "Digit", "Mark", "Reading", "on_one_line"]

UNSURE = "?"
"""Stands in the text for a digit that is not told."""

Box = tuple[int, int, int, int]
"""x and y of the upper left corner, width and height, in the image's own pixels."""

Corners = tuple[float, float, float, float]
"""Left, top, and right and bottom just outside, in pixels and parts of one."""


@dataclass(frozen=True, eq=False)
class Digit:
    """A digit in its place.

    Attributes:
        digit: its value; None where the reader is not sure.
        confidence: the calibrated probability that there is a digit in this box, cut out rightly, and that it is the
            first of the alternatives.
        box: where its ink is: x, y, width, height in the page's pixels.
        line: the line it stands in, the uppermost being 0.
        alternatives: digits and their probabilities, the most probable first; they sum to no more than 1, the rest
            being that of no digit.
        glyph: uint8 (28, 28), ink bright: what the network saw.

    """

    digit: int | None
    confidence: float
    box: Box
    line: int
    alternatives: tuple[tuple[int, float], ...]
    glyph: NDArray[np.uint8]

    @property
    def best(self) -> int:
        """The most probable digit, sure or not."""
        return self.alternatives[0][0]

    def as_dict(self) -> dict[str, Any]:
        """Return it as `tendigits read --json` shows it."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "line": self.line,
        }


@dataclass(frozen=True)
class Mark:
    """A stroke that was seen and left out: a comma, a dash, a letter, a crossing-out.

    Attributes:
        box: where its ink is: x, y, width, height in the page's pixels.

    """

    box: Box

    def as_dict(self) -> dict[str, Any]:
        """Return it as `tendigits read --json` shows it."""
        return {"box": list(self.box)}


@dataclass(frozen=True, eq=False)
class Reading:
    """What an image says.

    Attributes:
        lines: the text of each line, the uppermost first; ``?`` stands for a digit that the reader is not sure of.
        confidence: the calibrated probability that the most probable text is right, all of it; 0 where what was asked
            for, one digit or a number of digits, is not there; 0.5 for a reading without digits where none were asked
            for.
        digits: in reading order.
        marks: strokes that are no digits, and not in the text.

    """

    lines: tuple[str, ...]
    confidence: float
    digits: tuple[Digit, ...]
    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """The lines, joined by newlines."""
        return "\n".join(self.lines)

    @property
    def is_sure(self) -> bool:
        """Whether every digit is sure, all is there that was asked for, and nothing else was seen."""
        return self.confidence > 0 and not self.marks and all(digit.digit is not None for digit in self.digits)

    def as_dict(self) -> dict[str, Any]:
        """Return it as `tendigits read --json` shows it."""
        return {
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "lines": list(self.lines),
            "digits": [digit.as_dict() for digit in self.digits],
            "marks": [mark.as_dict() for mark in self.marks],
        }


def on_one_line(text: str) -> str:
    r"""Write what is read on several lines on one.

    >>> on_one_line("12\n34"), on_one_line("")
    ('12 / 34', 'no digits')
    """
    return text.replace("\n", " / ") or "no digits"
