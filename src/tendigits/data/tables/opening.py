"""Which kind of table a file is: its first bytes say so, whatever it is called."""

from collections.abc import Callable
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.tables.arrays import idx_table, npz_table
from tendigits.data.tables.arrow_file import arrow_file, arrow_stream, parquet_file
from tendigits.data.tables.columns import PIXELS
from tendigits.data.tables.csv_file import LONGEST_LINE, CsvTable
from tendigits.data.tables.table import Table
from tendigits.errors import DataError

__all__ = ["KINDS", "is_table", "open_table"]

KINDS = "CSV, Parquet, Arrow, NPZ and IDX"
"""What can be opened, in words."""

_BY_START: dict[bytes, Callable[[Path], Table]] = {
    b"PAR1": parquet_file,
    b"ARROW1": arrow_file,
    b"\xff\xff\xff\xff": arrow_stream,
    b"PK\3\4": npz_table,
    b"\0\0\x08\x03": idx_table,
    b"\x1f\x8b": idx_table,
}


def is_table(path: Path) -> bool:
    """Whether a file's content is a table of images, as far as its beginning says.

    Raises:
        DataError: it cannot be read.

    """
    return _opener(path) is not None


def open_table(path: Path) -> Table:
    """Open a table of images.

    Raises:
        DataError: it is none, it cannot be read, or it is damaged; the message names the file and the reason.
        MissingExtraError: PyArrow is not installed, which reads CSV, Parquet and Arrow.

    """
    opener = _opener(path)
    if opener is None:
        raise DataError(f"{path}: no table of images: its content is none of {KINDS}; CSV has {PIXELS} pixels a line")
    return opener(path)


def _opener(path: Path) -> Callable[[Path], Table] | None:
    with reading(path), path.open("rb") as file:
        start = file.read(LONGEST_LINE)
    found = next((opener for magic, opener in _BY_START.items() if start.startswith(magic)), None)
    return found or (CsvTable if _is_csv(start) else None)


def _is_csv(start: bytes) -> bool:
    """Tell whether a line of text has as many fields as an image has pixels."""
    line = start.partition(b"\n")[0]
    return b"\0" not in line and line.count(b",") >= PIXELS - 1
