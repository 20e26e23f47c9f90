"""The rows of a block of a table while it is read: digits that the network is to be shown, and rows made already."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tendigits import inference
from tendigits.batch.blocks import RowBlock
from tendigits.batch.rows import DARK, of_digits, of_records
from tendigits.data.digits import SIDE
from tendigits.data.tables.table import NO_LABEL, Rows
from tendigits.weights import Weights

__all__ = ["Gathered"]

_BRIGHT = 127
"""The mean of an image that is mostly white; of MNIST's 70,000 the brightest has 101."""


class Gathered:
    """What is known of the rows of a block.

    Args:
        path: the table's.
        block: which rows.

    """

    def __init__(self, path: str, block: RowBlock) -> None:
        self._path, self._first = path, block.start + 1
        self._labels = np.full(len(block), NO_LABEL, np.int64)
        self._at: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        self._images: list[NDArray[np.uint8]] = [np.zeros((0, SIDE, SIDE), np.uint8)]
        self._records: list[tuple[int, dict[str, Any]]] = []

    def note_labels(self, at: int, rows: Rows) -> None:
        """Take the labels of rows from one number in the block on."""
        if rows.labels is not None:
            self._labels[at : at + len(rows)] = rows.labels

    def show(self, at: NDArray[np.int64], images: NDArray[np.uint8]) -> None:
        """Have the network shown images, uint8 (n, 28, 28), of the rows with these numbers in the block."""
        self._at.append(at)
        self._images.append(images)

    def tell(self, at: int, record: dict[str, Any]) -> None:
        """Add a row that was made otherwise: what there is of its columns but path, row and label."""
        label = int(self._labels[at])
        place = {"path": self._path, "row": self._first + at, "label": None if label == NO_LABEL else label}
        self._records.append((at, place | record))

    def batch(self, weights: Weights, min_confidence: float) -> pa.RecordBatch:
        """Return all rows in their order, as ``rows.SCHEMA`` says."""
        at, images = np.concatenate(self._at), np.concatenate(self._images)
        probabilities = _probabilities(weights, images)
        digits = of_digits(self._path, self._first + at, self._labels[at], probabilities, min_confidence)
        others = of_records([record for _, record in self._records])
        order = np.argsort(np.concatenate([at, [each for each, _ in self._records]]), kind="stable")
        dark = np.count_nonzero(images.mean(axis=(1, 2)) > _BRIGHT)
        return pa.concat_batches([digits, others]).take(pa.array(order)).replace_schema_metadata({DARK: str(dark)})


def _probabilities(weights: Weights, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what the network says of images, (n, 10); of those without any ink nothing, all zero.

    As many go through at once as always, however many there are: the last bits depend on that.
    """
    whole = np.zeros((-(-len(images) // inference.BLOCK) * inference.BLOCK, SIDE, SIDE), np.uint8)
    whole[: len(images)] = images
    probabilities = inference.predict(weights, whole)[: len(images)]
    flat = images.reshape(len(images), SIDE * SIDE)
    probabilities[flat.min(axis=1) == flat.max(axis=1)] = 0
    return probabilities
