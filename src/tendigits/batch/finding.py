"""Which images and tables are meant: as for ``tendigits read``, and files whose content is a table of images besides.

A folder is searched for images; one that holds none is searched for tables.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from tendigits.batch.blocks import Input
from tendigits.data.tables import Table, is_table, open_table
from tendigits.errors import BatchError, DataError
from tendigits.image.endings import ENDINGS
from tendigits.reading.finding import STANDARD_INPUT, Found, find_images

__all__ = ["find_inputs"]


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
    search = find_images(names, leave_out)
    found: list[Input | Table] = []
    skipped = list(search.skipped)
    for each in search.found:
        tables = _tables_in(each, skipped)
        skipped = [path for path in skipped if path not in tables] if tables else skipped
        found += [_opened(path) for path in tables] or [_input(each, is_named=each.path in names)]
    return found, skipped


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
    if is_named and (error := _why_not(path)):
        return Input(path, error)
    # To look into every image of a folder would take ten times as long as to list it.
    may_be_table = is_named or not path.lower().endswith(ENDINGS)
    return _opened(path) if may_be_table and _holds_table(path) else Input(path)


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


def _why_not(path: str) -> str | None:
    """Return why what was named cannot be read, now and again when the batch is gone on with."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - Path would raise for a name that none can have
    except (OSError, ValueError) as error:
        return f"{path}: {getattr(error, 'strerror', None) or error}; check its name and folder"
    if not stat.S_ISREG(mode):
        return f"{path}: not a file, and could not be read again when the batch is gone on with; save it to a file"
    return None
