"""The bytes of an image file, from wherever they are: a path, a binary file object, or the bytes themselves."""

import io
import os
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Protocol

from tendigits.errors import ImageError, ImageTooLargeError
from tendigits.image.limits import MAX_FILE_BYTES

__all__ = ["Source", "content_of"]

_CHUNK = 2**20


class _BinaryFile(Protocol):
    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""


Source = str | PathLike[str] | bytes | bytearray | memoryview | _BinaryFile


def content_of(source: Source) -> tuple[bytes, str]:
    """Return what a file holds, at least one byte and at most MAX_FILE_BYTES, and what errors call it.

    Raises:
        ImageError: it cannot be had; the message says what to do.

    """
    if isinstance(source, str | PathLike):
        name = os.fsdecode(source)
        return _from_path(name), name
    if isinstance(source, bytes | bytearray | memoryview):
        return _checked(source, "the bytes given"), "the bytes given"
    if not callable(getattr(source, "read", None)):
        raise ImageError(
            f"cannot read an object of type {type(source).__name__}; expected a path, bytes, a binary file object or a"
            f" NumPy array{_remedy(source)}"
        )
    given = getattr(source, "name", None)
    name = given if isinstance(given, str) and given else "the file object given"
    name = "standard input" if name == "<stdin>" else name
    return _from_file(source, name), name


def _remedy(source: object) -> str:
    if not hasattr(source, "__array__") and not hasattr(source, "__array_interface__"):
        return ""
    return ': pass numpy.asarray(image), for a Pillow image numpy.asarray(image.convert("RGB"))'


def _from_path(name: str) -> bytes:
    path = Path(name)
    if not name:
        raise ImageError("a path without a name; name an image")
    if name.lower().startswith(("http://", "https://", "ftp://")):
        raise ImageError(f"{name}: a web address; download the image and name the file")
    try:
        if path.is_dir():
            raise ImageError(f"{path}: a folder; name an image in it")
        with path.open("rb") as file:
            _check_length(os.fstat(file.fileno()).st_size, name)
            return _read_all(file, name)
    except FileNotFoundError as error:
        remedy = "write its folder in full, without ~" if name.startswith("~") else "check its name and folder"
        raise ImageError(f"{name}: there is no such file; {remedy}") from error
    except PermissionError as error:
        raise ImageError(f"{name}: cannot be opened: you are not allowed to read it; change its permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise ImageError(f"{name!r}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _from_file(file: _BinaryFile, name: str) -> bytes:
    try:
        with suppress(AttributeError, OSError):  # OSError: it cannot be sought, as a pipe
            file.seek(0)  # type: ignore[attr-defined] # not all have it
        return _read_all(file, name)
    except io.UnsupportedOperation as error:
        raise ImageError(f'{name}: opened for writing; open it with mode "rb"') from error
    except ImageError:
        raise
    except Exception as error:  # whatever the object's own read raises
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ImageError(f"{name}: cannot be read: {reason}") from error


def _read_all(file: _BinaryFile, name: str) -> bytes:
    chunks, length = [], 0
    while chunk := file.read(_CHUNK):
        if not isinstance(chunk, bytes | bytearray | memoryview):
            raise ImageError(f'{name}: gives {type(chunk).__name__}, not bytes; open it with mode "rb"')
        chunks.append(chunk)
        length += len(chunk)
        _check_length(length, name)
    return _checked(b"".join(chunks), name)


def _checked(content: bytes | bytearray | memoryview, name: str) -> bytes:
    length = content.nbytes if isinstance(content, memoryview) else len(content)
    _check_length(length, name)
    if not length:
        raise ImageError(f"{name}: empty: there are no bytes in it; copy or download the image again")
    return bytes(content)


def _check_length(length: int, name: str) -> None:
    if length > MAX_FILE_BYTES:
        raise ImageTooLargeError(
            f"{name}: more than {MAX_FILE_BYTES // 10**6} MB, the most that is read of a file: compress it, scale it"
            " down or split it"
        )
