"""How well confidence tells two kinds of images apart."""

import numpy as np
import numpy.typing as npt

__all__ = ["auroc"]


def auroc(surer: npt.NDArray[np.floating], less_sure: npt.NDArray[np.floating]) -> float:
    """Return the area under the ROC curve: how often a confidence of the first set is above one of the second.

    Over all pairs, a tie counts as a half (Mann and Whitney 1947; Hanley and McNeil 1982). 1 tells the sets apart
    without a mistake, 0.5 as well as a coin. Right against wrong predictions, or digits against what is none.

    Args:
        surer: (n,), the confidences that should be the higher ones; n at least 1.
        less_sure: (m,), those that should be lower; m at least 1.

    Raises:
        ValueError: one of the sets is empty, or holds a NaN.

    """
    if not len(surer) or not len(less_sure):
        raise ValueError(f"{len(surer):,} confidences against {len(less_sure):,}: each set needs at least one")
    if np.isnan(surer).any() or np.isnan(less_sure).any():
        raise ValueError("a confidence is not a number")
    rising = np.sort(less_sure)
    below = np.searchsorted(rising, surer, "left")
    not_above = np.searchsorted(rising, surer, "right")
    return float((below + not_above).mean() / (2 * len(rising)))
