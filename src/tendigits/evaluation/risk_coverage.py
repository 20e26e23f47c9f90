"""What refusing to answer buys: the error rate that is left when the least confident predictions are set aside."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["RiskCoverage", "risk_coverage"]


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """Mistakes among the predictions that are at least so confident, for every confidence there is.

    Coverage is the share of predictions that is accepted, risk the share of mistakes among those (El-Yaniv and Wiener
    2010). Predictions of equal confidence are accepted together, so that the order of the test set plays no part; where
    a coverage asks for some of them, they count as they would on average over all orders.

    Attributes:
        threshold: (k,), the confidences that occur, each once, the highest first.
        accepted: int64 (k,), predictions at least as confident as the threshold.
        wrong: int64 (k,), mistakes among them.

    """

    threshold: npt.NDArray[np.floating]
    accepted: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.int64]

    @property
    def n(self) -> int:
        """All predictions."""
        return int(self.accepted[-1])

    @property
    def coverage(self) -> npt.NDArray[np.float64]:
        """The accepted share at each threshold, float64 (k,), above 0 and up to 1."""
        return self.accepted / self.n

    @property
    def risk(self) -> npt.NDArray[np.float64]:
        """The share of mistakes among the accepted at each threshold, float64 (k,), 0..1."""
        return self.wrong / self.accepted

    @property
    def area(self) -> float:
        """The area under the curve, 0..1, lower is better: the mean risk of the 1, 2, ... n most confident predictions.

        AURC of Geifman, Uziel and El-Yaniv 2019 (Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers).
        """
        return float(self.risk_at(np.arange(1, self.n + 1) / self.n).mean())

    def risk_at(self, coverage: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the share of mistakes among the most confident predictions.

        Args:
            coverage: the share of all predictions that is accepted, above 0 and up to 1, of any shape.

        Returns:
            float64, of the same shape.

        Raises:
            ValueError: a coverage is not above 0 and up to 1.

        """
        share = np.asarray(coverage, np.float64)
        if not ((share > 0) & (share <= 1)).all():
            raise ValueError(f"coverage {share} is not above 0 and up to 1")
        accepted = share * self.n
        wrong = np.interp(accepted, np.append(0, self.accepted), np.append(0, self.wrong))
        return np.asarray(wrong / accepted)

    def accuracy_at(self, coverage: float) -> float:
        """Return the accuracy among the most confident predictions, 0..1: at 0.99, without the 1 % that is least sure.

        Raises:
            ValueError: the coverage is not above 0 and up to 1.

        """
        return 1 - float(self.risk_at(coverage))

    def threshold_at(self, coverage: float) -> float:
        """Return the confidence from which predictions are accepted, so that at least this share of them is."""
        return float(self.threshold[np.searchsorted(self.coverage, coverage)])


def risk_coverage(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> RiskCoverage:
    """Count predictions and mistakes above each confidence.

    Args:
        confidence: (n,), of any scale on which more is surer; n at least 1.
        right: bool (n,), whether the prediction was right.

    Raises:
        ValueError: there are no predictions.

    """
    if not len(confidence):
        raise ValueError("no predictions, so no risk and no coverage")
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    last_of_its_kind = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    return RiskCoverage(
        threshold=falling[last_of_its_kind],
        accepted=last_of_its_kind + 1,
        wrong=np.cumsum(~right[order], dtype=np.int64)[last_of_its_kind],
    )
