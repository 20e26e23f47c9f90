"""Files that appear whole or not at all."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tendigits.errors import TendigitsError

__all__ = [
    "PARTIAL_SUFFIX",
    "check_output",
    "check_writable",
    "give_free_name",
    "sync_folder",
    "synced",
    "write_new",
    "write_output",
    "write_whole",
]

PARTIAL_SUFFIX = ".partial"
"""The ending of a file that is still being written; after a crash such a file may stay behind."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever looks sees the old content or the new, never a part of it.

    The content goes to a temporary file in the same folder, to the disk, and under its name in one step.

    Raises:
        OSError: the folder cannot be written or the disk is full; the file is then as it was.

    """
    with _partial(path, content) as partial:
        partial.replace(path)


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole, under a name that is free: of several processes that try at once, one succeeds.

    Raises:
        FileExistsError: the name is taken; that file is as it was.
        OSError: the folder cannot be written or the disk is full.

    """
    with _partial(path, content) as partial:
        give_free_name(partial, path)


def give_free_name(file: Path, path: Path) -> None:
    """Give a file another name, under which it appears whole; its own may stay.

    Raises:
        FileExistsError: the name is taken; that file is as it was.
        OSError: the folder cannot be written.

    """
    try:
        os.link(file, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on a memory stick: the name first, then what it stands for
        path.touch(exist_ok=False)
        file.replace(path)


def check_writable(folder: Path) -> None:
    """Write a file into a folder, and take it away again.

    Raises:
        OSError: the folder cannot be written.

    """
    with _partial(folder / "probe", b""):
        pass


@contextmanager
def _partial(path: Path, content: bytes) -> Iterator[Path]:
    """Have the content on the disk, beside the file that it is for; what is still there in the end is removed.

    Its name has nothing of the file's: a name may be as long as the file system allows.
    """
    partial = path.with_name(f".{secrets.token_hex(8)}{PARTIAL_SUFFIX}")
    try:
        with synced(partial) as file:
            file.write(content)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def synced(path: Path) -> Iterator[BinaryIO]:
    """Have a file that is written piece by piece, all of which is on the disk in the end; one of that name is lost.

    Raises:
        OSError: the folder cannot be written or the disk is full.

    """
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have on the disk how the files in a folder are called; Windows sees to that itself.

    Raises:
        OSError: it cannot be.

    """
    if sys.platform == "win32":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def check_output(path: Path) -> None:
    """Check that a file that the user has named can be written, before there is anything to write.

    Raises:
        TendigitsError: it cannot be written; the message names the file and the reason.

    """
    with _named(path):
        if path.is_dir():
            raise TendigitsError(f"cannot write {path}: it is a folder; name a file")
        check_writable(path.parent)


def write_output(path: Path, content: bytes) -> None:
    """Write a file that the user has named, whole or not at all; one of that name is replaced.

    Raises:
        TendigitsError: it cannot be written; the message names the file and the reason.

    """
    with _named(path):
        write_whole(path, content)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file that cannot be written, and the reason."""
    try:
        yield
    except FileNotFoundError as error:
        raise TendigitsError(f"cannot write {path}: there is no folder {path.parent}") from error
    except OSError as error:
        raise TendigitsError(f"cannot write {path}: {error.strerror or error}") from error
