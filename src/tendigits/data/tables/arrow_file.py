"""Parquet and Arrow files: a column for each pixel, a list of pixels in one, or encoded images.

The public MNIST sets on model hubs have a column ``image``, of structs with ``bytes``, or of the bytes themselves, and
a ``label``. A file comes in pieces, row groups or record batches; whoever reads rows one stretch after another goes on
in the piece in hand.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import SIDE
from tendigits.data.tables.arrow import arrow, arrow_errors, parquet
from tendigits.data.tables.columns import PIXELS, label_among, pixel_columns
from tendigits.data.tables.table import NO_LABEL, Rows, joined, whole
from tendigits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

__all__ = ["ArrowTable", "arrow_file", "arrow_stream", "parquet_file"]

_BATCH, _BATCH_OF_IMAGES = 1024, 32
"""Rows of a row group that are decoded at once: of pixels, and of images in one column, which may be large."""

_READ_AT_ONCE = 2**20
"""Bytes of a column of Parquet."""

_IMAGES = ("image", "images", "pixels", "img", "png", "bytes", "content")
"""What a column of whole images is called."""


class ArrowTable:
    """A table in record batches, as :class:`tendigits.data.tables.table.Table` says.

    Args:
        name: what errors call it.
        schema: its columns.
        sizes: of its pieces, in rows.
        piece: returns the batches of a piece, with the columns that are named.

    Raises:
        DataError: it has no column of images, and no 784 of pixels.

    """

    def __init__(
        self,
        name: str,
        schema: "pa.Schema",
        sizes: list[int],
        piece: "Callable[[int, list[str]], Iterator[pa.RecordBatch]]",
    ) -> None:
        self.name = name
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._piece = piece
        label = label_among(schema.names, name)
        self._label = None if label is None else schema.names[label]
        self._image = _image_column(schema)
        twice = next((name for name in schema.names if schema.names.count(name) > 1), None)
        if twice is not None:
            raise DataError(f"{name}: has two columns called {twice}")
        if self._image is None:
            self._pixels = [schema.names[number] for number in pixel_columns(schema.names, name).pixels]
        else:
            self._pixels = [self._image]
        self.is_encoded = self._image is not None and _holds_files(schema.field(self._image).type)
        self._rest: Iterator[pa.RecordBatch] = iter(())
        self._batch: pa.RecordBatch | None = None
        self._at = 0  # the row that the batch in hand begins with

    @property
    def count(self) -> int:
        """How many rows it has."""
        return int(self._starts[-1])

    @property
    def is_labelled(self) -> bool:
        """Whether it has a column of labels."""
        return self._label is not None

    def read(self, start: int, stop: int) -> Rows:
        """Do what :meth:`tendigits.data.tables.table.Table.read` says."""
        with arrow_errors(self.name):
            return joined([self._rows(batch) for batch in self._batches(start, stop)], self)

    def _batches(self, start: int, stop: int) -> "Iterator[pa.RecordBatch]":
        """Yield the rows from one number up to another."""
        while start < stop:
            batch = self._batch_with(start)
            part = batch.slice(start - self._at, stop - start)
            yield part
            start += part.num_rows

    def _batch_with(self, row: int) -> "pa.RecordBatch":
        """Return the batch that a row is in, going on from the one in hand if the row comes behind it."""
        number = int(np.searchsorted(self._starts, row, side="right")) - 1
        first = int(self._starts[number])
        batch, self._batch = self._batch, None  # where the next one cannot be read, none is in hand
        if batch is None or not first <= self._at <= row:
            columns = self._pixels if self._label is None else [*self._pixels, self._label]
            self._rest, batch, self._at = self._piece(number, columns), None, first
        while batch is None or row >= self._at + batch.num_rows:
            self._at += 0 if batch is None else batch.num_rows
            batch = next(self._rest, None)
            if batch is None:
                raise DataError(f"{self.name}: ends at row {self._at:,}, and {self.count:,} were to come")
            batch.validate(full=True)  # an offset that points elsewhere would end the process
        self._batch = batch
        return batch

    def _rows(self, batch: "pa.RecordBatch") -> Rows:
        labels = None if self._label is None else _labels(batch.column(self._label))
        if self._image is None:
            return _from_columns([batch.column(name) for name in self._pixels], labels)
        column = batch.column(self._image)
        return _files(column, labels) if self.is_encoded else _from_lists(column, labels)


def parquet_file(path: Path) -> ArrowTable:
    """Open a Parquet file."""
    with arrow_errors(str(path)):
        # Otherwise all of a row group is read ahead, however few rows are asked for.
        file = parquet().ParquetFile(path, buffer_size=_READ_AT_ONCE, pre_buffer=False)
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
        batch = _BATCH if _image_column(file.schema_arrow) is None else _BATCH_OF_IMAGES

        def piece(number: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
            yield from file.iter_batches(batch, row_groups=[number], columns=columns, use_threads=False)

        return ArrowTable(str(path), file.schema_arrow, sizes, piece)


def arrow_file(path: Path) -> ArrowTable:
    """Open an Arrow file, which is also called Feather."""
    library = arrow()
    with arrow_errors(str(path)):
        file = library.ipc.open_file(library.OSFile(str(path)))
        sizes = [file.get_batch(number).num_rows for number in range(file.num_record_batches)]

        def piece(number: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
            yield file.get_batch(number).select(columns)

        return ArrowTable(str(path), file.schema, sizes, piece)


def arrow_stream(path: Path) -> ArrowTable:
    """Open a stream of Arrow in a file, which does not say how many rows it has: it is gone through once."""
    library = arrow()
    with arrow_errors(str(path)):
        stream = library.ipc.open_stream(library.OSFile(str(path)))
        schema, size = stream.schema, sum(batch.num_rows for batch in stream)

        def piece(_: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
            for batch in library.ipc.open_stream(library.OSFile(str(path))):
                yield batch.select(columns)

        return ArrowTable(str(path), schema, [size], piece)


def _image_column(schema: "pa.Schema") -> str | None:
    """Return the column that holds whole images: by its name, or the only one that may where there are no pixels."""
    found = [field.name for field in schema if _holds_files(field.type) or _holds_lists(field.type)]
    named = [name for name in found if name.lower() in _IMAGES]
    if named or len(schema.names) > PIXELS:
        found = named
    return found[0] if len(found) == 1 else None


def _holds_files(kind: "pa.DataType") -> bool:
    types = arrow().types
    if types.is_struct(kind):
        return any(field.name == "bytes" and _holds_files(field.type) for field in kind.fields)
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _holds_lists(kind: "pa.DataType") -> bool:
    pa = arrow()
    if isinstance(kind, pa.BaseExtensionType):
        return _holds_lists(kind.storage_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _holds_lists(kind.value_type) or _is_number(kind.value_type)
    return False


def _is_number(kind: "pa.DataType") -> bool:
    types = arrow().types
    return bool(types.is_integer(kind) or types.is_floating(kind))


def _labels(column: "pa.Array") -> NDArray[np.int64]:
    """Return whole numbers, and `NO_LABEL` for anything else."""
    pa = arrow()
    try:
        values = column.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # words, or lists
        return np.full(len(column), NO_LABEL, np.int64)
    return whole(values.fill_null(NO_LABEL).to_numpy(zero_copy_only=False))


def _from_columns(columns: "list[pa.Array]", labels: NDArray[np.int64] | None) -> Rows:
    values = np.column_stack([_numbers(column) for column in columns])
    return _checked(values, labels)


def _from_lists(column: "pa.Array", labels: NDArray[np.int64] | None) -> Rows:
    """Return images from lists of numbers, or of lists of them, 784 in each."""
    lists = _storage(column)
    flat, sizes = lists, np.ones(len(lists), np.int64)
    first = True
    while _holds_lists(flat.type):
        lengths = flat.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        sizes = lengths if first else _summed(lengths, sizes)
        flat, first = _storage(flat.flatten()), False
    right = sizes == PIXELS
    values = np.zeros((len(lists), PIXELS), np.float64)
    numbers = _numbers(flat)
    values[right] = numbers[np.repeat(right, sizes)].reshape(-1, PIXELS)
    wrong = {
        int(number): f"the image has {sizes[number]:,} pixels; expected {PIXELS}" for number in np.flatnonzero(~right)
    }
    return _checked(values, labels, wrong)


def _storage(column: "pa.Array") -> "pa.Array":
    return column.storage if isinstance(column, arrow().ExtensionArray) else column


def _summed(lengths: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many values there are in so many parts, one after another, of these lengths."""
    ends = np.concatenate([[0], np.cumsum(lengths)])
    bounds = np.concatenate([[0], np.cumsum(parts)])
    return np.asarray(np.diff(ends[bounds]))


def _numbers(column: "pa.Array") -> NDArray[Any]:
    """Return numbers as they are, NaN where there is none; of anything else, NaN."""
    if not _is_number(column.type):
        return np.full(len(column), np.nan)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _checked(values: NDArray[Any], labels: NDArray[np.int64] | None, wrong: dict[int, str] | None = None) -> Rows:
    """Return images of grey levels, those that are none as errors: values (n, 784) of any type."""
    errors = dict(wrong or {})
    if values.dtype != np.uint8:
        grey = (values >= 0) & (values <= 255) & (values == np.rint(values))  # of NaN nothing is true
        for number in np.flatnonzero(~grey.all(axis=1)):
            value = values[number][~grey[number]][0]
            said = "missing" if np.isnan(value) else f"{value:g}"
            errors.setdefault(int(number), f"a pixel is {said}; expected a whole number from 0 to 255")
        values = np.where(grey.all(axis=1, keepdims=True), values, 0).astype(np.uint8)
    return Rows(values.reshape(-1, SIDE, SIDE), labels, errors)


def _files(column: "pa.Array", labels: NDArray[np.int64] | None) -> Rows:
    content = column.field("bytes") if arrow().types.is_struct(column.type) else column
    files = content.to_pylist()
    errors = {number: "the row has no image" for number, file in enumerate(files) if not file}
    return Rows([file or b"" for file in files], labels, errors)
