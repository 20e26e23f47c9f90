"""A table that a person has typed or looked at: CSV in UTF-8 with a line of names, and errors that name the line.

Commas, semicolons or tabs are between the columns: the one that is there most often in the line of names.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.errors import DataError
from tendigits.printable import printable

__all__ = ["digits_in", "names_in", "typed_rows"]

_MOST_BYTES = 100_000_000

_LONGEST_NAMES = 10_000
"""Bytes of a first line that is looked at."""

_SEPARATORS = ",;\t"
"""Between columns; programs put semicolons where commas are decimal points, and tabs in tables that are copied."""


def typed_rows(table: Path, needed: Sequence[str], others: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line on which each row ends, and its fields by the names of their columns.

    Args:
        table: the file.
        needed: the columns that have to be there.
        others: columns that may be there, but none of them twice.

    Raises:
        DataError: it is no such table, or has no row.

    """
    text = _text(table)
    separator = _separator(io.StringIO(text, newline="").readline())
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    is_empty = True
    try:
        names = [name.strip() for name in next(lines, [])]
        _check_names(names, table, needed, others)
        for fields in lines:
            if any(field.strip() for field in fields):
                yield lines.line_num, _by_name(fields, names, separator, f"{table}, line {lines.line_num}")
                is_empty = False
    except csv.Error as error:
        raise DataError(f"{table}, line {lines.line_num}: {error}") from error
    if is_empty:
        raise DataError(f"{table}: no row below its line of names")


def names_in(table: Path) -> list[str]:
    """Return what stands in the first line of a file, as the names of columns.

    Raises:
        DataError: it cannot be read.

    """
    with reading(table), table.open("rb") as file:
        first = file.readline(_LONGEST_NAMES).decode("utf-8-sig", "replace")
    return [name.strip(' \t\r\n"') for name in first.split(_separator(first))]


def digits_in(written: str, place: str) -> str:
    """Return what is typed as what is written in an image: digits, lines joined by newlines.

    Raises:
        DataError: it is something else; the message begins with the place.

    """
    lines = written.split()
    if not all(re.fullmatch(r"[0-9]+", line) for line in lines):
        raise DataError(
            f"{place}: the label {written!r} is not digits; a space or a line break in it is a new line, and an empty"
            " label says that no digit is written"
        )
    return "\n".join(lines)


def _separator(names: str) -> str:
    """Return what is between the columns, by the line of their names."""
    return max(_SEPARATORS, key=names.count)


def _text(table: Path) -> str:
    with reading(table), table.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"{table}: more than {_MOST_BYTES // 10**6} MB, the most that is read of a table of labels")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(f"{table}, line {line}: not UTF-8; save the table as CSV UTF-8") from error


def _by_name(fields: Sequence[str], names: Sequence[str], separator: str, place: str) -> dict[str, str]:
    if len(fields) != len(names):
        raise DataError(
            f"{place}: {len(fields)} fields under {len(names)} names;"
            f' a field that has {separator!r} in it is written between quotes: "1{separator}5"'
        )
    return dict(zip(names, fields, strict=True))


def _check_names(names: list[str], table: Path, needed: Sequence[str], others: Sequence[str]) -> None:
    first = ",".join(needed)
    for name in needed:
        if name not in names:
            held = printable(", ".join(names)) or "nothing"
            raise DataError(f"{table}: no column {name!r}; its first line is to be {first} and holds: {held}")
    twice = next((name for name in (*needed, *others) if names.count(name) > 1), None)
    if twice:
        raise DataError(f"{table}: two columns {twice!r}")
