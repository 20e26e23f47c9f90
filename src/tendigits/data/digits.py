"""Images with their labels: the types, and what every pair that comes from a file must be."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tendigits.errors import DataError

SIDE = 28
"""Pixels along each side of an image."""

Array: TypeAlias = NDArray[Any]

Arrays: TypeAlias = tuple[Array, Array]
"""Images (n, ...) and their labels (n,)."""

Data: TypeAlias = tuple[Arrays, Arrays]
"""The training pair and the test pair: ``(x_train, y_train), (x_test, y_test)``."""


def checked_digits(images: Array, labels: Array, name: str) -> Arrays:
    """Return the pair: images uint8 (n, 28, 28), labels 0 to 9, any integer dtype, as uint8 (n,).

    Raises:
        DataError: an array is not that; the message begins with ``name``.

    """
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise DataError(f"{name}: the images are {images.dtype} {images.shape}; expected uint8 (n, 28, 28)")
    if labels.shape != images.shape[:1]:
        raise DataError(f"{name}: {len(images):,} images, and labels of shape {labels.shape}; expected one for each")
    wrong = np.flatnonzero((labels < 0) | (labels > 9))
    if wrong.size:
        raise DataError(f"{name}: row {wrong[0] + 1:,}: the label is {labels[wrong[0]]}; expected 0 to 9")
    return images, labels.astype(np.uint8, copy=False)
