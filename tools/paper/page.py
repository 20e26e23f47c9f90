"""A page: digits written, lit and photographed, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paper.camera import Box, boxes, seen, sheet_for, view
from paper.condition import Condition
from paper.light import falling
from paper.pens import blended, laid
from paper.ranges import drawn, one_of
from paper.sensor import recorded
from paper.surface import bare, linear, print_rules
from paper.writing import Area, Digits, Writing, write_lines


@dataclass(frozen=True)
class Page:
    """A picture and what it says.

    pixels: uint8 (height, width, 3), RGB. text: its lines of digits, joined by newlines. boxes: x, y, width and height
    of each digit's ink in the picture's pixels, in the text's order. condition: the name of how it was made.
    """

    pixels: NDArray[np.uint8]
    text: str
    boxes: list[Box]
    condition: str


def write(digits: Sequence[Digits], condition: Condition, generator: np.random.Generator) -> Page:
    """Return a page of digits.

    Args:
        digits: line by line, images uint8 (28, 28) with their labels.
        condition: how it is written and photographed.
        generator: the same state makes the same page.

    Raises:
        ValueError: an image of a digit has another shape or type, or no ink; or there are too many digits for the page.

    """
    area = sheet_for(condition.frame, condition.camera, condition.margin, generator)
    height = drawn(condition.hand.height, generator) * condition.frame[0]
    pen = None if condition.pen.width is None else drawn(condition.pen.width, generator)
    writing = write_lines(digits, area, height, pen, condition.hand, condition.ruling, generator)
    text = "\n".join("".join(str(label) for _, label in line) for line in digits)
    return photographed(writing, area, text, condition, generator)


def photographed(writing: Writing, area: Area, text: str, condition: Condition, generator: np.random.Generator) -> Page:
    """Return the picture of what is written, with the text given.

    Args:
        writing: ink, and the outlines of what is to have a box.
        area: the sheet, and the part of it that is in sight.
        text: what it says.
        condition: how it is photographed.
        generator: decides what the condition leaves open.

    """
    gamma = condition.sensor.gamma
    sheet = bare(area.sheet, condition.surface, gamma, generator)
    print_rules(sheet, writing.ruled, gamma, generator)
    colour = linear(one_of(condition.pen.colours, generator), gamma)
    blended(sheet, colour, laid(writing.ink, writing.height, condition.pen, generator))
    matrix = view(area, condition.frame, condition.camera, generator)
    light = seen(sheet, matrix, condition.frame, condition.camera.tables, generator)
    if condition.light:
        light *= falling(condition.frame, condition.light, generator)
    pixels = recorded(light, condition.sensor, generator)
    return Page(pixels, text, boxes(writing.outlines, matrix), condition.name)
