"""Whether a network is right as often as it says: the reliability diagram and its one-number summary."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ReliabilityDiagram", "expected_calibration_error", "reliability_diagram"]


@dataclass(frozen=True, eq=False)
class ReliabilityDiagram:
    """Predictions by their confidence, in bins of equal width from 0 to 1.

    Attributes:
        confidence: float64 (bins,), the mean confidence of each bin's predictions, 0..1; NaN where there is none.
        accuracy: float64 (bins,), the share of them that is right, 0..1; NaN where there is none.
        count: int64 (bins,), how many there are.

    """

    confidence: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: the mean gap between accuracy and confidence (Guo et al. 2017, section 2)."""
        filled = self.count > 0
        gap = np.abs(self.accuracy - self.confidence)[filled]
        return float(gap @ self.count[filled] / self.count.sum())


def reliability_diagram(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], bins: int = 15
) -> ReliabilityDiagram:
    """Sort predictions into bins by their confidence (DeGroot and Fienberg 1983; Guo et al. 2017, section 2).

    A confidence on the edge of two bins is in the upper one; 1 is in the last.

    Args:
        confidence: (n,), each prediction's probability, 0..1; n at least 1.
        right: bool (n,), whether the prediction was right.
        bins: how many bins 0..1 is cut into.

    """
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0 / 0 of an empty bin is NaN, and means so
        return ReliabilityDiagram(
            confidence=np.bincount(bin_of, weights=confidence, minlength=bins) / count,
            accuracy=np.bincount(bin_of, weights=right, minlength=bins) / count,
            count=count,
        )


def expected_calibration_error(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], bins: int = 15
) -> float:
    """Return how far confidence is from accuracy, averaged over bins of equal width (Guo et al. 2017, section 2).

    Args:
        confidence: (n,), each prediction's probability, 0..1; n at least 1.
        right: bool (n,), whether the prediction was right.
        bins: how many bins 0..1 is cut into.

    """
    return reliability_diagram(confidence, right, bins).calibration_error
