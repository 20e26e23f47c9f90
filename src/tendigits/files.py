"""Files that appear whole or not at all."""

import os
import secrets
from pathlib import Path

from tendigits.errors import TendigitsError

__all__ = ["PARTIAL_SUFFIX", "write_output", "write_whole"]

PARTIAL_SUFFIX = ".partial"
"""The ending of a file that is still being written; after a crash such a file may stay behind."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever looks sees the old content or the new, never a part of it.

    The content goes to a temporary file in the same folder, to the disk, and under its name in one step.

    Raises:
        OSError: the folder cannot be written or the disk is full; the file is then as it was.

    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_output(path: Path, content: bytes) -> None:
    """Write a file that the user has named, whole or not at all; one of that name is replaced.

    Raises:
        TendigitsError: it cannot be written; the message names the file and the reason.

    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise TendigitsError(f"cannot write {path}: {error.strerror or error}") from error
