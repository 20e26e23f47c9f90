"""A folder of images with ``labels.csv``, which says what is written in each.

The table is CSV in UTF-8 with a line of names: ``path``, below the folder, and ``label``, digits; a space or a line
break in it is a new line of writing, and an empty one says that no digit is written. ``kind`` and ``source`` may be
there; images of the kind ``single`` are of one digit. Other columns are passed over.
"""

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.errors import DataError

__all__ = ["LABELS", "SINGLE", "LabelledImage", "is_labelled", "read_labels"]

LABELS = "labels.csv"
SINGLE = "single"

_MOST_BYTES = 100_000_000

_SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What programs put between columns where commas are decimal points, and in tables that are copied."""


@dataclass(frozen=True)
class LabelledImage:
    """An image and what is written in it.

    Attributes:
        path: of the file.
        name: the path as the table has it.
        label: digits, lines joined by newlines.
        kind: as the table has it; empty where it has none.
        source: as the table has it; empty where it has none.

    """

    path: Path
    name: str
    label: str
    kind: str
    source: str

    @property
    def is_single(self) -> bool:
        """Whether it is an image of one digit."""
        return self.kind == SINGLE


def is_labelled(folder: Path) -> bool:
    """Whether a folder has a table of labels."""
    return (folder / LABELS).is_file()


def read_labels(folder: Path) -> list[LabelledImage]:
    """Read the table of a folder of images.

    Raises:
        DataError: the table is not what it should be, or an image is not there; the message names the row.

    """
    table = folder / LABELS
    images = [_image(folder, row, f"{table}, line {line}") for line, row in _rows(table)]
    if not images:
        raise DataError(f"{table}: no row below its line of names")
    return images


def _rows(table: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the line on which each row ends, and its fields by the names of their columns."""
    lines = csv.reader(io.StringIO(_text(table), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(lines, [])]
        _check_names(names, table)
        for fields in lines:
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(names):
                raise DataError(
                    f"{table}, line {lines.line_num}: {len(fields)} fields under {len(names)} names;"
                    ' a field with a comma in it is written between quotes: "1,5"'
                )
            yield lines.line_num, dict(zip(names, fields, strict=True))
    except csv.Error as error:
        raise DataError(f"{table}, line {lines.line_num}: {error}") from error


def _text(table: Path) -> str:
    with reading(table), table.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"{table}: more than {_MOST_BYTES // 10**6} MB, the most that is read of a table of labels")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(f"{table}, line {line}: not UTF-8; save the table as CSV UTF-8") from error


def _check_names(names: list[str], table: Path) -> None:
    for name in ("path", "label"):
        if name not in names:
            held = ", ".join(names) or "nothing"
            other = next((sign for sign in _SEPARATORS if sign in held), None)
            if other:
                raise DataError(
                    f"{table}: its columns are separated by {_SEPARATORS[other]}; save the table with commas between"
                    " them; its first line is to be path,label"
                )
            raise DataError(f"{table}: no column {name!r}; its first line is to be path,label and holds: {held}")
    twice = next((name for name in ("path", "label", "kind", "source") if names.count(name) > 1), None)
    if twice:
        raise DataError(f"{table}: two columns {twice!r}")


def _image(folder: Path, row: Mapping[str, str], place: str) -> LabelledImage:
    name = row["path"].strip()
    return LabelledImage(
        path=_path(folder, name, place),
        name=name,
        label=_label(row["label"], place),
        kind=row.get("kind", "").strip(),
        source=row.get("source", "").strip(),
    )


def _path(folder: Path, name: str, place: str) -> Path:
    if not name:
        raise DataError(f"{place}: no path")
    if "\0" in name:
        raise DataError(f"{place}: {name!r} is no path")
    below = name.replace("\\", "/") if os.sep == "/" and not (folder / name).exists() else name  # written on Windows
    path = folder / below
    if not Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder)):  # noqa: PTH100 - links are the user's own
        raise DataError(f"{place}: {name!r} is outside the folder; write paths as they are below {folder}")
    with reading(f"{place}: {name}"):
        if not path.is_file():
            raise DataError(f"{place}: there is no file {path}")
    return path


def _label(written: str, place: str) -> str:
    lines = written.split()
    if not all(re.fullmatch(r"[0-9]+", line) for line in lines):
        raise DataError(
            f"{place}: the label {written!r} is not digits; a space or a line break in it is a new line, and an empty"
            " label says that no digit is written"
        )
    return "\n".join(lines)
