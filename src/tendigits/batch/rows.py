"""What a target has for each image: the columns, and how rows of them are made."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tendigits.data.digits import SIDE
from tendigits.data.tables.table import NO_LABEL

__all__ = ["DARK", "SCHEMA", "file_of", "is_sure", "of_digits", "of_records"]

_BOX = ("box", pa.list_(pa.int32()))

SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("row", pa.int64()),
        ("page", pa.int32()),
        ("label", pa.int64()),
        ("text", pa.string()),
        ("confidence", pa.float64()),
        (
            "digits",
            pa.list_(pa.struct([("digit", pa.int8()), ("confidence", pa.float64()), _BOX, ("line", pa.int32())])),
        ),
        ("marks", pa.list_(pa.struct([_BOX]))),
        ("error", pa.string()),
    ]
)
"""``row`` and ``page`` count from 1, and are null where an image has none; ``label`` is the one that a table has. A row
has either a text, confidence, digits and marks as ``tendigits read --json`` shows them, or an error."""

DARK = b"dark"
"""In the metadata of rows: how many are of images of 28x28 whose ink seems to be dark; the network knows bright ink."""

_UNSURE = "?"

_DECIMALS = 4
"""Of confidences, as in :meth:`tendigits.reading.result.Reading.as_dict`."""


def of_records(records: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Make rows of mappings from the columns' names to values; what is left out is null."""
    return pa.RecordBatch.from_pylist([_as_texts(record) for record in records], schema=SCHEMA)


def _as_texts(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _in_unicode(value) if isinstance(value, str) else value for name, value in record.items()}


def _in_unicode(text: str) -> str:
    r"""Return a text, which names a file, as a table can hold it: bytes of a name that are no UTF-8 as ``ÿ``.

    >>> _in_unicode("caf\udce9.png")
    'caf\\xe9.png'
    """
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def file_of(path: str) -> str:
    r"""Return the file that a path in a table stands for: that of its name, else one of the bytes that it spells.

    >>> file_of("caf\\xe9.png")
    'caf\udce9.png'
    """
    if os.path.lexists(path):
        return path
    return os.fsdecode(re.sub(rb"\\x([89a-f][0-9a-f])", lambda found: bytes.fromhex(found[1].decode()), path.encode()))


def of_digits(
    path: str,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64] | None,
    probabilities: NDArray[np.floating],
    min_confidence: float,
) -> pa.RecordBatch:
    """Make the rows of images of 28x28 that the network was shown as they are.

    Args:
        path: the table's.
        rows: (n,), from 1.
        labels: (n,); None where the table has none.
        probabilities: (n, 10); of an image without any ink all zero.
        min_confidence: digits of less are not told.

    """
    count = len(rows)
    digit, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1).astype(np.float64)
    unsure = confidence < min_confidence
    text = pa.array(np.where(unsure, _UNSURE, digit.astype("U1")), pa.string())
    sure = pa.array(np.round(confidence, _DECIMALS))
    box = np.tile(np.array([0, 0, SIDE, SIDE], np.int32), count)
    digits = pa.StructArray.from_arrays(
        [
            pa.array(digit.astype(np.int8), mask=unsure),
            sure,
            pa.ListArray.from_arrays(_offsets(count, 4), pa.array(box)),
            pa.array(np.zeros(count, np.int32)),
        ],
        fields=list(SCHEMA.field("digits").type.value_type.fields),
    )
    no_marks = pa.array([], SCHEMA.field("marks").type.value_type)
    columns = {
        "path": pa.array([_in_unicode(path)]).take(pa.array(np.zeros(count, np.int32))),
        "row": pa.array(rows),
        "label": pa.nulls(count, pa.int64()) if labels is None else pa.array(labels, mask=labels == NO_LABEL),
        "text": text,
        "confidence": sure,
        "digits": pa.ListArray.from_arrays(_offsets(count, 1), digits),
        "marks": pa.ListArray.from_arrays(_offsets(count, 0), no_marks),
    }
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def is_sure(batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Tell for each row whether every digit is sure, all that was asked for is there, and nothing else: bool (n,)."""
    whole = pc.invert(pc.match_substring(batch.column("text"), _UNSURE))
    alone = pc.equal(pc.list_value_length(batch.column("marks")), 0)
    there = pc.greater(batch.column("confidence"), 0)
    sure = pc.and_(pc.and_(whole, alone), there)
    return np.asarray(sure.fill_null(False).to_numpy(zero_copy_only=False), bool)  # noqa: FBT003 - Arrow's signature


def _offsets(count: int, each: int) -> pa.Array:
    return pa.array(np.arange(count + 1, dtype=np.int32) * each)
