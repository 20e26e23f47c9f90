"""The judge of seams: whether a seam runs between two digits.

A small dense network of the same kind as the one that reads digits, trained on written lines that were cut everywhere
(``tools/segmentation``). It sees a seam with what is around it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tendigits import weights
from tendigits.inference import predict
from tendigits.models import shipped_file
from tendigits.weights import Weights

__all__ = ["seams_probability"]


def seams_probability(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the probability of each seam to run between two digits or marks: float32 (n,).

    Args:
        views: uint8 (n, 2, 28, 36), as ``View.windows`` gives them.

    """
    return np.asarray(predict(_network(), views)[:, 1], np.float32)


@cache
def _network() -> Weights:
    return weights.load(shipped_file("seams"))
