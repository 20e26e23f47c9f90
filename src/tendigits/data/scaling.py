"""From grey levels to what the network is given."""

import math

import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import Array
from tendigits.errors import DataError


def prepare(images: Array) -> NDArray[np.float32]:
    """Scale to 0..1 and flatten: uint8 (n, ...), ink bright, becomes float32 (n, pixels); MNIST's, (n, 784).

    Raises:
        DataError: the images are not uint8 (they may have been scaled already), or there is one without its batch
            dimension.

    """
    if images.dtype != np.uint8:
        raise DataError(f"prepare() scales uint8 images, 0 to 255; these are {images.dtype} {images.shape}")
    if images.ndim < 2 or images.shape == (28, 28):
        raise DataError(f"prepare() takes a batch (n, ...); for one image of shape {images.shape} pass image[None]")
    return scaled(images)


def scaled(images: Array) -> NDArray[np.float32]:
    """Do what ``prepare`` does for any batch of uint8 examples (n, ...), whatever it looks like."""
    flat = images.reshape(len(images), math.prod(images.shape[1:]))
    return np.divide(flat, np.float32(255), dtype=np.float32)
