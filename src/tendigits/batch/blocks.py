"""What is to be read, cut into blocks by number: image files as they were found, and rows of tables."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate

from tendigits.batch.states import State, digest, state_of
from tendigits.data.digits import SIDE
from tendigits.data.tables import Table
from tendigits.image import pages

__all__ = ["FileBlock", "Input", "Inputs", "OpenedTable", "RowBlock"]

_IMAGES, _DIGITS = 16, 4096
"""Inputs of a block: of image files, and larger images in tables; and of images of 28x28, which take microseconds."""


@dataclass(frozen=True, slots=True)
class Input:
    """An image file as it was named; with why it cannot be read, if that is known already."""

    path: str
    error: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """What it is in, as a table has it."""
        return (self.path,)


@dataclass(frozen=True, eq=False)
class OpenedTable:
    """A table, and what the files that it is in were like before anything was read of them."""

    table: Table
    states: tuple[State, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """What it is in."""
        return self.table.files


@dataclass(frozen=True)
class FileBlock:
    """Image files that are read together.

    Attributes:
        number: of the block.
        files: in their order.

    """

    number: int
    files: tuple[Input, ...]

    def __len__(self) -> int:
        return len(self.files)


@dataclass(frozen=True)
class RowBlock:
    """Rows of a table that are read together.

    Attributes:
        number: of the block.
        table: which of the job's tables.
        start: the first row, from 0.
        stop: the first row after it.
        is_quick: whether a row takes microseconds.

    """

    number: int
    table: int
    start: int
    stop: int
    is_quick: bool

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, eq=False)
class _Files:
    """Image files one after another."""

    files: list[Input]
    step = _IMAGES

    def __len__(self) -> int:
        return len(self.files)

    def block(self, number: int, start: int) -> FileBlock:
        return FileBlock(number, tuple(self.files[start : start + self.step]))


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of a table."""

    table: int
    count: int
    step: int

    def __len__(self) -> int:
        return self.count

    def block(self, number: int, start: int) -> RowBlock:
        return RowBlock(number, self.table, start, min(start + self.step, self.count), self.step == _DIGITS)


class Inputs:
    """All that is to be read, in its order, cut into blocks; ``inputs[number]`` is a block.

    Args:
        found: image files, and tables.
        sources: what they were found by, as it was named.

    Attributes:
        tables: those of them.
        count: how many inputs there are: a table has one for each row.
        sources: 16 hex digits of what they were found by.
        listing: SHA-256 of the files' names and sizes, as 64 hex digits.
        states: for each block the files that it is in, as they are before any is read: 16 hex digits.

    """

    def __init__(self, found: Iterable[Input | OpenedTable], sources: Sequence[str] = ()) -> None:
        tables: list[OpenedTable] = []
        self._runs: list[_Files | _Rows] = []
        for each in found:
            if isinstance(each, OpenedTable):
                self._runs.append(_Rows(len(tables), each.table.count, _step(each.table)))
                tables.append(each)
            elif self._runs and isinstance(last := self._runs[-1], _Files):
                last.files.append(each)
            else:
                self._runs.append(_Files([each]))
        self.tables = tuple(each.table for each in tables)
        self.count = sum(map(len, self._runs))
        self.sources = digest((), *sources)
        self._ends = list(accumulate(-(-len(run) // run.step) for run in self._runs))
        listing, states = hashlib.sha256(), []
        for block in map(self.__getitem__, range(len(self))):
            seen = tables[block.table].states if isinstance(block, RowBlock) else _seen(block)
            states.append(_state(block, seen))
            if isinstance(block, FileBlock) or block.start == 0:
                listing.update(json.dumps([(name, size) for name, size, *_ in seen]).encode())
        self.listing, self.states = listing.hexdigest(), tuple(states)

    def __len__(self) -> int:
        """How many blocks there are."""
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> FileBlock | RowBlock:
        at = bisect_right(self._ends, number)
        run, first = self._runs[at], self._ends[at - 1] if at else 0
        return run.block(number, (number - first) * run.step)

    def is_unchanged(self, number: int) -> bool:
        """Look at the files of a block again."""
        block = self[number]
        if isinstance(block, RowBlock):
            return _state(block, tuple(map(state_of, self.tables[block.table].files))) == self.states[number]
        return _state(block, _seen(block)) == self.states[number]

    def named(self, number: int) -> str:
        """Return what a block is of, in words."""
        block = self[number]
        if isinstance(block, RowBlock):
            return self.tables[block.table].name
        first, last = block.files[0].path, block.files[-1].path
        return first if first == last else f"one of {first} to {last}"

    @property
    def files(self) -> Iterator[Input]:
        """The inputs that are files, and not rows of tables."""
        return (file for run in self._runs if isinstance(run, _Files) for file in run.files)


def _step(table: Table) -> int:
    """Return how many rows are read together: of larger images, as the first of a table is, few.

    It is looked at in a copy that is dropped, or the files of thousands of tables would stay open.
    """
    if not table.is_encoded or not table.count:
        return _DIGITS
    try:
        first = next(iter(pages(next(iter(deepcopy(table).read(0, 1).images)))))
    except Exception:  # noqa: BLE001 - whatever it is, it is told where the row is read
        return _IMAGES
    return _DIGITS if first.shape[:2] == (SIDE, SIDE) else _IMAGES


def _seen(block: FileBlock) -> tuple[State, ...]:
    return tuple(state_of(file.path) for file in block.files)


def _state(block: FileBlock | RowBlock, seen: Sequence[State]) -> str:
    if isinstance(block, RowBlock):
        return digest(seen, block.start, block.stop)
    return digest(seen, *(file.error for file in block.files))
