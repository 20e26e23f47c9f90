"""Arrays of images in IDX and NPZ files, of any length: read where they lie, or unpacked to a temporary file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tendigits.data.digits import SIDE
from tendigits.data.idx import idx_array
from tendigits.data.long_array import LongArray
from tendigits.data.npz import npz_array, npz_arrays
from tendigits.data.tables.columns import PIXELS, label_among
from tendigits.data.tables.table import Rows
from tendigits.errors import DataError
from tendigits.printable import printable

__all__ = ["ArrayTable", "idx_table", "npz_table"]

Declared = tuple[np.dtype[Any], tuple[int, ...]]
"""An array's type and shape."""

_EXPECTED = f"uint8 (n, {SIDE}, {SIDE}) or (n, {PIXELS})"

_KERAS = ("x_train", "x_test")

_IMAGES, _LABELS = "images", "labels"
"""How IDX files of images and of labels that go together differ in their names."""


class ArrayTable:
    """An array of images as a table, as :class:`tendigits.data.tables.table.Table` says.

    Args:
        files: that they are in; errors call the table by the first.
        images: uint8 (n, 28, 28), (n, 28, 28, 1) or (n, 784).
        labels: integers (n,); None where there are none.

    Raises:
        DataError: the arrays are not that.

    """

    is_encoded = False

    def __init__(self, files: Sequence[Path], images: LongArray, labels: LongArray | None) -> None:
        self.files: tuple[str, ...] = tuple(map(str, files))
        self.name = name = self.files[0]
        if not _is_images(images.dtype, images.shape):
            raise DataError(f"{name}: the images are {images.dtype} {images.shape}; expected {_EXPECTED}")
        if labels is not None and labels.shape != images.shape[:1]:
            raise DataError(
                f"{name}: {images.shape[0]:,} images, and labels of shape {labels.shape}; expected one for each"
            )
        self.count = images.shape[0]
        self.is_labelled = labels is not None
        self._images, self._labels = images, labels

    def read(self, start: int, stop: int) -> Rows:
        """Do what :meth:`tendigits.data.tables.table.Table.read` says."""
        labels = None if self._labels is None else self._labels.rows(start, stop).astype(np.int64)
        return Rows(self._images.rows(start, stop).reshape(-1, SIDE, SIDE), labels)


def idx_table(path: Path) -> ArrayTable:
    """Open an IDX file of images, gzipped or not, with that of their labels if it lies beside it."""
    beside = _labels_beside(path)
    if beside is None:
        return ArrayTable([path], idx_array(path), None)
    return ArrayTable([path, beside], idx_array(path), idx_array(beside))


def npz_table(path: Path) -> ArrayTable:
    """Open an NPZ file with one array of images, or Keras's four, of which the test set is meant."""
    held = npz_arrays(path)
    images = [name for name, array in held.items() if isinstance(array, tuple) and _is_images(*array)]
    if set(_KERAS) <= set(images):
        images = ["x_test"]
    if len(images) != 1:
        raise DataError(
            f"{path}: {len(images)} of its arrays are images, {_EXPECTED}; expected one, or x_train and x_test."
            f" It holds: {_in_words(held, str(path))}"
        )
    labels = _labels_of(path, images[0], held)
    return ArrayTable([path], npz_array(path, images[0]), None if labels is None else npz_array(path, labels))


def _is_images(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bool:
    return dtype == np.uint8 and shape[1:] in ((SIDE, SIDE), (PIXELS,), (SIDE, SIDE, 1))


def _in_words(held: Mapping[str, str | Declared], path: str, most: int = 5) -> str:
    shown = [
        array.removeprefix(f"{path}: ").partition(";")[0]
        if isinstance(array, str)
        else f"{name} is {array[0]} {array[1]}"
        for name, array in held.items()
    ]
    more = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return printable(", ".join(shown[:most])) + more or "nothing"


def _labels_beside(path: Path) -> Path | None:
    if _IMAGES not in path.name:
        return None
    name = path.name.replace(_IMAGES, _LABELS).replace("idx3", "idx1")
    names = (name, name.removesuffix(".gz"), f"{name}.gz")
    return next((other for other in map(path.with_name, names) if other.is_file()), None)


def _labels_of(path: Path, images: str, held: Mapping[str, str | Declared]) -> str | None:
    """Return which array has the labels: y_test of x_test, else the one with a value an image, or the one called so.

    Raises:
        DataError: several are called as labels are.

    """
    count = held[images][1][0]
    found = [name for name, array in held.items() if isinstance(array, tuple) and array[1] == (count,)]
    beside = f"y{images[1:]}"
    if beside in found or images in _KERAS:
        return beside if beside in found else None
    if len(found) > 1:
        called = label_among(found, str(path))
        return None if called is None else found[called]
    return found[0] if found else None
