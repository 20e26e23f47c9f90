"""Which images and tables are meant: as for ``tendigits read``, and files whose content is a table of images besides.

A folder is searched for images; one that holds none is searched for tables.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tendigits.batch.blocks import Input
from tendigits.batch.parts import is_of_parts
from tendigits.batch.targets import said_of_itself
from tendigits.data.tables import Table, is_table, open_table, why_no_table
from tendigits.errors import BatchError, DataError, ImageError
from tendigits.image.endings import ENDINGS
from tendigits.image.pages import undecoded
from tendigits.reading.finding import STANDARD_INPUT, Found, find_images

__all__ = ["Findings", "find_inputs"]

_TABLES = ["csv", "tsv", "txt", "parquet", "arrow", "feather", "npz", "npy", "idx", "zip", "gz"]
_CALLED_TABLES = (*(f".{ending}" for ending in _TABLES), "ubyte")
"""How names end of files that are meant to be tables: what they are instead is said of a table then."""


@dataclass(frozen=True)
class Findings:
    """What names stand for.

    Attributes:
        inputs: what is to be read, tables opened. A table that cannot be opened is an input that cannot be read.
        skipped: the files in folders that are passed over, and why, where there is more to say than that they are
            neither images nor tables of images.

    """

    inputs: list[Input | Table]
    skipped: dict[str, str | None]


def find_inputs(names: Sequence[str], leave_out: Path) -> Findings:
    """Find the images and tables that names stand for.

    Args:
        names: as :func:`tendigits.reading.finding.find_images` takes them, without standard input.
        leave_out: a folder in which nothing is found that is not named itself.

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
    skipped = [path for path in dict.fromkeys(search.skipped) if not is_of_parts(Path(path))]  # a folder may come twice
    for each in search.found:
        tables = [_opened(path) for path in _tables_in(each, skipped)]
        taken.update(path for table in tables for path in table.files)
        found += tables or [_input(each, is_named=each.path in named)]
    return Findings(found, {path: _why_skipped(path) for path in skipped if path not in taken})


def _tables_in(found: Found, others: Iterable[str]) -> list[str]:
    """Return the tables in a folder that has no images, but for those that batches have written."""
    if found.error is None or not os.path.isdir(found.path):  # noqa: PTH112 - as it was named
        return []
    inside = os.path.join(found.path, "")  # noqa: PTH118 - as it was named
    return [path for path in others if path.startswith(inside) and _holds_table(path) and not _is_written(path)]


def _is_written(path: str) -> bool:
    return bool(said_of_itself(Path(path)))


def _why_skipped(path: str) -> str | None:
    """Say of what is called as tables are why it is none."""
    if not path.lower().endswith(_CALLED_TABLES):
        return None
    try:
        return "it is what a batch has written" if _is_written(path) else why_no_table(Path(path))
    except DataError as error:
        return str(error).removeprefix(f"{path}: ")


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
