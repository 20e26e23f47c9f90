"""Arrays in files, of any length: what they are is known from their headers, and their rows are read when asked for.

No file of the user's is mapped into memory: when one that is becomes shorter, the process ends without a word.
"""

import errno
import math
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from tendigits.data.bounded import CHUNK, Stream, read_exactly, refuse_rest
from tendigits.data.known_file import KnownFile
from tendigits.errors import DataError

__all__ = ["LongArray", "PackedArray", "PlainArray"]


class LongArray(Protocol):
    """An array in a file. Pickled, it is its description, and its file is opened where it is read."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its values."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Its dimensions."""
        ...

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Return the rows from ``start`` up to ``stop``, both from 0 to as many as there are.

        Raises:
            DataError: they cannot be read, or the file has changed.

        """
        ...


@dataclass(frozen=True)
class PlainArray:
    """An array that lies in a file as it is, row by row, as :class:`LongArray` says.

    Attributes:
        file: that it lies in.
        begin: the byte of the file that it begins with.
        dtype: of its values.
        shape: its dimensions.

    """

    file: KnownFile
    begin: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Do what :meth:`LongArray.rows` says."""
        width = math.prod(self.shape[1:]) * self.dtype.itemsize
        with self.file.opened() as file:
            file.seek(self.begin + start * width)
            values = read_exactly(file, (stop - start) * width, self.file.name)
        return np.frombuffer(values, self.dtype).reshape(stop - start, *self.shape[1:])


@dataclass(frozen=True)
class PackedArray:
    """An array that is compressed, or not in the order of its rows, as :class:`LongArray` says.

    The first time that a process reads of it, it is unpacked to a temporary file, which is gone when the array is.

    Attributes:
        name: what errors call it.
        content: opens what is to be unpacked, the values and what is before them.
        begin: how many bytes are before the values.
        dtype: of its values.
        shape: its dimensions.
        order: of the values, as NumPy names it.

    """

    name: str
    content: Callable[[], AbstractContextManager[Stream]]
    begin: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: Literal["C", "F"] = "C"

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Do what :meth:`LongArray.rows` says; it may also be that there is no room to unpack it."""
        return np.array(self._values[start:stop])

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was unpacked."""
        return {name: value for name, value in self.__dict__.items() if name != "_values"}

    @cached_property
    def _values(self) -> NDArray[Any]:
        count = math.prod(self.shape) * self.dtype.itemsize
        _check_room(count, self.name)
        with self.content() as stream, _unbuffered() as file:
            read_exactly(stream, self.begin, self.name)
            _copy(stream, file, count, self.name)
            refuse_rest(stream, self.name)
            return np.memmap(file, self.dtype, "r", shape=self.shape, order=self.order)


def _unbuffered() -> BinaryIO:
    """Open a temporary file; what is not written at once could fail when it is closed, where nobody says why."""
    return cast("BinaryIO", tempfile.TemporaryFile(prefix="tendigits-", buffering=0))


def _check_room(count: int, name: str) -> None:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if count > free:
        raise DataError(_no_room(count, name, f"{free:,} are free")) from OSError(errno.ENOSPC, "no room")


def _no_room(count: int, name: str, why: str) -> str:
    return (
        f"{name}: cannot be unpacked in {tempfile.gettempdir()}: it takes {count:,} bytes there, and {why}; another"
        " folder is taken where the environment variable TMPDIR names one"
    )


def _copy(stream: Stream, file: BinaryIO, count: int, name: str) -> None:
    """Copy so many bytes, all that the header declares and the disk was asked for."""
    left = count
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise DataError(f"{name}: cut short: {count - left:,} bytes where {count:,} were to come")
        try:
            _write(file, chunk)
        except OSError as error:
            raise DataError(_no_room(count, name, str(error.strerror or error))) from error
        left -= len(chunk)


def _write(file: BinaryIO, content: bytes) -> None:
    """Write all of it: a file without a buffer takes as much as there is room for."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
