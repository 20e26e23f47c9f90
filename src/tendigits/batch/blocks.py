"""What is to be read, cut into blocks by number: image files as they were found, and rows of tables."""

import hashlib
import json
import os
import stat
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from tendigits.data.digits import SIDE
from tendigits.data.tables import Table
from tendigits.errors import DataError, ImageError
from tendigits.image import pages

__all__ = ["FileBlock", "Input", "Inputs", "RowBlock"]

_IMAGES, _DIGITS = 16, 4096
"""Inputs of a block: of image files, and larger images in tables; and of images of 28x28, which take microseconds."""

_STATE = 16
"""Hex digits: that a file has changed and 64 bits of SHA-256 have not does not happen."""


@dataclass(frozen=True, slots=True)
class Input:
    """An image file as it was named; with why it cannot be read, if that is known already."""

    path: str
    error: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """What it is in, as a table has it."""
        return (self.path,)


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

    Attributes:
        tables: those of them.
        count: how many inputs there are: a table has one for each row.
        listing: SHA-256 of the files' names and sizes, as 64 hex digits.
        states: for each block the files that it is in, as they are: 16 hex digits.

    """

    def __init__(self, found: Iterable[Input | Table]) -> None:
        tables: list[Table] = []
        self._runs: list[_Files | _Rows] = []
        listing = hashlib.sha256()
        for each in found:
            for path in each.files:
                listing.update(json.dumps(_state(path)[:2]).encode())
            if not isinstance(each, Input):
                self._runs.append(_Rows(len(tables), each.count, _step(each)))
                tables.append(each)
            elif self._runs and isinstance(last := self._runs[-1], _Files):
                last.files.append(each)
            else:
                self._runs.append(_Files([each]))
        self.tables = tuple(tables)
        self.listing = listing.hexdigest()
        self.count = sum(map(len, self._runs))
        self._ends = list(accumulate(-(-len(run) // run.step) for run in self._runs))
        self.states = tuple(self._states())

    def __len__(self) -> int:
        """How many blocks there are."""
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> FileBlock | RowBlock:
        at = bisect_right(self._ends, number)
        run, first = self._runs[at], self._ends[at - 1] if at else 0
        return run.block(number, (number - first) * run.step)

    def changed(self) -> FileBlock | RowBlock | None:
        """Return the first block whose files are not any more as they were."""
        numbers = (number for number, state in enumerate(self._states()) if state != self.states[number])
        return next(map(self.__getitem__, numbers), None)

    def named(self, block: FileBlock | RowBlock) -> str:
        """Return what a block is of, in words."""
        if isinstance(block, RowBlock):
            return self.tables[block.table].name
        first, last = block.files[0].path, block.files[-1].path
        return first if first == last else f"one of {first} to {last}"

    def _states(self) -> Iterator[str]:
        """Look at the files of each block: those of a table once for all of its blocks."""
        of_tables = [[_state(path) for path in table.files] for table in self.tables]
        for block in map(self.__getitem__, range(len(self))):
            if isinstance(block, RowBlock):
                told: list[Any] = [of_tables[block.table], block.start, block.stop]
            else:
                told = [(_state(file.path), file.error) for file in block.files]
            yield hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_STATE]

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
    except (ImageError, DataError):
        return _IMAGES
    return _DIGITS if first.shape[:2] == (SIDE, SIDE) else _IMAGES


def _state(path: str) -> tuple[str, int | None, int | None, int | None]:
    """Return a file's name, size, and when its content and its permissions changed; what is no file has but a name."""
    try:
        state = os.stat(path)  # noqa: PTH116 - of a million files; Path takes longer to make than this
    except (OSError, ValueError):
        return path, None, None, None
    if not stat.S_ISREG(state.st_mode):  # a folder has changed where a file in it has come, which may be the target
        return path, None, None, None
    return path, state.st_size, state.st_mtime_ns, state.st_ctime_ns
