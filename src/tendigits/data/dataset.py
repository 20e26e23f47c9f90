"""A data set in memory: its name, its arrays and their hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tendigits.data.digits import Array, Arrays, Data
from tendigits.data.folder import IDX_NAMES
from tendigits.data.idx import idx_sha256
from tendigits.errors import DataError


def sha256(data: Data) -> dict[str, str]:
    """Hash each of the four arrays as a raw IDX file, SHA-256 by the file's name: for MNIST, the published hashes.

    Floating images are hashed as IDX files of float32, or of float64 where they are larger; labels as bytes.
    """
    (x_train, y_train), (x_test, y_test) = data
    arrays = (x_train, y_train.astype(np.uint8), x_test, y_test.astype(np.uint8))
    return {name: idx_sha256(array) for name, array in zip(IDX_NAMES, arrays, strict=True)}


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Examples to train on and examples to test with.

    Attributes:
        name: what users know it by: ``mnist``, or the path it was read from.
        train: images (n, ...) and labels (n,).
        test: the same.
        published: the hashes that the arrays were found to have when they were read, None where they have not been
            compared with any.

    """

    name: str
    train: Arrays
    test: Arrays
    published: Mapping[str, str] | None = None

    @classmethod
    def from_arrays(cls, data: Data) -> "DataSet":
        """Make the data set of ``((x_train, y_train), (x_test, y_test))``.

        Images are uint8 or floating, of any one shape (n, ...); labels are integers from 0 to 255, (n,).

        Raises:
            DataError: the arrays are not that, or there is not at least one example in each pair.

        """
        (x_train, y_train), (x_test, y_test) = _unpacked(data)
        _check_pair(x_train, y_train, "train")
        _check_pair(x_test, y_test, "test")
        if x_train.shape[1:] != x_test.shape[1:] or (x_train.dtype == np.uint8) != (x_test.dtype == np.uint8):
            raise DataError(
                f"x_train is {x_train.dtype} {x_train.shape} and x_test is {x_test.dtype} {x_test.shape};"
                " expected images of one shape, and both uint8 or both floating"
            )
        return cls("arrays", (x_train, y_train), (x_test, y_test))

    @property
    def arrays(self) -> Data:
        """``(x_train, y_train), (x_test, y_test)``, as ``load_data`` returns them."""
        return self.train, self.test

    @cached_property
    def sha256(self) -> dict[str, str]:
        """SHA-256 of each array as a raw IDX file, by the file's name; computed when first asked for, if at all."""
        return sha256(self.arrays) if self.published is None else dict(self.published)

    def __repr__(self) -> str:
        return f"<DataSet {self.name}: {len(self.train[0]):,} to train, {len(self.test[0]):,} to test>"


def _unpacked(data: Data) -> Data:
    try:
        (x_train, y_train), (x_test, y_test) = data
        return (np.asarray(x_train), np.asarray(y_train)), (np.asarray(x_test), np.asarray(y_test))
    except (TypeError, ValueError) as error:
        raise DataError(f"expected ((x_train, y_train), (x_test, y_test)), four arrays: {error}") from error


def _check_pair(images: Array, labels: Array, name: str) -> None:
    if images.ndim < 2 or not (images.dtype == np.uint8 or np.issubdtype(images.dtype, np.floating)):
        raise DataError(f"x_{name} is {images.dtype} {images.shape}; expected uint8 or floating images, (n, ...)")
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"y_{name} is {labels.dtype} {labels.shape}; expected integer labels, (n,)")
    if len(images) != len(labels) or len(images) == 0:
        raise DataError(f"x_{name} and y_{name} hold {len(images):,} and {len(labels):,}; expected as many, at least 1")
    if labels.min() < 0 or labels.max() > 255:
        raise DataError(f"y_{name} holds labels from {labels.min()} to {labels.max()}; expected 0 to 255")
