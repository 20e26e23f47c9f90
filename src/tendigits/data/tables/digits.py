"""Encoded images of digits, decoded: 28x28, as MNIST's are."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import SIDE
from tendigits.data.tables.table import Rows
from tendigits.errors import DataError, ImageError

__all__ = ["bright_ink", "decoded", "is_digit", "read_digit"]

_BRIGHTNESS = np.array([299, 587, 114])
"""Thousandths of red, green and blue in the brightness of a colour (ITU-R BT.601)."""


def decoded(rows: Rows) -> Rows:
    """Return rows whose images are arrays: files are decoded, and where they are not 28x28 it is an error."""
    if isinstance(rows.images, np.ndarray):
        return rows
    images, errors = np.zeros((len(rows), SIDE, SIDE), np.uint8), dict(rows.errors)
    for number, file in enumerate(rows.images):
        if number not in errors:
            try:
                images[number] = read_digit(file)
            except (DataError, ImageError) as error:
                errors[number] = str(error)
    return Rows(images, rows.labels, errors)


def read_digit(source: Path | bytes) -> NDArray[np.uint8]:
    """Read an image of 28x28 pixels: uint8 (28, 28), as bright as it is.

    Raises:
        ImageError: it cannot be read.
        DataError: it has another size.

    """
    from tendigits.image import pages  # noqa: PLC0415 - whose data are not encoded needs no Pillow

    page = next(iter(pages(source)))
    if page.shape[:2] != (SIDE, SIDE):
        height, width = page.shape[:2]
        raise DataError(f"the image is {width}x{height}; a data set's are {SIDE}x{SIDE}")
    return bright_ink(page)


def is_digit(page: NDArray[np.uint8], number: int | None) -> bool:
    """Tell whether a page of an encoded image, RGB, is a digit as MNIST's are: 28x28, and no page among several."""
    return number is None and page.shape[:2] == (SIDE, SIDE)


def bright_ink(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture whose ink is bright already as it is, in grey: uint8 (height, width) of (height, width, 3)."""
    return np.asarray((page @ _BRIGHTNESS + 500) // 1000, np.uint8)
