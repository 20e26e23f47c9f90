"""Keras's form of MNIST: one ``.npz`` file with the arrays x_train, y_train, x_test and y_test.

An ``.npz`` is a zip file of ``.npy`` files. NumPy's own reader parses an array's header as Python and takes memory on
its word. Here the header must have the one spelling that NumPy writes, and no size is believed before it is compared.
Refused are also encrypted members, compression other than deflate, two members of one name, and dtypes but integers.
"""

import math
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tendigits.data.bounded import MAX_BYTES, Stream, read_exactly, reading, refuse_rest
from tendigits.data.digits import Data, checked_digits
from tendigits.data.known_file import KnownFile
from tendigits.data.long_array import LongArray, PackedArray, PlainArray
from tendigits.errors import DataError

_END = struct.Struct("<4s4H2LH")
"""A zip file's last record: signature, two disk numbers, two member counts, the index's size and place, a comment."""

_END_64 = struct.Struct("<4s36xQ8x4s4xQ4x")
"""What is before that in a file of more than 2 GiB: signature and the index's size; signature and where these are."""

_LOCAL = struct.Struct("<26x2H")
"""A header before each member, of which is wanted: the lengths of its name and of what else is before the content."""

_NPY = ".npy"
_MAX_INDEX_BYTES = 2**16
_MAX_HEADER_BYTES = 2**12
_ENCRYPTED = 0x1
_NPY_HEADER = re.compile(
    rb"\{'descr': '([<>|]?[iu][1248])', 'fortran_order': (True|False),"
    rb" 'shape': \((\d{1,10}(?:, \d{1,10}){0,3}),?\),? *\} *\n?"
)
_OTHER_NPY_HEADER = re.compile(
    rb"\{'descr': '[<>|=]?([iufcbOUS])(\d{0,9})', 'fortran_order': (?:True|False),"
    rb" 'shape': (\([\d, ]{0,60}\)),? *\} *\n?"
)
"""A header that is refused in words that a person understands; of any other, its text is shown."""

_NUMBERS = {"i": "int", "u": "uint", "f": "float", "c": "complex"}
_NO_NUMBERS = {"b": "bool", "O": "object", "U": "text", "S": "bytes"}
_EXPECTED = {
    "x_train": "uint8 (n, 28, 28), 0 to 255",
    "y_train": "integers (n,), 0 to 9",
    "x_test": "uint8 (n, 28, 28), 0 to 255",
    "y_test": "integers (n,), 0 to 9",
}
_MOST_NAMES, _LONGEST_NAME = 5, 40


class _Header(NamedTuple):
    dtype: np.dtype[Any]
    order: Literal["C", "F"]
    shape: tuple[int, ...]
    size: int


def read_npz(path: Path) -> Data:
    """Read the four arrays of Keras's ``mnist.npz``, or of a file like it.

    Raises:
        DataError: the file cannot be read or is not exactly that; the message names the file and the reason.

    """
    with reading(path), path.open("rb") as file:
        return parse_npz(file, str(path))


def parse_npz(file: BinaryIO, name: str, *, limit: int = MAX_BYTES) -> Data:
    """Do what ``read_npz`` does for a file that is already open; ``name`` is what errors call it."""
    _refuse_long_index(file, name)
    with reading(name), _zip_errors(name), zipfile.ZipFile(file) as archive:
        x_train, y_train, x_test, y_test = (_read_array(archive, key, name, limit) for key in _EXPECTED)
    return checked_digits(x_train, y_train, f"{name}: train"), checked_digits(x_test, y_test, f"{name}: test")


def _refuse_long_index(file: BinaryIO, name: str) -> None:
    """Look at the end of the zip file before zipfile does, which makes an object for each of millions of members."""
    length = file.seek(0, SEEK_END)
    place = file.seek(max(0, length - _END_64.size - _END.size))
    tail = file.read().rjust(_END_64.size + _END.size, b"\0")
    signature, *_, index_bytes, _, comment_bytes = _END.unpack_from(tail, _END_64.size)
    if signature != b"PK\5\6" or comment_bytes:
        raise DataError(f"{name}: not an .npz file: it does not end as a zip file does")
    signature, index_bytes_64, locator, place_64 = _END_64.unpack_from(tail)
    if locator == b"PK\6\7":
        is_whole = signature == b"PK\6\6" and place_64 == place
        index_bytes = index_bytes_64 if is_whole else _MAX_INDEX_BYTES + 1
    if index_bytes > _MAX_INDEX_BYTES:
        raise DataError(f"{name}: its index is longer than that of any .npz with four arrays, or damaged")


@contextmanager
def _zip_errors(name: str) -> Iterator[None]:
    """Turn what zipfile raises on a malformed file into a DataError.

    A ValueError is a member's name that is not UTF-8, or an offset before the file's beginning.
    """
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise DataError(f"{name}: damaged zip file: {error}") from error


def holds_arrays(path: Path, start: bytes) -> bool:
    """Whether there is an array in a zip file, which begins so: its first member, of a damaged one, or any other."""
    if _LOCAL.size < len(start) and start[_LOCAL.size :][: int(_LOCAL.unpack_from(start)[0])].endswith(_NPY.encode()):
        return True
    try:
        with _opened(KnownFile.at(path)) as archive:
            return any(name.endswith(_NPY) for name in archive.namelist())
    except DataError:  # also where it has more members than any .npz
        return False


def npz_arrays(path: Path) -> dict[str, str | tuple[np.dtype[Any], tuple[int, ...]]]:
    """Return what arrays a file holds: dtype and shape of those of integers, and words about any other.

    Raises:
        DataError: the file cannot be read, or is no ``.npz``.

    """
    with _opened(KnownFile.at(path)) as archive:
        names = [name for name in archive.namelist() if name.endswith(_NPY)]
        return {name.removesuffix(_NPY): _declared(archive, name, str(path)) for name in names}


def npz_array(path: Path, key: str) -> LongArray:
    """Look at an array of integers, of any length, whose values are read when they are asked for.

    Where it lies in the file as it is, its values are not compared with the zip file's checksum.

    Raises:
        DataError: the file cannot be read or has no such array, or the sizes in it do not agree.

    """
    known, name = KnownFile.at(path), f"{path}: {key}"
    with _opened(known) as archive:
        member = _member(archive, key, known.name)
        with archive.open(member) as stream:
            header = _read_header(stream, name, "integers")
        _check_count(header, member, name)
        if member.compress_type == zipfile.ZIP_DEFLATED or header.order == "F":
            return PackedArray(
                name, partial(_content, known, key), header.size, header.dtype, header.shape, header.order
            )
    begin = _begin(known, member) + header.size
    if member.compress_size != member.file_size or begin + member.file_size - header.size > known.size:
        raise DataError(f"{name}: damaged zip file: the array is not as long as the index says")
    return PlainArray(known, begin, header.dtype, header.shape)


@contextmanager
def _content(known: KnownFile, key: str) -> Iterator[Stream]:
    """Open an array to be unpacked."""
    with _opened(known) as archive, archive.open(_member(archive, key, known.name)) as stream:
        yield stream


def _begin(known: KnownFile, member: zipfile.ZipInfo) -> int:
    """Return where a member's content begins: behind a header of its own, whose length the index does not tell."""
    with known.opened() as file:
        file.seek(member.header_offset)
        name, extra = _LOCAL.unpack(read_exactly(file, _LOCAL.size, known.name))
    return member.header_offset + _LOCAL.size + int(name) + int(extra)


@contextmanager
def _opened(known: KnownFile) -> Iterator[zipfile.ZipFile]:
    with known.opened() as file:
        _refuse_long_index(file, known.name)
        with _zip_errors(known.name), zipfile.ZipFile(file) as archive:
            yield archive


def _declared(archive: zipfile.ZipFile, name: str, path: str) -> str | tuple[np.dtype[Any], tuple[int, ...]]:
    key = name.removesuffix(_NPY)
    try:
        with archive.open(_member(archive, key, path)) as stream:
            header = _read_header(stream, key, "integers")
    except DataError as error:
        return str(error)
    return header.dtype, header.shape


def _read_array(archive: zipfile.ZipFile, key: str, name: str, limit: int) -> NDArray[Any]:
    member = _member(archive, key, name)
    name = f"{name}: {key}"
    if member.file_size > limit:
        raise DataError(f"{name}: declares {member.file_size:,} bytes; at most {limit:,} are read")
    with archive.open(member) as stream:
        header = _read_header(stream, name, _EXPECTED[key])
        _check_count(header, member, name)
        values = read_exactly(stream, member.file_size - header.size, name)
        refuse_rest(stream, name)
    return np.frombuffer(values, header.dtype).reshape(header.shape, order=header.order)


def _check_count(header: _Header, member: zipfile.ZipInfo, name: str) -> None:
    count = math.prod(header.shape) * header.dtype.itemsize
    if count == 0:
        raise DataError(f"{name}: is {header.dtype} {header.shape}, which is empty")
    if header.size + count != member.file_size:
        raise DataError(
            f"{name}: declares {header.dtype} {header.shape}, {count:,} bytes, and holds"
            f" {member.file_size - header.size:,}"
        )


def _member(archive: zipfile.ZipFile, key: str, name: str) -> zipfile.ZipInfo:
    found = [member for member in archive.infolist() if member.filename == key + _NPY]
    if not found:
        raise DataError(
            f"{name}: has no {key}; it holds {_names(archive)}; expected x_train, y_train, x_test and y_test"
        )
    if len(found) > 1:
        raise DataError(f"{name}: holds {len(found)} arrays called {key}; expected one")
    if found[0].flag_bits & _ENCRYPTED:
        raise DataError(f"{name}: {key} is encrypted")
    if found[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name}: {key} is compressed by method {found[0].compress_type}; only deflate is read")
    return found[0]


def _names(archive: zipfile.ZipFile) -> str:
    """List the first arrays by their names, which may be anything."""
    names = [member.filename.removesuffix(_NPY)[:_LONGEST_NAME] for member in archive.infolist()]
    shown = [name if name.isprintable() else ascii(name) for name in names[:_MOST_NAMES]]
    more = [f"{len(names) - _MOST_NAMES:,} more"] if len(names) > _MOST_NAMES else []
    return ", ".join(shown + more) or "nothing"


def _read_header(stream: Stream, name: str, expected: str) -> _Header:
    """Format 1.0 or 2.0 of numpy.lib.format, whose header NumPy itself always writes in this one spelling."""
    magic = bytes(read_exactly(stream, 8, name))
    if magic not in (b"\x93NUMPY\1\0", b"\x93NUMPY\2\0"):
        raise DataError(f"{name}: not an .npy array: starts with {magic.hex(' ')}")
    width = 2 * magic[6]
    length = int.from_bytes(read_exactly(stream, width, name), "little")
    if length > _MAX_HEADER_BYTES:
        raise DataError(f"{name}: declares a header of {length:,} bytes; at most {_MAX_HEADER_BYTES:,} are read")
    header = bytes(read_exactly(stream, length, name))
    match = _NPY_HEADER.fullmatch(header)
    if match is None:
        raise DataError(f"{name} {_what_instead(header)}; expected {expected}")
    dtype, fortran, shape = (group.decode() for group in match.groups())
    return _Header(
        dtype=np.dtype(dtype),
        order="F" if fortran == "True" else "C",
        shape=tuple(int(size) for size in shape.split(", ")),
        size=len(magic) + width + length,
    )


def _what_instead(header: bytes) -> str:
    """Say what array a header declares that is not one of integers in one to four dimensions."""
    match = _OTHER_NPY_HEADER.fullmatch(header)
    if match is None:
        shown = header[:100].decode("ascii", "backslashreplace")
        return f"is not an array of integers in one to four dimensions: its header is {shown!r}"
    kind, size, shape = (group.decode() for group in match.groups())
    return f"is {_NO_NUMBERS.get(kind) or f'{_NUMBERS[kind]}{8 * int(size or 0)}'} {shape}"
