"""Data sets in tables: one table, or a folder of some to train on and some to test with, as model hubs publish them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tendigits.data.bounded import MAX_BYTES, reading
from tendigits.data.digits import SIDE, Arrays, Data, checked_digits
from tendigits.data.splitting import split
from tendigits.data.tables import decoded, open_table
from tendigits.data.tables.columns import LABEL_NAMES
from tendigits.data.tables.opening import kind_of_table
from tendigits.data.tables.table import NO_LABEL
from tendigits.errors import DataError

__all__ = ["read_table", "read_table_folder", "read_table_set", "read_test_tables", "tables_in"]

_BLOCK = 4096
_TRAIN, _TEST = ("train",), ("test", "t10k")
"""How the names of tables begin that are to train on, and to test with."""


def read_table(path: Path) -> Arrays:
    """Read all rows of a table with labels: images uint8 (n, 28, 28), labels uint8 (n,), 0 to 9.

    Raises:
        DataError: it cannot be read, has no labels, or a row is no image with a label; the message names the row.

    """
    table = open_table(path)
    if table.count * SIDE * SIDE > MAX_BYTES:
        raise DataError(f"{path}: {table.count:,} rows; of a data set at most {MAX_BYTES // SIDE**2:,} are read")
    if not table.is_labelled:
        raise DataError(f"{path}: has no labels; a column of them is called {' or '.join(LABEL_NAMES)}")
    images, labels = np.zeros((table.count, SIDE, SIDE), np.uint8), np.full(table.count, NO_LABEL, np.int64)
    for start in range(0, table.count, _BLOCK):
        rows = decoded(table.read(start, min(start + _BLOCK, table.count)))
        if rows.errors:
            number, error = min(rows.errors.items())
            raise DataError(f"{path}: row {start + number + 1:,}: {error}")
        images[start : start + len(rows)] = rows.images
        if rows.labels is not None:
            labels[start : start + len(rows)] = rows.labels
        unlabelled = np.flatnonzero(labels[start : start + len(rows)] == NO_LABEL)
        if unlabelled.size:
            raise DataError(f"{path}: row {start + unlabelled[0] + 1:,}: has no label, or none that is a whole number")
    if not len(images):
        raise DataError(f"{path}: has no rows")
    return checked_digits(images, labels, str(path))


def read_table_set(path: Path) -> Data:
    """Read a data set that is one table: every seventh of its rows is its test set."""
    return split(read_table(path), str(path))


def tables_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the tables in a folder, or in its folder ``data``, that are to train on, and those to test with.

    Raises:
        DataError: a file cannot be read, or those to train on, or to test with, are of several kinds.

    """
    with reading(folder):
        for place in (folder, folder / "data"):
            files = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else []
            train, test = ([path for path in files if _begins(path, names)] for names in (_TRAIN, _TEST))
            train, test = _of_one_kind(train), _of_one_kind(test)
            if train:
                return train, test
    return [], []


def _of_one_kind(files: Sequence[Path]) -> list[Path]:
    """Return those files that are tables: of one kind they are shards, and of several perhaps the same rows twice."""
    kinds = {path: kind for path in files if (kind := kind_of_table(path)) is not None}
    last = {kind: path for path, kind in kinds.items()}
    if len(last) > 1:
        (kind, path), (other, beside), *_ = last.items()
        raise DataError(
            f"{path}: is {kind}, and beside it {beside.name} is {other}, which may hold the same rows; keep one of them"
            " in the folder"
        )
    return list(kinds)


def read_table_folder(folder: Path) -> Data:
    """Read a data set from a folder of tables, several of which are one after another.

    Raises:
        DataError: as of :func:`read_table`.

    """
    pair, test = _joined([read_table(path) for path in tables_in(folder)[0]]), read_test_tables(folder)
    return split(pair, str(folder)) if test is None else (pair, test)


def read_test_tables(folder: Path) -> Arrays | None:
    """Read the tables of a folder that are to test with; None where none has labels, as Kaggle's have not.

    Raises:
        DataError: as of :func:`read_table`.

    """
    labelled = [path for path in tables_in(folder)[1] if open_table(path).is_labelled]
    return _joined([read_table(path) for path in labelled]) if labelled else None


def _begins(path: Path, names: tuple[str, ...]) -> bool:
    return path.name.lower().startswith(names)


def _joined(pairs: Sequence[Arrays]) -> Arrays:
    images, labels = (np.concatenate(arrays) for arrays in zip(*pairs, strict=True))
    return images, labels
