"""Lines as the network that sees all of them learns from them: varied anew each epoch, in rows of one width.

Several short ones go into one row, and of each digit it is known where it is to be noticed.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segmentation.examples import OwnedLine, owned_lines
from segmentation.written import Written
from tendigits.reading.glyphs.canvas import SCALE
from tendigits.reading.glyphs.frames import BLANK, FRAME, OUTPUTS, ROOM
from tendigits.reading.glyphs.views import ROWS, SMALL, View

COLUMNS, SYMBOLS, ROWS_A_BATCH = 512, 40, 16
"""Of a row: its columns, and the most digits and marks in it."""

AROUND, AT_LEAST = 1.2, 3.0
"""A digit is to be noticed around the middle of its ink: so many standard deviations, and so many columns."""


class Line(NamedTuple):
    """What is seen of a line, uint8 (28, columns); what it says, (n,); the columns around which that is, (n, 2)."""

    ink: NDArray[np.uint8]
    symbols: NDArray[np.intp]
    place: NDArray[np.float64]


class Batch(NamedTuple):
    """Rows, what they say, and where.

    ink: uint8 (n, 28, columns). symbols: int32 (n, symbols). counts: int32 (n,), how many symbols there are. here: bool
    (n, frames, 12), where each class is to be noticed.
    """

    ink: NDArray[np.uint8]
    symbols: NDArray[np.int32]
    counts: NDArray[np.int32]
    here: NDArray[np.bool_]


def lines_of(written: Iterator[Written], _: np.random.Generator) -> list[Line]:
    """Return lines as the network sees them, and what they say."""
    return [_line(line) for each in written for line in owned_lines(each)]


def _line(line: OwnedLine) -> Line:
    ink = View(line.canvas).ink
    symbols, where = line.transcript()
    middle, deviation = where.T * (SMALL / SCALE)
    half = np.maximum(AROUND * deviation, AT_LEAST)
    return Line(ink, symbols, np.column_stack([middle - half, middle + half]))


def batches(lines: Sequence[Line], generator: np.random.Generator) -> Iterator[Batch]:
    """Yield all lines once, varied, in rows; what is left of a batch in the end is left out."""
    rows: list[_Row] = []
    row = _Row()
    for i in generator.permutation(len(lines)):
        line = varied(lines[i], generator)
        if not row.takes(line):
            if not _Row().takes(line):
                continue
            rows.append(row)
            row = _Row()
        row.add(line)
        if len(rows) == ROWS_A_BATCH:
            yield _batch(rows)
            rows = []


def ahead(made: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the same batches, the next of which is made while the one before is learnt from."""
    with ThreadPoolExecutor(1) as other:
        coming = other.submit(next, made, None)
        while (batch := coming.result()) is not None:
            coming = other.submit(next, made, None)
            yield batch


class _Row:
    """Lines one behind the other."""

    def __init__(self) -> None:
        self.ink = np.zeros((ROWS, COLUMNS), np.uint8)
        self.here = np.zeros((COLUMNS // FRAME, OUTPUTS), bool)
        self.here[:, BLANK] = True
        self.symbols: list[int] = []
        self._column = ROOM

    def takes(self, line: Line) -> bool:
        """Return whether there is room for a line."""
        fits = self._column + line.ink.shape[1] + ROOM <= COLUMNS
        return fits and len(self.symbols) + len(line.symbols) <= SYMBOLS

    def add(self, line: Line) -> None:
        """Put a line behind those that are there."""
        self.ink[:, self._column : self._column + line.ink.shape[1]] = line.ink
        for symbol, (begin, end) in zip(line.symbols, line.place + self._column, strict=True):
            self.here[max(math.floor(begin / FRAME), 0) : math.ceil(end / FRAME), symbol] = True
        self.symbols += line.symbols.tolist()
        self._column += line.ink.shape[1] + 2 * ROOM


def _batch(rows: list[_Row]) -> Batch:
    symbols = np.full((len(rows), SYMBOLS), BLANK, np.int32)
    for number, row in enumerate(rows):
        symbols[number, : len(row.symbols)] = row.symbols
    counts = np.array([len(row.symbols) for row in rows], np.int32)
    return Batch(np.stack([row.ink for row in rows]), symbols, counts, np.stack([row.here for row in rows]))


def varied(line: Line, generator: np.random.Generator) -> Line:
    """Return a line a little larger or smaller, slanted, moved, uneven, and brighter or darker."""
    ink = line.ink
    rows, columns = ink.shape
    wider, higher = np.exp(generator.normal(0, 0.09, 2))
    slant, down = generator.normal(0, 0.1), generator.normal(0, 0.9)
    across = max(round(columns * wider), 1)
    y, x = np.mgrid[:rows, :across].astype(np.float32)
    y -= (rows - 1) / 2
    coarse = generator.normal(0, 0.6, (2, 4, max(across // 8, 2))).astype(np.float32)
    bent = [cv2.resize(field, (across, rows), interpolation=cv2.INTER_CUBIC) for field in coarse]
    from_x = x / np.float32(wider) + np.float32(slant) * y + bent[0]
    from_y = y / np.float32(higher) + np.float32(down + (rows - 1) / 2) + bent[1]
    moved = cv2.remap(ink, from_x, from_y, cv2.INTER_LINEAR, borderValue=0)
    brightness = np.clip(np.exp(generator.normal(0, 0.2)), 0.7, 1.6)
    bright = np.asarray(cv2.convertScaleAbs(moved, alpha=float(brightness)), np.uint8)
    return Line(bright, line.symbols, line.place * wider)


def greedy(told: NDArray[np.float64]) -> list[int]:
    """Return what a line says if in each of its frames, as `frames` tells of them, the most probable class is taken."""
    best = told.argmax(axis=1)
    fresh = np.flatnonzero(np.diff(best, prepend=BLANK))
    return [int(symbol) for symbol in best[fresh] if symbol != BLANK]
