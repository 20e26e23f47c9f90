"""The files that a batch can become: Parquet, CSV, JSON lines, and what Kaggle's competition takes.

A line of text takes longer to write than a digit to read, so who reads a block writes its lines, too.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tendigits.batch.rows import SCHEMA
from tendigits.errors import BatchError

__all__ = ["ENDINGS", "KAGGLE", "Kind", "Write", "kind_of", "rows_of", "said_of_itself", "with_lines"]

_ROW_GROUP = 65_536

Lines = Callable[[pa.RecordBatch, str], list[bytes]]
Write = Callable[[BinaryIO, Iterable[pa.RecordBatch], Mapping[str, str]], None]


@dataclass(frozen=True)
class Kind:
    """A kind of target.

    Attributes:
        name: in words.
        lines: writes rows, with the model's name, as lines of text; None where the target is not made of such.
        write: writes a file of all rows, batch by batch, with what is to be said of them.

    """

    name: str
    lines: Lines | None
    write: Write


def kind_of(target: Path) -> Kind | None:
    """Return which kind of target a file is to be, by the ending of its name."""
    return _BY_ENDING.get(target.suffix.lower())


def with_lines(batch: pa.RecordBatch, kind: Kind, model: str) -> pa.RecordBatch:
    """Return rows with a column of the target's lines, if it has such."""
    if kind.lines is None:
        return batch
    return batch.append_column("line", pa.array(kind.lines(batch, model), pa.large_binary()))


def _write_parquet(file: BinaryIO, batches: Iterable[pa.RecordBatch], about: Mapping[str, str]) -> None:
    schema = SCHEMA.with_metadata({f"tendigits.{key}": value for key, value in about.items()})
    with pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as writer:
        for table in _in_groups(batches):
            writer.write_table(table.cast(schema), row_group_size=_ROW_GROUP)


def said_of_itself(target: Path) -> Mapping[str, str]:
    """Return what a target says of itself: nothing, where it is not there, or cannot say anything."""
    try:
        with target.open("rb") as file:  # whatever its name is
            about = pq.read_schema(file).metadata or {}
    except (OSError, ValueError, pa.ArrowException):
        return {}
    prefix = b"tendigits."
    return {key.removeprefix(prefix).decode(): value.decode() for key, value in about.items() if key.startswith(prefix)}


def rows_of(target: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file that is a target, in their order.

    Raises:
        BatchError: it is damaged.

    """
    try:
        with target.open("rb") as content, pq.ParquetFile(content, page_checksum_verification=True) as file:
            yield from file.iter_batches(use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise BatchError(f"{target} is damaged: remove it, and it is made anew ({error})") from error


def _in_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield rows in tables of one size: how a file is divided does not depend on blocks."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        while sum(each.num_rows for each in held) >= _ROW_GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, _ROW_GROUP)
            held = table.slice(_ROW_GROUP).to_batches()
    yield pa.Table.from_batches(held, SCHEMA)


def _json_lines(batch: pa.RecordBatch, model: str) -> list[bytes]:
    return [json.dumps(_as_object(row, model)).encode() + b"\n" for row in batch.to_pylist()]


def _as_object(row: dict[str, Any], model: str) -> dict[str, Any]:
    """Return a row as ``tendigits read --json`` shows it, without how long it took."""
    place = {name: row[name] for name in ("path", "row", "page", "label") if row[name] is not None}
    if row["error"] is not None:
        return place | {"error": row["error"]}
    lines = row["text"].split("\n") if row["text"] else []
    reading = {"text": row["text"], "confidence": row["confidence"], "lines": lines}
    return place | {"model": model} | reading | {name: row[name] for name in ("digits", "marks")}


def _csv_lines(batch: pa.RecordBatch, model: str) -> list[bytes]:
    lines = []
    for row in batch.to_pylist():
        text = io.StringIO(newline="")
        nested = {name: None if row[name] is None else json.dumps(row[name]) for name in ("digits", "marks")}
        csv.writer(text, lineterminator="\n").writerow([*(row | nested).values(), model])
        lines.append(text.getvalue().encode())
    return lines


def _write_lines(file: BinaryIO, batches: Iterable[pa.RecordBatch], _: Mapping[str, str]) -> None:
    file.writelines(b"".join(batch.column("line").to_pylist()) for batch in batches)


def _write_csv(file: BinaryIO, batches: Iterable[pa.RecordBatch], about: Mapping[str, str]) -> None:
    file.write(",".join([*SCHEMA.names, "model"]).encode() + b"\n")
    _write_lines(file, batches, about)


def _write_kaggle(file: BinaryIO, batches: Iterable[pa.RecordBatch], _: Mapping[str, str]) -> None:
    """Write what the competition takes (kaggle.com/competitions/digit-recognizer): no label where there is an error."""
    file.write(b"ImageId,Label\n")
    number = 0
    for batch in batches:
        numbers = pa.array(range(number + 1, number + batch.num_rows + 1))
        number += batch.num_rows
        table = pa.table({"ImageId": numbers, "Label": batch.column("text")})
        pyarrow.csv.write_csv(table, file, pyarrow.csv.WriteOptions(include_header=False, quoting_style="none"))


_JSON = Kind("JSON lines", _json_lines, _write_lines)

_BY_ENDING = {
    ".parquet": Kind("Parquet", None, _write_parquet),
    ".csv": Kind("CSV", _csv_lines, _write_csv),
    ".jsonl": _JSON,
    ".ndjson": _JSON,
}

ENDINGS = tuple(_BY_ENDING)
"""Of the names of targets."""

KAGGLE = Kind("Kaggle's CSV", None, _write_kaggle)
