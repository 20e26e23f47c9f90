"""MNIST's 70,000 digits, repeated as often as wanted: a table that is made as it is read."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from tendigits.data import load_data
from tendigits.data.tables import Rows

__all__ = ["Repeated"]


@dataclass(frozen=True)
class Repeated:
    """A table of so many rows."""

    count: int
    name: str = "MNIST, repeated"
    files: tuple[str, ...] = ()
    is_labelled: bool = True
    is_encoded: bool = False

    def read(self, start: int, stop: int) -> Rows:
        images, labels = _digits()
        which = np.arange(start, stop) % len(images)
        return Rows(images[which], labels[which])


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    (x_train, y_train), (x_test, y_test) = load_data()
    return np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).astype(np.int64)
