"""Reading a stream that nobody vouches for: exactly so many bytes, and not one more."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from tendigits.errors import DataError

MAX_BYTES = 2 * 2**30
"""The most that one file may hold, unpacked: 2 GiB, forty-five times MNIST's training images."""

CHUNK = 2**20
"""Bytes that are read at once."""


class Stream(Protocol):
    """What the readers need of a file: a plain one, or one inside a gzip or zip file."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""


@contextmanager
def reading(name: object) -> Iterator[None]:
    """Turn what broken compression and the file system raise while ``name`` is read into a DataError naming it."""
    try:
        yield
    except EOFError as error:
        raise DataError(f"{name}: cut short: its compressed content has no end") from error
    except zlib.error as error:
        raise DataError(f"{name}: damaged: {error}") from error
    except OSError as error:
        raise DataError(f"{name}: cannot be read: {error.strerror or error}") from error


def read_exactly(stream: Stream, count: int, name: str) -> bytearray:
    """Read ``count`` bytes. Memory is taken as they come, never on the word of a header.

    Raises:
        DataError: the stream ends before.

    """
    content = bytearray()
    while len(content) < count:
        chunk = stream.read(min(CHUNK, count - len(content)))
        if not chunk:
            raise DataError(f"{name}: cut short: {len(content):,} bytes where {count:,} were to come")
        content += chunk
    return content


def refuse_rest(stream: Stream, name: str) -> None:
    """Raise a DataError when the stream goes on: its header did not tell the truth."""
    if stream.read(1):
        raise DataError(f"{name}: goes on after the last value that its header declares")
