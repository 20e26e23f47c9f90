"""A folder of four IDX files, as MNIST, Fashion-MNIST and their successors are published."""

from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.digits import Data, checked_digits
from tendigits.data.idx import read_idx
from tendigits.errors import DataError

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"

IDX_NAMES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
"""The files' names, in the order in which ``load_data`` returns the arrays."""


def find_idx(folder: Path, name: str) -> Path | None:
    """Find the IDX file ``name`` in the folder: raw, else with ``.gz``, else None."""
    with reading(folder):
        return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def read_folder(folder: Path) -> Data:
    """Read the four arrays: images uint8 (n, 28, 28), labels uint8 (n,), 0 to 9.

    Raises:
        DataError: a file is missing, cannot be read, or is not what it should be.

    """
    x_train, y_train, x_test, y_test = (read_idx(_path(folder, name)) for name in IDX_NAMES)
    return checked_digits(x_train, y_train, f"{folder}: train"), checked_digits(x_test, y_test, f"{folder}: t10k")


def _path(folder: Path, name: str) -> Path:
    path = find_idx(folder, name)
    if path is None:
        raise DataError(f"{folder}: no {name} here; a data set's folder holds, raw or .gz: {', '.join(IDX_NAMES)}")
    return path
