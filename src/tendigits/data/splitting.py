"""A test set where there is none: every seventh image, as of MNIST's 70,000 digits 10,000 are."""

import numpy as np

from tendigits.data.digits import Arrays, Data
from tendigits.data.notes import note
from tendigits.errors import DataError

__all__ = ["split"]

_EVERY = 7


def split(pair: Arrays, name: str) -> Data:
    """Take every seventh image for a test set, and say so."""
    images, labels = pair
    test = np.arange(len(images)) % _EVERY == _EVERY - 1
    if not test.any():
        raise DataError(f"{name}: {len(images)} images are too few for a test set, for which every seventh is taken")
    note(f"{name} has no test set with labels: every seventh image is taken for one, {test.sum():,} of {len(images):,}")
    return (images[~test], labels[~test]), (images[test], labels[test])
