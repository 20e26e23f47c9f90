"""A block, read: the same rows wherever and whenever that is done."""

import errno
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tendigits.batch.blocks import FileBlock, Input, RowBlock
from tendigits.batch.gathered import Gathered
from tendigits.batch.job import Job
from tendigits.batch.parts import packed
from tendigits.batch.rows import of_records
from tendigits.batch.targets import with_lines
from tendigits.data.tables import Rows, Table
from tendigits.data.tables.digits import bright_ink, is_digit
from tendigits.errors import DataError, ImageError
from tendigits.image.picture import RGB
from tendigits.image.source import Source
from tendigits.reading.paging import numbered_pages
from tendigits.reading.reader import MIN_CONFIDENCE, Reader

__all__ = ["BlockReader"]

_STRETCH = 256
"""Rows of a table that are read at once: where that fails, as many rows are lost."""

_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOENT, errno.EACCES}
"""Errors that are no row's: when there is room again, or a table is back, rows can be read."""

_OF_OPENING = {errno.EMFILE, errno.ENFILE, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT}
"""Likewise of image files, of which one that is not there has an error, and so has one on a spoilt place of a disk."""

_ONE = "an image of 28x28 pixels is one digit, and length asks for more"

Begin = Callable[[int, int], None]
"""Is told which inputs of a block are about to be read: the first, and how many."""


class BlockReader:
    """Reads blocks with one network, as :class:`tendigits.batch.job.Job` says.

    Raises:
        WeightsError: the model does not read digits.

    """

    def __init__(self, job: Job) -> None:
        self._tables = job.tables  # none of which is opened itself
        self._table_in_hand: tuple[int, Any] = -1, None
        self._network = job.model.weights
        self._reader = Reader(job.model, job.min_confidence)
        self._least = MIN_CONFIDENCE if job.min_confidence is None else job.min_confidence
        self._length, self._single, self._kind = job.length, job.single, job.kind
        self._is_one = job.length is None or job.length[0] == 1

    def read(self, block: FileBlock | RowBlock, given_up: Mapping[int, str], begin: Begin) -> pa.RecordBatch:
        """Return the rows of a block, as ``rows.SCHEMA`` says: one for each input, several for one of several pages.

        Args:
            block: of this job.
            given_up: inputs that are not to be read, by their numbers in the block, and why.
            begin: called before inputs are read.

        """
        if isinstance(block, RowBlock):
            return self._table(block, given_up, begin)
        records: list[dict[str, Any]] = []
        for at, file in enumerate(block.files):
            begin(at, 1)
            rows = self._file(file, given_up.get(at, file.error), partial(begin, at, 1))
            records += ({"path": file.path} | row for row in rows)
        return of_records(records)

    def part(self, block: FileBlock | RowBlock, given_up: Mapping[int, str], begin: Begin) -> bytes:
        """Read a block as :meth:`read` does, and return what its part holds."""
        return packed(with_lines(self.read(block, given_up, begin), self._kind, self._reader.name))

    def _file(self, file: Input, error: str | None, begin: Callable[[], None]) -> Iterator[dict[str, Any]]:
        if error is None:
            yield from self._pages(file.path, begin)
        else:
            yield {"error": error}

    def _pages(self, source: Source, begin: Callable[[], None]) -> Iterator[dict[str, Any]]:
        """Read an image, page by page; behind one that cannot be read there is none."""
        try:
            for number, decode in numbered_pages(source):
                begin()
                yield self._page(number, decode())
        except Exception as error:
            if _errno(error) in _OF_OPENING:
                raise
            yield {"error": _why(error)}  # one image's, whatever it is: there is a million of others

    def _page(self, number: int | None, pixels: RGB) -> dict[str, Any]:
        reading = self._reader.read_pixels(pixels, self._length, single=self._single)
        return {"page": number, **reading.as_dict()}

    def _table(self, block: RowBlock, given_up: Mapping[int, str], begin: Begin) -> pa.RecordBatch:
        table = self._opened(block.table)
        gathered = Gathered(table.name, block)
        for at in range(0, len(block), _STRETCH):
            count = min(_STRETCH, len(block) - at)
            begin(at, count)
            lost = {number - at: error for number, error in given_up.items() if at <= number < at + count}
            rows = _read(table, block.start + at, count, lost)
            gathered.note_labels(at, rows)
            errors = {**rows.errors, **lost}
            for number, error in errors.items():
                gathered.tell(at + number, {"error": error})
            there = [number for number in range(count) if number not in errors]
            if isinstance(rows.images, np.ndarray):
                self._digits(gathered, at + np.array(there, np.int64), rows.images[there])
            else:
                for number in there:
                    begin(at + number, 1)
                    self._image(gathered, at + number, rows.images[number])
        return gathered.batch(self._network, self._least)

    def _opened(self, number: int) -> Table:
        """Return a table; the one before it is closed, as there may be thousands."""
        if number != self._table_in_hand[0]:
            self._table_in_hand = number, deepcopy(self._tables[number])
        table: Table = self._table_in_hand[1]
        return table

    def _digits(self, gathered: Gathered, at: NDArray[np.int64], images: NDArray[np.uint8]) -> None:
        """Have the network shown images of 28x28, which are one digit each."""
        if self._is_one:
            gathered.show(at, images)
        else:
            for number in at.tolist():
                gathered.tell(number, {"error": _ONE})

    def _image(self, gathered: Gathered, at: int, file: bytes) -> None:
        """Read an encoded image, or show it to the network if it is 28x28."""
        try:
            for number, decode in numbered_pages(file):
                pixels = decode()
                if is_digit(pixels, number):
                    self._digits(gathered, np.array([at]), bright_ink(pixels)[np.newaxis])
                else:
                    gathered.tell(at, self._page(number, pixels))
        except Exception as error:  # noqa: BLE001 - as above
            gathered.tell(at, {"error": _why(error)})


def _why(error: Exception) -> str:
    """Return why an image cannot be read: what is foreseen has words of its own."""
    is_foreseen = isinstance(error, ImageError | DataError)
    return str(error) if is_foreseen else f"cannot be read: {type(error).__name__}: {error}"


def _read(table: Table, start: int, count: int, lost: Mapping[int, str]) -> Rows:
    """Read rows of a table, unless all of them are lost already; where they cannot be read, each has that error."""
    if len(lost) == count:
        return Rows([b""] * count)
    try:
        return table.read(start, start + count)
    except Exception as error:
        if _errno(error) in _OF_THE_MACHINE:
            raise
        return Rows([b""] * count, errors=dict.fromkeys(range(count), _why(error)))


def _errno(error: Exception) -> int | None:
    """Return what the system says of an error that is its own."""
    cause = error if isinstance(error, OSError) else error.__cause__
    return cause.errno if isinstance(cause, OSError) else None
