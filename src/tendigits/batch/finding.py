"""Which images and tables are meant: as for ``tendigits read``, and files whose content is a table of images besides.

A folder is searched for images; one that holds none is searched for tables.
"""

import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from tendigits.batch.blocks import Input, OpenedTable
from tendigits.batch.parts import is_of_parts, parts_folder
from tendigits.batch.states import state_of
from tendigits.batch.targets import said_of_itself
from tendigits.data.tables import is_table, open_table, why_no_table
from tendigits.errors import BatchError, DataError, ImageError, NoImagesError
from tendigits.image.endings import ENDINGS
from tendigits.image.pages import undecoded
from tendigits.reading.finding import STANDARD_INPUT, Found, Search, find_images

__all__ = ["Findings", "find_inputs", "why_skipped"]

_MOST_OPENINGS = 3

_TABLES = ["csv", "tsv", "txt", "parquet", "arrow", "feather", "npz", "npy", "idx", "zip", "gz"]
_CALLED_TABLES = (*(f".{ending}" for ending in _TABLES), "ubyte")
"""How names end of files that are meant to be tables: what they are instead is said of a table then."""


@dataclass(frozen=True)
class Findings:
    """What names stand for.

    Attributes:
        inputs: what is to be read. A table that cannot be opened is an input that cannot be read.
        skipped: the files in folders that are passed over.

    """

    inputs: list[Input | OpenedTable]
    skipped: tuple[str, ...]


def find_inputs(names: Sequence[str], target: Path) -> Findings:
    """Find the images and tables that names stand for.

    Args:
        names: as :func:`tendigits.reading.finding.find_images` takes them, without standard input.
        target: which is no source itself, nor are its parts: a pattern may match both when a batch is gone on with.

    Raises:
        BatchError: one is standard input.

    """
    if STANDARD_INPUT in names:
        raise BatchError(
            "standard input cannot be read again when a batch is gone on with: save it to a file, and name it"
        )
    parts = parts_folder(target)
    named = frozenset(name for name in names if not _is(name, parts))
    search = find_images([name for name in names if name in named], parts)
    skipped = _others(search, target)
    found: list[Input | OpenedTable] = []
    taken: set[str] = set()
    tables_in = _Tables(skipped)
    for each in search.found:
        if _is(each.path, target):
            continue
        tables = tables_in(each)
        taken.update(path for table in tables for path in table.files)
        found += tables or [_input(each, is_named=each.path in named)]
    return Findings(found, tuple(path for path in skipped if path not in taken))


def why_skipped(path: str) -> str | None:
    """Say why a file in a folder is passed over, where there is more to say than that it is nothing to read."""
    if not path.lower().endswith(_CALLED_TABLES):
        return None
    try:
        if _is_written(path):
            return "it is what a batch has written"
        if (instead := why_no_table(Path(path))) is not None or not _holds_table(path):
            return instead
        open_table(Path(path))
    except DataError as error:
        return str(error).removeprefix(f"{path}: ")
    return "a table, in a folder that has images: name it itself"


def _others(search: Search, target: Path) -> list[str]:
    """Return the files that are no images, once each: a folder may be named twice."""
    once = dict.fromkeys(search.skipped)
    return [path for path in once if not _is(path, target) and not is_of_parts(Path(path))]


def _is(path: str, other: Path) -> bool:
    """Tell whether a path is that of a file or folder, which may not be there."""
    return os.path.basename(os.path.normpath(path)) == other.name and Path(path).absolute() == other.absolute()  # noqa: PTH119 - of a million


class _Tables:
    """Finds the tables in a folder that has no images, but for those that batches have written.

    Args:
        others: all files that are no images.

    """

    def __init__(self, others: Sequence[str]) -> None:
        self._places = {path: place for place, path in enumerate(others)}
        self._sorted = sorted(others)

    def __call__(self, found: Found) -> list[Input | OpenedTable]:
        if found.error is None or not os.path.isdir(found.path):  # noqa: PTH112 - as it was named
            return []
        inside = os.path.join(found.path, "")  # noqa: PTH118 - as it was named
        behind = map(self._sorted.__getitem__, range(bisect_left(self._sorted, inside), len(self._sorted)))
        there = takewhile(lambda path: path.startswith(inside), behind)
        inputs = map(_table, sorted(there, key=self._places.__getitem__))
        return [each for each in inputs if each is not None]


def _table(path: str) -> Input | OpenedTable | None:
    """Open a table that was found in a folder; None where it is none of images, or one that a batch has written."""
    if not _holds_table(path) or _is_written(path):
        return None
    try:
        return _opened(path)
    except NoImagesError:
        return None


def _is_written(path: str) -> bool:
    return bool(said_of_itself(Path(path)))


def _input(found: Found, *, is_named: bool) -> Input | OpenedTable:
    path = found.path
    if found.error is not None:
        return Input(path, str(found.error))
    if not os.path.isfile(path):  # noqa: PTH113 - as it was named
        return Input(path, _not_a_file(path))
    is_called_image = path.lower().endswith(ENDINGS)
    if is_called_image and not is_named:
        return Input(path)  # to look into every image of a folder would take ten times as long as to list it
    if _holds_table(path):
        return _named_table(path)
    if is_called_image or (error := _image_error(path)) is None:
        return Input(path)
    return _named_table(path) if path.lower().endswith(_CALLED_TABLES) else Input(path, error)


def _named_table(path: str) -> Input | OpenedTable:
    try:
        return _opened(path)
    except NoImagesError as error:
        return Input(path, str(error))


def _opened(path: str) -> Input | OpenedTable:
    """Open a table; one that changes meanwhile is opened again.

    Raises:
        NoImagesError: it has no images.

    """
    for _ in range(_MOST_OPENINGS):
        before = state_of(path)
        try:
            table = open_table(Path(path))
            table.count  # noqa: B018 - a CSV file is gone through for it
        except NoImagesError:
            raise
        except DataError as error:
            return Input(path, str(error))
        states = tuple(map(state_of, table.files))
        if before in states:
            return OpenedTable(table, states)
    return Input(path, f"{path}: changes while it is looked into: read it when nobody writes it")


def _holds_table(path: str) -> bool:
    try:
        return is_table(Path(path))
    except (DataError, ValueError):  # what cannot be read is told where it is read
        return False


def _not_a_file(path: str) -> str | None:
    if os.path.exists(path):  # noqa: PTH110 - as it was named
        return f"{path}: not a file, and could not be read again if the batch is broken off; save it to a file"
    return _image_error(path)


def _image_error(path: str) -> str | None:
    """Return why a file cannot be read as an image, as far as its beginning tells."""
    try:
        next(undecoded(path), None)
    except ImageError as error:
        return str(error)
    return None
