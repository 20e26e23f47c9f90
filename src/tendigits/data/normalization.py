"""MNIST's own normalisation: ink, of any size, into the 28x28 that every network here is trained on.

As reconstructed for QMNIST (Yadav and Bottou 2019, "Cold case: the lost MNIST digits"): the ink's bounding box is
made square around its middle, resampled to 20x20 by area, stretched to full grey, and put into 28x28 with its centre
of mass in the middle.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import SIDE
from tendigits.errors import DataError

__all__ = ["BOX", "SIDE", "cropped", "normalize"]

BOX = 20


def normalize(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one glyph as MNIST would show it.

    Args:
        ink: uint8 (height, width), ink bright on 0.

    Returns:
        uint8 (28, 28). Where there is no ink, it is blank.

    Raises:
        DataError: it is not one grey image.

    """
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    square = _square(ink)
    if square.size:
        box = _stretched(_resampled(square))
        top, left = _offset(box)
        glyph[top : top + BOX, left : left + BOX] = box
    return glyph


def cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut out the ink's bounding box; where there is no ink, that is (0, 0).

    Raises:
        DataError: it is not one grey image.

    """
    if ink.dtype != np.uint8 or ink.ndim != 2:  # OpenCV would take some others for a list of points
        raise DataError(f"a glyph is uint8 (height, width), one at a time; this is {ink.dtype} {ink.shape}")
    left, top, width, height = cv2.boundingRect(ink) if ink.size else (0, 0, 0, 0)
    return ink[top : top + height, left : left + width]


def _square(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut out the ink's bounding box, and pad its shorter side on both ends to the longer one."""
    box = cropped(ink)
    height, width = box.shape
    high, wide = max(width - height, 0), max(height - width, 0)
    if not (high or wide):
        return box
    # NumPy's pad takes longer than all the rest of this.
    ends = high // 2, high - high // 2, wide // 2, wide - wide // 2
    return np.asarray(cv2.copyMakeBorder(box, *ends, cv2.BORDER_CONSTANT), np.uint8)


def _resampled(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    floating = square.astype(np.float32)
    method = cv2.INTER_AREA if len(square) > BOX else cv2.INTER_LINEAR  # by area there is nothing between two pixels
    return np.asarray(cv2.resize(floating, (BOX, BOX), interpolation=method))


def _stretched(box: NDArray[np.float32]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.rint(box * (255 / box.max())).astype(np.uint8)
    return levels


def _offset(box: NDArray[np.uint8]) -> tuple[int, int]:
    """Return where the box goes in the frame: with pixel centres at i + 0.5, trunc(15 - centre of mass) each way."""
    weight = box.sum(dtype=np.float64)
    centres = np.arange(BOX) + 0.5
    middle = box.sum(axis=1) @ centres / weight, box.sum(axis=0) @ centres / weight
    top, left = (min(max(int(15 - place), 0), SIDE - BOX) for place in middle)
    return top, left
