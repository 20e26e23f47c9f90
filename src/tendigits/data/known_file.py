"""A file that is opened again later, perhaps by another process: it must not have become another one meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from tendigits.data.bounded import reading
from tendigits.errors import DataError

__all__ = ["KnownFile"]


@dataclass(frozen=True)
class KnownFile:
    """A file as it was when it was first looked into.

    Attributes:
        name: what errors call it.
        path: where it lies, from whatever folder it is opened again.
        size: in bytes.

    """

    name: str
    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Look at a file.

        Raises:
            DataError: there is none, or it cannot be looked at.

        """
        with reading(path):
            return cls(str(path), path.absolute(), path.stat().st_size)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file.

        Raises:
            DataError: it cannot be read, or is shorter or longer than it was.

        """
        with reading(self.name), self.path.open("rb") as file:
            self._compare(os.fstat(file.fileno()).st_size)
            yield file

    def check(self) -> None:
        """Raise a DataError unless the file is there and as long as it was."""
        with reading(self.name):
            self._compare(self.path.stat().st_size)

    def _compare(self, size: int) -> None:
        if size != self.size:
            become = "shorter" if size < self.size else "longer"
            raise DataError(
                f"{self.name}: has become {become} since it was opened as a table: {size:,} bytes where there were"
                f" {self.size:,}"
            )
