"""The order in which an epoch shows the examples: a function of the seed and the epoch, and of nothing else."""

import numpy as np
import numpy.typing as npt

__all__ = ["epoch_order"]


def epoch_order(seed: int, epoch: int, examples: int) -> npt.NDArray[np.int32]:
    """Return a fresh permutation for one epoch: int32 (examples,).

    No state is carried from epoch to epoch, so a resumed run goes on with the very order it would have had.

    Args:
        seed: the run's seed, 0 or more.
        epoch: counted from 0.
        examples: the size of the training set.

    """
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)
