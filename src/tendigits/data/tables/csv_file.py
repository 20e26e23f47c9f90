"""A CSV file of pixels: a line for each image, with or without a line of names and a label.

One pass finds where every thousandth line begins; after that, any lines are read without those before. A line is a row:
a line break in quotes would end one, and pixels have none. PyArrow parses; a stretch that it refuses is halved until
the lines at fault are alone, and only those are lost. What a row says does not depend on those that are read with it.
"""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from reprlib import repr as quoted
from typing import BinaryIO

import numpy as np

from tendigits.data.digits import SIDE
from tendigits.data.known_file import KnownFile
from tendigits.data.tables.arrow import arrow_csv
from tendigits.data.tables.columns import PIXELS, Columns, pixel_columns
from tendigits.data.tables.table import NO_LABEL, Rows, joined, whole
from tendigits.errors import DataError

__all__ = ["LONGEST_LINE", "CsvTable"]

LONGEST_LINE = 2**15
"""Bytes: 784 numbers as long as a float64 is written have half of it."""

_STEP = 1000
_CHUNK = 2**24
_BYTE_ORDER_MARK = "\ufeff"
_FEW = 16

_NUMBER = re.compile(r"[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?[ \t]*")

_HEXADECIMAL = re.compile(rb"0[xX]")
"""PyArrow takes such numbers for pixels; they are looked at one by one, and are none."""


class CsvTable:
    """A table of pixels in a CSV file, as :class:`tendigits.data.tables.table.Table` says.

    Who pickles it to have rows read elsewhere asks its ``count`` before: where lines begin is then known there, too.

    Raises:
        DataError: it cannot be read, or has other columns than 784 pixels and perhaps a label.

    """

    is_encoded = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.files: tuple[str, ...] = (self.name,)
        self._file = KnownFile.at(path)
        with self._file.opened() as file:
            first = file.readline(LONGEST_LINE)
        if len(first) == LONGEST_LINE:
            raise DataError(f"{path}: its first line is longer than {LONGEST_LINE:,} bytes")
        fields = _fields(first)
        self._width = len(fields)
        values = [_value(field) for field in fields]
        if len(fields) in (PIXELS, PIXELS + 1) and None not in values:
            label = 0 if len(fields) > PIXELS else None
            self._columns = Columns(tuple(range(len(fields) - PIXELS, len(fields))), label)
            is_numbering = values == list(range(len(fields)))  # as pandas writes columns that have no names
            self._begin = len(first) if is_numbering else 0
        else:
            self._columns, self._begin = pixel_columns(fields, self.name), len(first)
        self.is_labelled = self._columns.label is not None

    @property
    def count(self) -> int:
        """How many rows it has; blank lines at its end are none."""
        return self._index[1]

    def read(self, start: int, stop: int) -> Rows:
        """Do what :meth:`tendigits.data.tables.table.Table.read` says."""
        return joined(list(self._parts(self._lines(start, stop))), self)

    @cached_property
    def _index(self) -> tuple[list[int], int, int]:
        """Where every `_STEP`-th row begins, how many rows there are, and where the last one ends."""
        begins, breaks, at = [self._begin], 0, self._begin
        with self._file.opened() as file:
            end = max(_end_of_text(file), at)
            file.seek(at)
            while chunk := file.read(min(_CHUNK, end - at)):
                found = np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord("\n"))
                begins += (at + 1 + found[_STEP - 1 - breaks % _STEP :: _STEP]).tolist()
                breaks += len(found)
                at += len(chunk)
        return begins, breaks + 1 if end > self._begin else 0, end

    def _lines(self, start: int, stop: int) -> list[bytes]:
        begins, count, end = self._index
        if start >= stop:
            return []
        first, last = start // _STEP, -(-stop // _STEP)
        begin, until = begins[first], begins[last] if last < len(begins) else end
        if until - begin > (last - first) * _STEP * LONGEST_LINE:
            raise DataError(f"{self.name}: rows {start:,} to {stop:,} have lines longer than {LONGEST_LINE:,} bytes")
        with self._file.opened() as file:
            file.seek(begin)
            lines = file.read(until - begin).split(b"\n")
        lines = lines[start - first * _STEP :][: stop - start]
        if len(lines) < min(stop, count) - start:
            raise DataError(f"{self.name}: has changed since its lines were counted: some are gone")
        return lines

    def _parts(self, lines: list[bytes]) -> Iterator[Rows]:
        """Yield lines parsed, in stretches."""
        text = b"\n".join(lines)
        found = None
        if not _HEXADECIMAL.search(text) and max(map(len, lines), default=0) <= LONGEST_LINE:
            # 12.0 is a whole number, too.
            found = self._parsed(text, len(lines), "uint8", "int64") or self._parsed(
                text, len(lines), "float64", "float64"
            )
        if found is not None:
            yield found
        elif len(lines) <= _FEW:
            yield self._one_by_one(lines)
        else:
            yield from self._parts(lines[: len(lines) // 2])
            yield from self._parts(lines[len(lines) // 2 :])

    def _parsed(self, text: bytes, count: int, dtype: str, label_dtype: str) -> Rows | None:
        """Parse lines all at once; None where one of them is not as it should be."""
        pixels, label = self._columns.pixels, self._columns.label
        dtypes = dict.fromkeys(pixels, dtype) | ({} if label is None else {label: label_dtype})
        table = arrow_csv(text, self._width, dtypes)
        if table is None or table.num_rows != count or any(column.null_count for column in table.columns[:PIXELS]):
            return None
        images = np.column_stack([column.to_numpy() for column in table.columns[:PIXELS]])
        if dtype != "uint8":
            if not ((images == np.rint(images)) & (images >= 0) & (images <= 255)).all():
                return None
            images = images.astype(np.uint8)
        labels = None if label is None else whole(table.columns[PIXELS].fill_null(NO_LABEL).to_numpy())
        return Rows(images.reshape(-1, SIDE, SIDE), labels)

    def _one_by_one(self, lines: Sequence[bytes]) -> Rows:
        images = np.zeros((len(lines), PIXELS), np.uint8)
        labels = np.full(len(lines), NO_LABEL, np.int64)
        errors: dict[int, str] = {}
        for number, line in enumerate(lines):
            fields = _fields(line[:LONGEST_LINE])
            try:
                if len(line) > LONGEST_LINE:
                    raise ValueError(f"the row is longer than {LONGEST_LINE:,} bytes")  # noqa: TRY301 - as others are
                images[number] = self._pixels(fields)
            except ValueError as error:
                errors[number] = str(error)
            if self._columns.label is not None and self._columns.label < len(fields):
                labels[number] = _label(fields[self._columns.label])
        return Rows(images.reshape(-1, SIDE, SIDE), labels if self.is_labelled else None, errors)

    def _pixels(self, fields: Sequence[str]) -> list[int]:
        if len(fields) != self._width:
            raise ValueError(f"the row has {len(fields)} fields, and the table {self._width} columns")
        return [_grey(fields[number]) for number in self._columns.pixels]


def _end_of_text(file: BinaryIO) -> int:
    """Return where the last line ends that is not blank."""
    end = file.seek(0, os.SEEK_END)
    while end:
        begin = max(end - _CHUNK, 0)
        file.seek(begin)
        text = file.read(end - begin).rstrip(b"\r\n")
        if text:
            return begin + len(text)
        end = begin
    return 0


def _fields(line: bytes) -> list[str]:
    text = line.decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK).rstrip("\r\n")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return text.split(",")


def _value(field: str) -> float | None:
    """Return the number that a field is, in plain digits."""
    return float(field) if _NUMBER.fullmatch(field) else None


def _grey(field: str) -> int:
    value = _value(field)
    if value is None or not (0 <= value <= 255 and value.is_integer()):
        raise ValueError(f"a pixel is {quoted(field)}; expected a whole number from 0 to 255")
    return int(value)


def _label(field: str) -> int:
    value = _value(field)
    return NO_LABEL if value is None else int(whole(np.array(value)))
