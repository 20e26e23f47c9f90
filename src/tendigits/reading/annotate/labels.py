"""What is written at the boxes of digits, and where: above and below, or where lines are close, beside one another."""

from collections.abc import Sequence

from tendigits.reading.annotate.pen import Pen
from tendigits.reading.result import Box, Corners, Digit

__all__ = ["colour_of", "write_labels"]

_SURE, _RATHER_SURE, _UNSURE = "#004488", "#997700", "#BB4455"

_QUITE_SURE = 0.95
"""The confidence below which a digit has the colour of one that is worth a look."""

_MAY_BE_COVERED = 0.2
"""The share of a text that may lie over something else before another place is looked for."""


def colour_of(digit: Digit) -> str:
    """Return the colour of a digit: blue where it is quite sure, then ochre, and red where it is ``?`` in the text."""
    if digit.digit is None:
        return _UNSURE
    return _SURE if digit.confidence >= _QUITE_SURE else _RATHER_SURE


def write_labels(pen: Pen, digits: Sequence[tuple[Box, Digit]]) -> None:
    """Write each digit and its probability at its box."""
    taken: list[Corners] = [(x, y, x + width, y + height) for (x, y, width, height), _ in digits]
    large, small = 1.35 * pen.text_height, 0.85 * pen.text_height
    values = []
    for box, digit in digits:
        text = f"{digit.best}?" if digit.digit is None else str(digit.digit)
        corners = _freest(_above_or_below(pen, box, text, large), taken)
        values.append((corners, text))
        taken.append(corners)
    for (box, digit), (value, _) in zip(digits, values, strict=True):
        text = f"{min(99, int(100 * digit.confidence))}%"
        corners = _freest(_around(pen, box, value, text, small), taken)
        taken.append(corners)
        pen.text(corners, text, small, colour_of(digit))
    for (_, digit), (corners, text) in zip(digits, values, strict=True):  # above all else
        pen.text(corners, text, large, colour_of(digit))


def _above_or_below(pen: Pen, box: Box, text: str, height: float) -> list[Corners]:
    x, y, width, tall = box
    away = 2 * pen.line + 3 * pen.edge  # just outside the box, white edges included
    return [
        pen.place(x + width / 2, y - away, text, height, "mb"),
        pen.place(x + width / 2, y + tall + away, text, height, "mt"),
    ]


def _around(pen: Pen, box: Box, value: Corners, text: str, height: float) -> list[Corners]:
    """Return where a probability may be: below or above the box, or on either side of its digit."""
    left, _, right, bottom = value
    above, below = _above_or_below(pen, box, text, height)
    return [
        below,
        above,
        pen.place(right - pen.edge, bottom, text, height, "lb"),
        pen.place(left + pen.edge, bottom, text, height, "rb"),
    ]


def _freest(places: list[Corners], taken: list[Corners]) -> Corners:
    """Return the first place that is free, or the one that is least covered."""
    covered = [sum(_common_area(place, other) for other in taken) / _area(place) for place in places]
    return places[min(range(len(places)), key=lambda i: max(covered[i], _MAY_BE_COVERED))]


def _common_area(one: Corners, other: Corners) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _area(corners: Corners) -> float:
    return (corners[2] - corners[0]) * (corners[3] - corners[1])
