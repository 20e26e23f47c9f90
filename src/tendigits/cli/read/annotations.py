"""Copies of the images with what was read drawn on them, in a folder of their own.

A copy is called as its image, with ``.read`` and an ending of its own added: ``photo.jpg.read.png``. What distinguishes
the images' folders from one another is kept as folders, so that no two images have one copy.
"""

import errno
import os
from pathlib import Path

import typer

from tendigits.errors import NotDrawnError, TendigitsError
from tendigits.files import check_writable, write_whole
from tendigits.printable import printable
from tendigits.reading.finding import COPY, STANDARD_INPUT
from tendigits.reading.paging import PageRead

__all__ = ["Annotations"]

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
"""Errors after which no other copy can be written either."""


class Annotations:
    """Draws readings into a folder, which is made where it is not there.

    Raises:
        typer.BadParameter: images are read from this very folder.
        TendigitsError: it cannot be written.

    """

    def __init__(self, folder: Path, names: list[str], images: list[str]) -> None:
        files = [os.path.abspath(image) for image in images if image != STANDARD_INPUT]  # noqa: PTH100 - links as named
        parents = {os.path.dirname(file) for file in files}  # noqa: PTH120 - of texts, as above
        if any(_same(folder, other) for other in (*names, *parents)):
            raise typer.BadParameter(f"images are read from {folder}: name another folder", param_hint="--annotate")
        self._folder = folder
        self._common = _common(parents)
        if folder.is_file():
            raise TendigitsError(f"cannot write to {printable(str(folder))}: it is a file; name a folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            check_writable(folder)
        except OSError as error:
            raise TendigitsError(f"cannot write to {printable(str(folder))}: {error.strerror or error}") from error

    def write(self, image: str, page: PageRead) -> None:
        """Draw a page.

        Raises:
            NotDrawnError: this copy cannot be written; others may.
            TendigitsError: the disk is full.

        """
        from tendigits.reading.annotate import annotated, encoded

        content, ending = encoded(annotated(page.pixels, page.reading))
        number = "" if page.number is None else f".page-{page.number}"
        target = self._folder / f"{self._below(image)}{number}{COPY}{ending}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)
        except OSError as error:
            kind = TendigitsError if error.errno in _NO_ROOM else NotDrawnError
            raise kind(f"cannot write {printable(str(target))}: {error.strerror or error}") from error

    def _below(self, image: str) -> str:
        """Return an image's path below what all of them have in common."""
        if image == STANDARD_INPUT:
            return "standard-input"
        whole = os.path.abspath(image)  # noqa: PTH100 - links as named
        if self._common is None:  # several drives of Windows
            drive, rest = os.path.splitdrive(whole)
            return drive.replace(":", "").strip("\\/") + rest
        return os.path.relpath(whole, self._common)


def _same(folder: Path, other: str) -> bool:
    # Path would raise for a name that is too long, or a pattern that is none.
    return folder.is_dir() and os.path.isdir(other) and os.path.samefile(folder, other)  # noqa: PTH112, PTH121 - above


def _common(folders: set[str]) -> str | None:
    try:
        return os.path.commonpath(folders) if folders else os.curdir
    except ValueError:
        return None
