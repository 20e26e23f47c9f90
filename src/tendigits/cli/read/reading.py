"""Images read one after another, each shown as soon as it is read."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from tendigits.cli.answering import is_terminal, print_json, say
from tendigits.cli.progress import Bar, progress_bar
from tendigits.cli.read.annotations import Annotations
from tendigits.cli.read.words import line_for_people
from tendigits.cli.wording import counted, some
from tendigits.data.tables import is_table
from tendigits.errors import DataError, ImageError, NotDrawnError, TendigitsError
from tendigits.image.source import Source
from tendigits.printable import printable
from tendigits.reading.finding import STANDARD_INPUT, Found, find_images
from tendigits.reading.paging import PageRead, read_each_page
from tendigits.reading.reader import Reader

__all__ = ["ReadOptions", "read_all"]

_WIDEST = 60
"""Columns that names are padded to at most: a longer one moves only its own line."""


@dataclass(frozen=True)
class ReadOptions:
    """How images are read, and what is shown of them, as ``tendigits read --help`` says."""

    single: bool
    length: tuple[int, int] | None
    min_confidence: float | None
    annotate: Path | None
    model: Path | None
    as_json: bool


def read_all(names: list[str], options: ReadOptions) -> None:
    """Read what names stand for.

    Raises:
        typer.Exit: something could not be read, or its copy not be written; with code 1, when all the rest has been.

    """
    reader = Reader(options.model, options.min_confidence)
    search = find_images(names, options.annotate)
    annotations = (
        None if options.annotate is None else Annotations(options.annotate, names, [each.path for each in search.found])
    )
    say(f"model: {reader.name}")
    if search.skipped:
        say(f"skipped, by the endings of their names or as links to folders: {some(search.skipped)}")
    with progress_bar(len(search.found)) as bar:
        session = _Session(reader, options, annotations, bar, _width(search.found))
        for left, found in zip(reversed(range(len(search.found))), search.found, strict=True):
            try:
                session.read(found)
            except TendigitsError as error:
                if not left:
                    raise
                raise TendigitsError(
                    f"{error}; {counted(left, 'image')} after {printable(found.path)} not read"
                ) from error
            bar.advance()
    for failed, what in ((session.unread, "could not be read"), (session.undrawn, "have no copy, or not of all pages")):
        if failed and len(search.found) > 1:
            say(f"tendigits: {failed:,} of {len(search.found):,} {what}")
    if session.unread or session.undrawn:
        raise typer.Exit(1)


class _Session:
    """Reads images, shows what they say, and counts those that cannot be read, or be drawn on a copy."""

    def __init__(
        self, reader: Reader, options: ReadOptions, annotations: Annotations | None, bar: Bar, width: int
    ) -> None:
        self.unread = self.undrawn = 0
        self._reader, self._options, self._annotations, self._bar = reader, options, annotations, bar
        self._width = width

    def read(self, found: Found) -> None:
        """Read an image with all its pages, and show each as soon as it is read."""
        drawn = True
        try:
            if found.error is not None:
                raise found.error
            with self._bar.put_away():
                source = _source(found.path)
            for page in read_each_page(self._reader, source, self._options.length, single=self._options.single):
                with self._bar.put_away():
                    self._show(found.path, page)
                    drawn &= self._draw(found.path, page)
                del page  # or it would be held while the next is decoded
        except ImageError as error:
            self.unread += 1
            with self._bar.put_away():
                self._show_error(found.path, _table_error(found.path) or error)
        self.undrawn += not drawn

    def _show(self, path: str, page: PageRead) -> None:
        if self._options.as_json:
            print_json(page.as_dict(path, self._reader.name))
            return
        name = path if page.number is None else f"{path} page {page.number}"
        self._width = max(self._width, min(len(printable(name)), _WIDEST))
        print(line_for_people(name, page.reading, self._width), flush=True)  # noqa: T201 - words out

    def _draw(self, path: str, page: PageRead) -> bool:
        """Draw a page on a copy, where that is wanted, and return whether nothing was in the way."""
        try:
            if self._annotations is not None:
                self._annotations.write(path, page)
        except NotDrawnError as error:
            say(f"tendigits: {error}")
            return False
        return True

    def _show_error(self, path: str, error: ImageError) -> None:
        if self._options.as_json:
            print_json({"path": path, "error": str(error)})
        else:
            say(f"tendigits: {error}")


def _source(path: str) -> Source:
    """Return what to read from, and say on a terminal what may have to be waited for."""
    if path != STANDARD_INPUT:
        if is_terminal(sys.stderr) and _is_pipe(path):
            say(f"reading an image from the pipe {printable(path)}")
        return path
    if sys.stdin is None:
        raise ImageError("standard input: it is closed; name a file, or give an image with  < FILE")
    if sys.stdin.isatty():
        say("reading an image from standard input")
    return sys.stdin.buffer


def _table_error(path: str) -> ImageError | None:
    """Return what to say of a table of images, which is no image."""
    try:
        is_one = path != STANDARD_INPUT and not _is_pipe(path) and is_table(Path(path))
    except (DataError, ValueError):
        return None
    return (
        ImageError(f"{path}: a table of images: name a file for what is read, as  -o digits.parquet")
        if is_one
        else None
    )


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)  # noqa: PTH116 - Path would raise for a name that none can have
    except (OSError, ValueError):
        return False


def _width(images: tuple[Found, ...]) -> int:
    return max((min(len(printable(each.path)), _WIDEST) for each in images), default=0)
