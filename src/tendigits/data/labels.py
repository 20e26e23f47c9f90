"""A folder of images with ``labels.csv``, which says what is written in each.

The table is CSV in UTF-8 with a line of names: ``path``, below the folder, and ``label``, digits; a space or a line
break in it is a new line of writing, and an empty one says that no digit is written. ``kind`` and ``source`` may be
there; images of the kind ``single`` are of one digit. Other columns are passed over.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.typed_table import digits_in, typed_rows
from tendigits.errors import DataError

__all__ = ["LABELS", "SINGLE", "LabelledImage", "is_labelled", "read_labels"]

LABELS = "labels.csv"
SINGLE = "single"

_NAMES = ("path", "label")
_OTHERS = ("kind", "source")


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
    """Whether a folder has a table of labels.

    Raises:
        DataError: that cannot be told.

    """
    with reading(folder):
        return (folder / LABELS).is_file()


def read_labels(folder: Path) -> list[LabelledImage]:
    """Read the table of a folder of images.

    Raises:
        DataError: the table is not what it should be, or an image is not there; the message names the row.

    """
    table = folder / LABELS
    return [_image(folder, row, f"{table}, line {line}") for line, row in typed_rows(table, _NAMES, _OTHERS)]


def _image(folder: Path, row: Mapping[str, str], place: str) -> LabelledImage:
    name = row["path"].strip()
    return LabelledImage(
        path=_path(folder, name, place),
        name=name,
        label=digits_in(row["label"], place),
        kind=row.get("kind", "").strip(),
        source=row.get("source", "").strip(),
    )


def _path(folder: Path, name: str, place: str) -> Path:
    if not name:
        raise DataError(f"{place}: no path")
    if "\0" in name:
        raise DataError(f"{place}: {name!r} is no path")
    with reading(f"{place}: {name}"):
        is_of_windows = os.sep == "/" and not (folder / name).exists()
    path = folder / (name.replace("\\", "/") if is_of_windows else name)
    if not Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder)):  # noqa: PTH100 - links are the user's own
        raise DataError(f"{place}: {name!r} is outside the folder; write paths as they are below {folder}")
    with reading(f"{place}: {name}"):
        if not path.is_file():
            raise DataError(f"{place}: there is no file {path}")
    return path
