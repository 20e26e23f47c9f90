"""PyArrow, where it is installed: imported when a table is read, and its errors in this project's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tendigits.errors import DataError
from tendigits.extras import require

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow", "arrow_csv", "arrow_errors", "parquet"]


def arrow() -> Any:
    """Return PyArrow.

    Raises:
        MissingExtraError: it is not installed.

    """
    return require("pyarrow", "tables")


def parquet() -> Any:
    """Return PyArrow's reader and writer of Parquet."""
    return require("pyarrow.parquet", "tables")


@contextmanager
def arrow_errors(name: str) -> Iterator[None]:
    """Turn what PyArrow raises about a file into a DataError that names it."""
    pa = arrow()
    try:
        yield
    except OSError as error:  # also of content that is cut short
        raise DataError(f"{name}: cannot be read: {_first_line(error)}") from error
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise DataError(f"{name}: damaged, or not whole: {_first_line(error)}") from error


def arrow_csv(text: bytes, width: int, dtypes: Mapping[int, str]) -> "pa.Table | None":
    """Parse lines of CSV.

    Args:
        text: lines without one of names.
        width: how many columns there are.
        dtypes: what is wanted, by the columns' numbers, and of which type; what is left empty is null.

    Returns:
        The columns that are wanted, in the order of ``dtypes``; None where the text is not that.

    """
    pa = arrow()
    csv = require("pyarrow.csv", "tables")
    names = [str(number) for number in range(width)]
    types = {names[number]: pa.type_for_alias(dtype) for number, dtype in dtypes.items()}
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
            csv.ParseOptions(ignore_empty_lines=False, quote_char=False),
            csv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
