"""Which columns of a table are pixels, and which is the label.

Pixels are called ``pixel0`` to ``pixel783``, as in Kaggle's Digit Recognizer, or ``1x1`` to ``28x28``, row by row, as
in the CSV form of MNIST that is older; where there are names, they are put in the order of their numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from reprlib import repr as quoted

from tendigits.data.digits import SIDE
from tendigits.data.tables.readings import READINGS, are_readings
from tendigits.errors import DataError, NoImagesError

__all__ = ["LABEL_NAMES", "PIXELS", "Columns", "label_among", "pixel_columns"]

PIXELS = SIDE * SIDE


LABEL_NAMES = ("label", "labels", "class", "digit", "target", "y")
"""What a column of labels is called, in small or capital letters."""

_NUMBERED = re.compile(r"(?:pixel|px|p|x)?_?(\d{1,4})", re.IGNORECASE)
_PLACED = re.compile(r"(\d{1,2})x(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Columns of a table by their numbers.

    Attributes:
        pixels: of the pixels, row by row.
        label: of the label; None where there is none.

    """

    pixels: tuple[int, ...]
    label: int | None


def pixel_columns(names: Sequence[str], table: str) -> Columns:
    """Find the pixels and the label among a table's columns.

    Raises:
        NoImagesError: there are not 784 pixels; the message begins with ``table``.

    """
    if are_readings(names):
        raise NoImagesError(f"{table}: no table of images: {READINGS}")
    places = {number: place for number, name in enumerate(names) if (place := _place(name)) is not None}
    pixels = sorted(places, key=places.__getitem__)
    if len(pixels) != PIXELS or not _is_whole([places[number] for number in pixels]):
        raise NoImagesError(
            f"{table}: {len(pixels):,} of its {len(names):,} columns are called as pixels are, pixel0 to pixel783 or"
            f" 1x1 to 28x28; expected {PIXELS}. It has: {_some(names)}"
        )
    return Columns(tuple(pixels), label_among(names, table))


def label_among(names: Sequence[str], table: str) -> int | None:
    """Find the label among a table's columns.

    Raises:
        DataError: there are several.

    """
    found = [number for number, name in enumerate(names) if name.strip().lower() in LABEL_NAMES]
    if len(found) > 1:
        raise DataError(f"{table}: {' and '.join(names[number] for number in found)} may both be the label; leave one")
    return found[0] if found else None


def _is_whole(places: Sequence[tuple[int, int]]) -> bool:
    """Whether places in order are those of one image, none left out and none twice."""
    first, _ = places[0]
    if first == places[-1][0]:
        return [number for _, number in places] == list(range(places[0][1], places[0][1] + PIXELS))
    return list(places) == [(first + row, places[0][1] + column) for row in range(SIDE) for column in range(SIDE)]


def _place(name: str) -> tuple[int, int] | None:
    """Return what the pixels of a table are to be ordered by; None for what is no pixel."""
    if match := _PLACED.fullmatch(name.strip()):
        return int(match[1]), int(match[2])
    match = _NUMBERED.fullmatch(name.strip())
    return (0, int(match[1])) if match else None


def _some(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(quoted(name) for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
