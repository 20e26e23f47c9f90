"""Which kind of table a file is: its first bytes say so, whatever it is called."""

from collections.abc import Callable
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.gzipped import unzipped_start
from tendigits.data.npz import holds_arrays
from tendigits.data.tables.arrays import idx_table, npz_table
from tendigits.data.tables.arrow_file import arrow_file, arrow_stream, parquet_file
from tendigits.data.tables.columns import PIXELS
from tendigits.data.tables.csv_file import LONGEST_LINE, CsvTable
from tendigits.data.tables.not_a_table import GZIP, ZIP, is_csv, what_instead
from tendigits.data.tables.readings import begins_as_readings
from tendigits.data.tables.table import Table
from tendigits.errors import DataError

__all__ = ["KINDS", "is_table", "kind_of_table", "open_table", "why_no_table"]

KINDS = "CSV, Parquet, Arrow, NPZ and IDX"
"""What can be opened, in words."""

_IDX = b"\0\0\x08\x03"

_BY_START: dict[bytes, str] = {
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"\xff\xff\xff\xff": "Arrow stream",
    _IDX: "IDX",
}

_OPENERS: dict[str, Callable[[Path], Table]] = {
    "CSV": CsvTable,
    "Parquet": parquet_file,
    "Arrow": arrow_file,
    "Arrow stream": arrow_stream,
    "NPZ": npz_table,
    "IDX": idx_table,
    "gzipped IDX": idx_table,
}


def is_table(path: Path) -> bool:
    """Whether a file's content is a table of images, as far as its beginning says.

    Raises:
        DataError: it cannot be read.

    """
    return kind_of_table(path) is not None


def kind_of_table(path: Path) -> str | None:
    """Return which kind of table a file's content is, as far as its beginning says; None where it is none.

    Raises:
        DataError: it cannot be read.

    """
    return _kind(path, _start(path))


def why_no_table(path: Path) -> str | None:
    """Say what a file is instead of a table of images, and what to do; None where it is one, or nothing known.

    Raises:
        DataError: it cannot be read.

    """
    start = _start(path)
    return what_instead(start) if _kind(path, start) is None else None


def open_table(path: Path) -> Table:
    """Open a table of images.

    Raises:
        DataError: it is none, it cannot be read, or it is damaged; the message names the file and the reason.
        MissingExtraError: PyArrow is not installed, which reads CSV, Parquet and Arrow.

    """
    start = _start(path)
    kind = _kind(path, start)
    if kind is None:
        said = what_instead(start) or f"its content is none of {KINDS}; CSV has {PIXELS} pixels a line"
        raise DataError(f"{path}: no table of images: {said}")
    return _OPENERS[kind](path)


def _start(path: Path) -> bytes:
    with reading(path), path.open("rb") as file:
        return file.read(LONGEST_LINE)


def _kind(path: Path, start: bytes) -> str | None:
    if start.startswith(ZIP):
        return "NPZ" if holds_arrays(path, start) else None
    if start.startswith(GZIP):
        return "gzipped IDX" if unzipped_start(start, LONGEST_LINE).startswith(_IDX) else None
    found = next((kind for magic, kind in _BY_START.items() if start.startswith(magic)), None)
    return found or ("CSV" if is_csv(start) and not begins_as_readings(start) else None)
