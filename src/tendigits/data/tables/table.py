"""What a table of images is, and some rows of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tendigits.data.digits import SIDE

__all__ = ["NO_LABEL", "Rows", "Table", "joined", "whole"]

NO_LABEL = -1
"""Stands where a row has no label, or one that is no whole number."""

_EXACT = 2**53
"""Below this a float64 tells every whole number from the next (IEEE 754)."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table, in its order.

    Attributes:
        images: uint8 (n, 28, 28), ink bright; or, of a table of encoded images, the content of each file.
        labels: int64 (n,), :data:`NO_LABEL` where a row has none; None where the table has no labels.
        errors: why a row has no image, by its number here. In its place in ``images`` are zeros, or no bytes.

    """

    images: "NDArray[np.uint8] | Sequence[bytes]"
    labels: NDArray[np.int64] | None = None
    errors: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)


class Table(Protocol):
    """A table of images.

    It can be pickled, to have rows of it read by other processes, and on other machines where the file has the same
    path. Its content is left behind, and what was found out about it goes along: each process opens the file itself
    when it first reads, and refuses one whose size is another than it was.

    Attributes:
        name: what errors call it.
        files: that it is in, as they were named; one of labels beside it is one of them.

    """

    name: str
    files: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows it has."""
        ...

    @property
    def is_labelled(self) -> bool:
        """Whether it has a column of labels."""
        ...

    @property
    def is_encoded(self) -> bool:
        """Whether its images are files, and not pixels."""
        ...

    def read(self, start: int, stop: int) -> Rows:
        """Return the rows from ``start`` up to ``stop``, both from 0 to ``count``.

        Raises:
            DataError: the file cannot be read, or is damaged there.

        """
        ...


def whole(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return labels: whole numbers, and :data:`NO_LABEL` for any others."""
    return np.where((np.abs(values) < _EXACT) & (values == np.rint(values)), values, NO_LABEL).astype(np.int64)


def joined(parts: Sequence[Rows], table: Table) -> Rows:
    """Return rows of a table that were read in several parts as one."""
    labels = np.concatenate([np.zeros(0, np.int64), *(part.labels for part in parts if part.labels is not None)])
    errors: dict[int, str] = {}
    at = 0
    for part in parts:
        errors |= {at + number: error for number, error in part.errors.items()}
        at += len(part)
    images: NDArray[np.uint8] | Sequence[bytes]
    if table.is_encoded:
        images = [file for part in parts for file in part.images]
    else:
        images = np.concatenate([np.zeros((0, SIDE, SIDE), np.uint8), *(part.images for part in parts)])
    return Rows(images, labels if table.is_labelled else None, errors)
