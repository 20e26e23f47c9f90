"""Which images and tables are meant: as for ``tendigits read``, and files whose content is a table of images besides.

A folder is searched for images; one that holds none is searched for tables.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from tendigits.batch.blocks import Input
from tendigits.data.tables import Table, is_table, open_table
from tendigits.errors import BatchError, DataError, ImageError
from tendigits.image.endings import ENDINGS
from tendigits.image.pages import undecoded
from tendigits.reading.finding import STANDARD_INPUT, Found, find_images

__all__ = ["find_inputs"]

_CALLED_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".arrow", ".feather", ".npz", ".idx", ".zip", ".gz", "ubyte")
"""How names end of files that are meant to be tables: what they are instead is said of a table then."""


def find_inputs(names: Sequence[str], leave_out: Path) -> tuple[list[Input | Table], list[str]]:
    """Find the images and tables that names stand for.

    Args:
        names: as :func:`tendigits.reading.finding.find_images` takes them, without standard input.
        leave_out: a folder in which nothing is found that is not named itself.

    Returns:
        What is to be read, tables opened, and the files in folders that are passed over. A table that cannot be opened
        is an input that cannot be read.

    Raises:
        BatchError: one is standard input.

    """
    if STANDARD_INPUT in names:
        raise BatchError(
            "standard input cannot be read again when a batch is gone on with: save it to a file, and name it"
        )
    search, named = find_images(names, leave_out), frozenset(names)
    found: list[Input | Table] = []
    taken: set[str] = set()
    skipped = tuple(dict.fromkeys(search.skipped))  # a folder may be named twice
    for each in search.found:
        tables = _tables_in(each, skipped)
        taken.update(tables)
        found += [_opened(path) for path in tables] or [_input(each, is_named=each.path in named)]
    return found, [path for path in skipped if path not in taken]


def _tables_in(found: Found, others: Iterable[str]) -> list[str]:
    """Return the tables in a folder that has no images."""
    if found.error is None or not os.path.isdir(found.path):  # noqa: PTH112 - as it was named
        return []
    inside = os.path.join(found.path, "")  # noqa: PTH118 - as it was named
    return [path for path in others if path.startswith(inside) and _holds_table(path)]


def _input(found: Found, *, is_named: bool) -> Input | Table:
    path = found.path
    if found.error is not None:
        return Input(path, str(found.error))
    if not os.path.isfile(path):  # noqa: PTH113 - as it was named
        return Input(path, _not_a_file(path))
    is_called_image = path.lower().endswith(ENDINGS)
    if is_called_image and not is_named:
        return Input(path)  # to look into every image of a folder would take ten times as long as to list it
    if _holds_table(path):
        return _opened(path)
    if is_called_image or (error := _image_error(path)) is None:
        return Input(path)
    return _opened(path) if path.lower().endswith(_CALLED_TABLES) else Input(path, error)


def _opened(path: str) -> Input | Table:
    try:
        table = open_table(Path(path))
        table.count  # noqa: B018 - a CSV file is gone through for it
    except DataError as error:
        return Input(path, str(error))
    return table


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
