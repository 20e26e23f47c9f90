"""The two judges of a segmentation: whether a seam runs between two digits, and what a piece is.

Small dense networks of the same kind as the one that reads digits, trained on written lines that were cut everywhere
(``tools/segmentation``). They see a piece with what is around it, which that network does not: cut out, half of an 8
is a good 3.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tendigits import weights
from tendigits.inference import predict
from tendigits.models import shipped_file
from tendigits.weights import Weights

__all__ = ["DIGITS", "MARK", "PART", "pieces_probability", "seams_probability"]

DIGITS = slice(0, 10)
MARK, PART = 10, 11
"""Classes of pieces: whole digits, what is whole and no digit, and what is not whole."""


def seams_probability(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the probability of each seam to run between two digits or marks: float32 (n,).

    Args:
        views: uint8 (n, 2, 28, 36), as ``Views.of_seams`` gives them.

    """
    return np.asarray(predict(_network("seams"), views)[:, 1], np.float32)


def pieces_probability(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the probabilities of what each piece is: float32 (n, 12), ten digits, :data:`MARK` and :data:`PART`.

    Args:
        views: uint8 (n, 2, 28, 36), as ``Views.of_pieces`` gives them.

    """
    return predict(_network("pieces"), views)


@cache
def _network(name: str) -> Weights:
    return weights.load(shipped_file(name))
