"""Parquet and Arrow files: a column for each pixel, a list of pixels in one, or encoded images.

The public MNIST sets on model hubs have a column ``image``, of structs with ``bytes``, or of the bytes themselves, and
a ``label``. A file comes in pieces, row groups or record batches; whoever reads rows one stretch after another goes on
in the piece in hand.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import SIDE
from tendigits.data.known_file import KnownFile
from tendigits.data.tables.arrow import arrow, arrow_errors, parquet
from tendigits.data.tables.columns import PIXELS, label_among, pixel_columns
from tendigits.data.tables.table import NO_LABEL, Rows, joined, whole
from tendigits.errors import DataError
from tendigits.extras import require
from tendigits.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    import pyarrow.parquet as pq

    Pieces = Callable[[int, list[str]], Iterator[pa.RecordBatch]]
    """Returns the batches of a piece by its number, with the columns that are named."""

__all__ = ["ArrowTable", "arrow_file", "arrow_stream", "parquet_file"]

_BATCH, _BATCH_OF_IMAGES = 1024, 32
"""Rows of a row group that are decoded at once: of pixels, and of images in one column, which may be large."""

_READ_AT_ONCE = 2**20
"""Bytes of a column of Parquet."""

_NUMBER = r"^[0-9]+(\.0*)?$"

_IMAGES = ("image", "images", "pixels", "img", "png", "bytes", "content")
"""What a column of whole images is called."""


class ArrowTable:
    """A table in record batches, as :class:`tendigits.data.tables.table.Table` says.

    Args:
        file: that it is in.
        pieces: opens the file; called again where a process reads the first rows.
        schema: its columns.
        sizes: of its pieces, in rows.

    Raises:
        DataError: it has no column of images, and no 784 of pixels.

    """

    def __init__(
        self, file: KnownFile, pieces: "Callable[[str], Pieces]", schema: "pa.Schema", sizes: list[int]
    ) -> None:
        self.name = name = file.name
        if min(sizes, default=0) < 0:
            raise DataError(f"{name}: damaged: it says that it has {min(sizes):,} rows")
        self.files: tuple[str, ...] = (name,)
        self._file, self._pieces = file, pieces
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        label = label_among(schema.names, name)
        self._label = None if label is None else schema.names[label]
        self._image = _image_column(schema)
        twice = next((name for name in schema.names if schema.names.count(name) > 1), None)
        if twice is not None:
            raise DataError(f"{name}: has two columns called {printable(twice)}")
        if self._image is None:
            self._pixels = [schema.names[number] for number in pixel_columns(schema.names, name).pixels]
            self._check_numbers(schema)
        else:
            self._pixels = [self._image]
        self.is_encoded = self._image is not None and _holds_files(schema.field(self._image).type)
        self._piece: Pieces | None = None
        self._rest: Iterator[pa.RecordBatch] = iter(())
        self._batch: pa.RecordBatch | None = None
        self._at = 0  # the row that the batch in hand begins with

    def _check_numbers(self, schema: "pa.Schema") -> None:
        """Refuse columns that are called as pixels are and hold something else."""
        for name in self._pixels:
            kind = schema.field(name).type
            if not _is_number(kind):
                raise DataError(f"{self.name}: {printable(name)} is {kind}; expected whole numbers, 0 to 255")

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is in hand: the file is opened again where rows are read."""
        return self.__dict__ | {"_piece": None, "_rest": iter(()), "_batch": None, "_at": 0}

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
            self._rest, batch, self._at = self._opened()(number, columns), None, first
        while batch is None or row >= self._at + batch.num_rows:
            self._at += 0 if batch is None else batch.num_rows
            batch = next(self._rest, None)
            if batch is None:
                raise DataError(f"{self.name}: ends at row {self._at:,}, and {self.count:,} were to come")
            batch.validate(full=True)  # an offset that points elsewhere would end the process
        self._batch = batch
        return batch

    def _opened(self) -> "Pieces":
        self._file.check()
        if self._piece is None:
            self._piece = self._pieces(str(self._file.path))
        return self._piece

    def _rows(self, batch: "pa.RecordBatch") -> Rows:
        labels = None if self._label is None else _labels(batch.column(self._label))
        if self._image is None:
            return _from_columns([batch.column(name) for name in self._pixels], labels)
        column = batch.column(self._image)
        return _files(column, labels) if self.is_encoded else _from_lists(column, labels)


def parquet_file(path: Path) -> ArrowTable:
    """Open a Parquet file."""
    known = KnownFile.at(path)
    with arrow_errors(known.name), _parquet(path) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
        return ArrowTable(known, _row_groups, file.schema_arrow, sizes)


def arrow_file(path: Path) -> ArrowTable:
    """Open an Arrow file, which is also called Feather."""
    known = KnownFile.at(path)
    with arrow_errors(known.name), arrow().OSFile(str(path)) as source:
        file = arrow().ipc.open_file(source)
        sizes = [file.get_batch(number).num_rows for number in range(file.num_record_batches)]
        return ArrowTable(known, _batches_of_file, file.schema, sizes)


def arrow_stream(path: Path) -> ArrowTable:
    """Open a stream of Arrow in a file, which does not say how many rows it has: it is gone through once."""
    known = KnownFile.at(path)
    with arrow_errors(known.name), arrow().OSFile(str(path)) as source:
        stream = arrow().ipc.open_stream(source)
        bounds, sizes = [source.tell()], []
        for batch in stream:
            bounds.append(source.tell())
            sizes.append(batch.num_rows)
        if stream.stats.num_dictionary_batches:  # a batch cannot be read without those before
            return ArrowTable(known, _stream, stream.schema, [sum(sizes)])
        return ArrowTable(known, partial(_batches_of_stream, np.array(bounds)), stream.schema, sizes)


def _parquet(path: str | Path) -> "pq.ParquetFile":
    # Otherwise all of a row group is read ahead, however few rows are asked for.
    return parquet().ParquetFile(path, buffer_size=_READ_AT_ONCE, pre_buffer=False)


def _row_groups(path: str) -> "Pieces":
    file = _parquet(path)
    batch = _BATCH if _image_column(file.schema_arrow) is None else _BATCH_OF_IMAGES

    def piece(number: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
        yield from file.iter_batches(batch, row_groups=[number], columns=columns, use_threads=False)

    return piece


def _batches_of_file(path: str) -> "Pieces":
    file = arrow().ipc.open_file(arrow().OSFile(path))

    def piece(number: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
        yield file.get_batch(number).select(columns)

    return piece


def _batches_of_stream(bounds: NDArray[np.int64], path: str) -> "Pieces":
    """Read each batch as a stream of its own, behind the schema; bounds are where that ends, and each batch."""
    source = arrow().OSFile(path)

    def piece(number: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
        begin, end = bounds[number : number + 2].tolist()
        content = source.read_at(bounds[0], 0) + source.read_at(end - begin, begin)
        for batch in arrow().ipc.open_stream(content):
            yield batch.select(columns)

    return piece


def _stream(path: str) -> "Pieces":
    def piece(_: int, columns: list[str]) -> "Iterator[pa.RecordBatch]":
        for batch in arrow().ipc.open_stream(arrow().OSFile(path)):
            yield batch.select(columns)

    return piece


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
    if types.is_dictionary(kind):
        return _holds_files(kind.value_type)
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _holds_lists(kind: "pa.DataType") -> bool:
    pa = arrow()
    if isinstance(kind, pa.BaseExtensionType):
        return _holds_lists(kind.storage_type)
    types = pa.types
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or _is_view(kind):
        return _holds_lists(kind.value_type) or _is_number(kind.value_type)
    return False


def _is_view(kind: "pa.DataType") -> bool:
    types = arrow().types
    return bool(types.is_list_view(kind) or types.is_large_list_view(kind))


def _is_number(kind: "pa.DataType") -> bool:
    types = arrow().types
    return bool(types.is_integer(kind) or types.is_floating(kind))


def _labels(column: "pa.Array") -> NDArray[np.int64]:
    """Return whole numbers, and `NO_LABEL` for anything else."""
    pa = arrow()
    try:
        values = _without_words(column).cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # words, or lists
        return np.full(len(column), NO_LABEL, np.int64)
    return whole(values.fill_null(NO_LABEL).to_numpy(zero_copy_only=False))


def _without_words(column: "pa.Array") -> "pa.Array":
    """Return a column as it is, or one of texts with null where a text is no number."""
    pa, pc = arrow(), require("pyarrow.compute", "tables")
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        return column
    texts = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    return pc.if_else(pc.match_substring_regex(texts, _NUMBER), texts, None)


def _from_columns(columns: "list[pa.Array]", labels: NDArray[np.int64] | None) -> Rows:
    values = np.column_stack([_numbers(column) for column in columns])
    return _checked(values, labels)


def _from_lists(column: "pa.Array", labels: NDArray[np.int64] | None) -> Rows:
    """Return images from lists of numbers, or of lists of them."""
    lists = _storage(column)
    right = _are_images(lists)
    flat = _only(lists, right)
    while _holds_lists(flat.type):
        flat = _storage(flat.flatten())
    values = np.zeros((len(lists), PIXELS), np.float64)
    values[right] = _numbers(flat).reshape(-1, PIXELS)
    lengths = _lengths(lists)
    wrong = {
        int(
            number
        ): f"the image is a list of {lengths[number]:,}, and not {PIXELS} numbers or {SIDE} lists of {SIDE} numbers"
        for number in np.flatnonzero(~right)
    }
    return _checked(values, labels, wrong)


def _are_images(lists: "pa.Array") -> NDArray[np.bool]:
    """Tell which lists are images by their shape, lists of lists of one number included."""
    shapes = ((PIXELS,), (SIDE, SIDE), (SIDE, SIDE, 1), (1, SIDE, SIDE))
    return np.asarray(np.any([_have_shape(lists, shape) for shape in shapes], axis=0))


def _have_shape(lists: "pa.Array", shape: tuple[int, ...]) -> NDArray[np.bool]:
    """Tell which lists have so many parts, and those so many, and so on."""
    if not shape or not _holds_lists(lists.type):
        return np.full(len(lists), not shape and not _holds_lists(lists.type))
    right = _lengths(lists) == shape[0]
    # Lists that are views may all look at the same numbers: only as many as images have are laid out.
    parts = _storage(_only(lists, right).flatten())
    right[right] = _have_shape(parts, shape[1:]).reshape(-1, shape[0]).all(axis=1)
    return np.asarray(right)


def _lengths(lists: "pa.Array") -> NDArray[np.int64]:
    """Return how long lists are; 0 of what is missing."""
    return np.asarray(lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def _only(lists: "pa.Array", chosen: NDArray[np.bool]) -> "pa.Array":
    return lists if chosen.all() else lists.filter(arrow().array(chosen))


def _storage(column: "pa.Array") -> "pa.Array":
    return column.storage if isinstance(column, arrow().ExtensionArray) else column


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
    if arrow().types.is_struct(column.type):
        column = column.flatten()[column.type.get_field_index("bytes")]  # null where the struct is
    files: list[bytes] = []
    errors: dict[int, str] = {}
    for number, value in enumerate(column):
        try:
            files.append(_file(value))
        except ValueError as error:
            files.append(b"")
            errors[number] = str(error)
    return Rows(files, labels, errors)


def _file(value: "pa.Scalar") -> bytes:
    """Return a file's content, which is copied when its size is known."""
    from tendigits.image.limits import MAX_FILE_BYTES  # noqa: PLC0415 - whose images are pixels needs no Pillow

    content = (value.value if isinstance(value, arrow().DictionaryScalar) else value).as_buffer()
    if content is None or not content.size:
        raise ValueError("the row has no image")
    if content.size > MAX_FILE_BYTES:
        raise ValueError(f"the image has {content.size:,} bytes; at most {MAX_FILE_BYTES:,} are read")
    return bytes(content.to_pybytes())
