"""IDX, the format MNIST is published in: a magic number, the dimensions, then the values.

::

    bytes 0-1   zero
    byte  2     the type of the values: 08 unsigned byte, 0D float32, 0E float64
    byte  3     the number of dimensions, d
    4 d bytes   each dimension, an unsigned 32-bit integer
    the rest    the values, last dimension fastest; every number is big-endian

Read and written here: bytes in one to three dimensions, at least one value, the file gzipped (in one member) or not.
"""

import hashlib
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tendigits.data.bounded import MAX_BYTES, Stream, read_exactly, reading, refuse_rest
from tendigits.data.gzipped import GzipMember
from tendigits.data.known_file import KnownFile
from tendigits.data.long_array import LongArray, PackedArray, PlainArray
from tendigits.errors import DataError
from tendigits.files import write_whole

_BYTES = b"\0\0\x08"
_GZIP = b"\x1f\x8b"
_TYPE_CODES = {"|u1": 0x08, ">f4": 0x0D, ">f8": 0x0E}


def read_idx(path: str | PathLike[str], *, limit: int = MAX_BYTES) -> NDArray[np.uint8]:
    """Read the array in an IDX file, gzipped or not: uint8, writable, in the file's one to three dimensions.

    Raises:
        DataError: the file cannot be read, or is not exactly one IDX array of at most ``limit`` bytes.

    """
    with reading(path), Path(path).open("rb") as file:
        return parse_idx(file, str(path), limit=limit)


def parse_idx(file: BinaryIO, name: str, *, limit: int = MAX_BYTES) -> NDArray[np.uint8]:
    """Do what ``read_idx`` does for a file that is already open; ``name`` is what errors call it."""
    with reading(name):
        stream = _unzipped(file, name)
        shape = _read_shape(stream, name)
        count = math.prod(shape)
        if not 0 < count <= limit:
            raise DataError(f"{name}: declares {shape}, {count:,} values; expected 1 to {limit:,}")
        values = read_exactly(stream, count, name)
        refuse_rest(stream, name)
    return np.frombuffer(values, np.uint8).reshape(shape)


def idx_array(path: str | PathLike[str]) -> LongArray:
    """Look into an IDX file of any length, gzipped or not, whose values are read when they are asked for.

    Raises:
        DataError: the file cannot be read, is no IDX file of bytes, or not as long as its header says.

    """
    known = KnownFile.at(Path(path))
    with known.opened() as file:
        stream = _unzipped(file, known.name)
        shape = _read_shape(stream, known.name)
    begin, count, dtype = 4 + 4 * len(shape), math.prod(shape), np.dtype(np.uint8)
    if count == 0:
        raise DataError(f"{known.name}: declares {shape}, no values")
    if stream is not file:
        return PackedArray(known.name, partial(_content, known), begin, dtype, shape)
    if begin + count != known.size:
        raise DataError(f"{known.name}: declares {shape}, {count:,} values, and holds {known.size - begin:,}")
    return PlainArray(known, begin, dtype, shape)


@contextmanager
def _content(known: KnownFile) -> Iterator[Stream]:
    """Open a gzipped file to be unpacked."""
    with known.opened() as file:
        yield GzipMember(file, known.name)


def _unzipped(file: BinaryIO, name: str) -> Stream:
    """Look into gzip where the first bytes say so, not the name: browsers unpack some downloads and keep ``.gz``."""
    start = file.read(len(_GZIP))
    file.seek(0)
    return GzipMember(file, name) if start == _GZIP else file


def _read_shape(stream: Stream, name: str) -> tuple[int, ...]:
    magic = bytes(read_exactly(stream, 4, name))
    if not magic.startswith(_BYTES) or magic[3] not in (1, 2, 3):
        raise DataError(f"{name}: not an IDX file of bytes: starts with {magic.hex(' ')}; expected 00 00 08 and 1 to 3")
    return struct.unpack(f">{magic[3]}I", read_exactly(stream, 4 * magic[3], name))


def write_idx(path: str | PathLike[str], array: NDArray[np.uint8]) -> None:
    """Write ``array`` (uint8, one to three dimensions, not empty) as an IDX file, whole or not at all.

    Raises:
        DataError: the array is none that an IDX file of bytes can hold.
        OSError: the file cannot be written; what was there before is untouched.

    """
    if array.dtype != np.uint8 or array.ndim not in (1, 2, 3) or array.size == 0:
        raise DataError(
            f"{path}: cannot hold {array.dtype} {array.shape}; expected uint8 in 1 to 3 dimensions, none of them 0"
        )
    write_whole(Path(path), b"".join((_header(array), np.ascontiguousarray(array).data)))


def idx_sha256(array: NDArray[Any]) -> str:
    """Hash the IDX file that holds ``array``: uint8, or floating (float64 where float32 is too small)."""
    values = np.ascontiguousarray(array, dtype=_idx_dtype(array))
    digest = hashlib.sha256(_header(values))
    digest.update(values.data)
    return digest.hexdigest()


def check_sha256(array: NDArray[np.uint8], expected: str, name: object) -> None:
    """Raise a DataError unless the IDX file that holds ``array`` has this SHA-256."""
    sha256 = idx_sha256(array)
    if sha256 != expected:
        raise DataError(f"{name}: its SHA-256 is {sha256}; expected {expected}")


def _idx_dtype(array: NDArray[Any]) -> str:
    if array.dtype == np.uint8:
        return "|u1"
    return ">f4" if array.dtype.itemsize <= 4 else ">f8"


def _header(values: NDArray[Any]) -> bytes:
    return struct.pack(f">HBB{values.ndim}I", 0, _TYPE_CODES[values.dtype.str], values.ndim, *values.shape)
