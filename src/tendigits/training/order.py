"""What chance decides in an epoch: a function of the seed and the epoch, and of nothing else.

No state is carried from epoch to epoch, so a resumed run goes on with the very numbers it would have had.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["epoch_key", "epoch_order"]


_KEY = 1
"""Sets the key's numbers apart from the order's."""


def epoch_order(seed: int, epoch: int, examples: int) -> npt.NDArray[np.int32]:
    """Return a fresh permutation for one epoch: int32 (examples,).

    Args:
        seed: the run's seed, 0 or more.
        epoch: counted from 0.
        examples: the size of the training set.

    """
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)


def epoch_key(seed: int, epoch: int) -> npt.NDArray[np.uint32]:
    """Return the key of everything else that is drawn in one epoch: uint32 (2,), as JAX's generator takes it.

    Args:
        seed: the run's seed, 0 or more.
        epoch: counted from 0.

    """
    return np.random.SeedSequence([seed, epoch, _KEY]).generate_state(2, np.uint32).astype(np.uint32, copy=False)
