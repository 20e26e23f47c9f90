"""Pictures of rows, from the images and tables that they were read from: each of those is opened once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from tendigits.batch.review.crop import crop
from tendigits.batch.rows import file_of
from tendigits.data.tables import Table, open_table
from tendigits.data.tables.digits import bright_ink, is_digit
from tendigits.errors import DataError, ImageError
from tendigits.image.picture import RGB
from tendigits.image.source import Source
from tendigits.png import data_url, ink_png
from tendigits.reading.paging import numbered_pages

__all__ = ["Picture", "pictures"]

Row = dict[str, Any]
"""By the names of a batch's columns."""


@dataclass(frozen=True)
class Picture:
    """A picture of a row.

    Attributes:
        source: the ``src`` of an ``img``; empty where there is none any more.
        note: why there is none, or that it is but a part; empty where there is nothing to say.
        whole: where it is a part, the ``src`` of the whole, on which that is framed; else empty.

    """

    source: str
    note: str = ""
    whole: str = ""


def pictures(rows: Sequence[Row]) -> list[Picture]:
    """Return a picture of each row, in their order."""
    made: dict[int, Picture] = {}
    wanted = sorted(enumerate(rows), key=lambda each: _place(each[1]))
    for path, of_source in groupby(wanted, key=lambda each: each[1]["path"]):
        for is_row, group in groupby(of_source, key=lambda each: each[1]["row"] is not None):
            made |= (_from_table if is_row else _from_pages)(file_of(path), list(group))
    return [made[number] for number in range(len(rows))]


def _place(row: Row) -> tuple[str, int, int]:
    return row["path"], row["row"] or 0, row["page"] or 0


def _from_table(path: str, wanted: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Picture]]:
    """Yield pictures of a table's rows, which come in their order."""
    table: Table | None = None
    for number, of_row in groupby(wanted, key=lambda each: int(each[1]["row"])):
        group = list(of_row)
        try:
            table = table or open_table(Path(path))
            yield from _from_row(table, number, group)
        except DataError as error:
            yield from _missing(group, error)


def _from_row(table: Table, number: int, wanted: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Picture]]:
    rows = table.read(number - 1, number)
    if rows.errors:
        raise DataError(rows.errors[0])
    if isinstance(rows.images, np.ndarray):
        yield from ((at, Picture(data_url(ink_png(rows.images[0])))) for at, _ in wanted)
    else:
        yield from _from_pages(rows.images[0], wanted, is_bright=True)


def _from_pages(
    source: Source, wanted: Sequence[tuple[int, Row]], *, is_bright: bool = False
) -> Iterator[tuple[int, Picture]]:
    """Yield pictures of an image's pages.

    Args:
        source: the image.
        wanted: rows of it, at least one, in the order of their pages.
        is_bright: whether what is as MNIST's digits are has bright ink, as they have.

    """
    left = list(wanted)
    try:
        for number, decode in numbered_pages(source):
            of_page = [each for each in left if each[1]["page"] == number]
            if of_page:
                pixels = decode()
                bright = is_bright and is_digit(pixels, number)
                yield from ((at, _picture(pixels, row, is_bright=bright)) for at, row in of_page)
                left = left[len(of_page) :]
            if not left:
                break
        yield from _missing(left, ImageError("the page is not there any more"))
    except ImageError as error:
        yield from _missing(left, error)


def _picture(pixels: RGB, row: Row, *, is_bright: bool) -> Picture:
    if is_bright:
        return Picture(data_url(ink_png(bright_ink(pixels))))
    digits, marks = ([each["box"] for each in row[name]] for name in ("digits", "marks"))
    source, whole = crop(pixels, digits, marks)
    return Picture(source, "A part of the image, around what was found." if whole else "", whole)


def _missing(wanted: Iterable[tuple[int, Row]], error: Exception) -> Iterator[tuple[int, Picture]]:
    return ((at, Picture("", str(error))) for at, _ in wanted)
