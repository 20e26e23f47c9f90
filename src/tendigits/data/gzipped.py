"""A gzip file of one member and nothing after it: Python's own reader goes on in further members and skips zeros."""

import zlib
from typing import BinaryIO

from tendigits.errors import DataError

_CHUNK = 2**16
_GZIP_ONLY = 16 + zlib.MAX_WBITS


class GzipMember:
    """The content of a gzip file that is open at its beginning; ``name`` is what errors call it."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._unpacker = zlib.decompressobj(_GZIP_ONLY)

    def read(self, size: int, /) -> bytes:
        """Return 1 to ``size`` bytes, none at the end.

        Raises:
            EOFError: the file ends before its member does.
            DataError: the file goes on after it.
            zlib.error: it is damaged.

        """
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._file.read(_CHUNK)
            unpacked = self._unpacker.decompress(packed, size)
            if unpacked:
                return unpacked
            if not packed and not self._unpacker.eof:
                raise EOFError
        if self._unpacker.unused_data or self._file.read(1):
            raise DataError(f"{self._name}: goes on after the end of its compressed content")
        return b""


def unzipped_start(start: bytes, size: int) -> bytes:
    """Return what a gzip file that begins so holds, at most ``size`` bytes of it; nothing of one that is damaged."""
    try:
        return zlib.decompressobj(_GZIP_ONLY).decompress(start, size)
    except zlib.error:
        return b""
