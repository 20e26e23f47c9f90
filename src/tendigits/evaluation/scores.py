"""The scores of a network on a labelled set: accuracy with its interval, loss, confusion, calibration."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.evaluation.calibration import expected_calibration_error
from tendigits.evaluation.risk_coverage import risk_coverage

__all__ = [
    "Evaluation",
    "confusion_matrix",
    "evaluate",
    "percent",
    "surest_mistakes",
    "wilson_interval",
]

_EPSILON = 1e-7
"""Keras's: probabilities are kept this far from 0 and 1 in the cross-entropy, so that the losses agree."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a network did on a labelled set.

    Attributes:
        n: images.
        wrong: images whose most probable class is not their label.
        loss: mean cross-entropy in nats, which is the negative log-likelihood of the labels.
        interval: Wilson's 95 % interval of the accuracy.
        calibration_error: expected calibration error, 15 bins, 0..1.
        accuracy_at_99_coverage: the accuracy without the 1 % of the images that the network is least sure of.
        confusion: int64 (classes, classes), rows the true class, columns the predicted one.

    """

    n: int
    wrong: int
    loss: float
    interval: tuple[float, float]
    calibration_error: float
    accuracy_at_99_coverage: float
    confusion: npt.NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """The share of images whose most probable class is their label."""
        return (self.n - self.wrong) / self.n

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"test accuracy {self.accuracy:.4f} (95% interval {low:.3f}-{high:.3f}; {self.wrong:,} of {self.n:,} wrong)"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them, in the order that ``tendigits evaluate --json`` prints."""
        return {
            "accuracy": self.accuracy,
            "loss": self.loss,
            "wrong": self.wrong,
            "n": self.n,
            "interval": list(self.interval),
            "calibration_error": self.calibration_error,
            "accuracy_at_99_coverage": self.accuracy_at_99_coverage,
            "confusion": self.confusion.tolist(),
        }


def evaluate(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> Evaluation:
    """Score predictions.

    Args:
        probabilities: (n, classes), each row summing to 1; n at least 1.
        labels: whole numbers (n,), from 0 to classes - 1.

    Raises:
        ValueError: the shapes do not belong together, a label is no class, or a probability is not finite.

    """
    n, classes = probabilities.shape
    if labels.shape != (n,) or n == 0:
        raise ValueError(f"{labels.shape} labels for probabilities of shape {probabilities.shape}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels from {labels.min()} to {labels.max()} for {classes} classes")
    if not np.isfinite(probabilities).all():
        rows = np.count_nonzero(~np.isfinite(probabilities).all(axis=1))
        raise ValueError(f"probabilities of {rows:,} of {n:,} images are not finite: the network has diverged")
    predicted = probabilities.argmax(axis=1)
    of_label = probabilities[np.arange(n), labels].astype(np.float64)
    right, confidence = predicted == labels, probabilities.max(axis=1)
    return Evaluation(
        n=n,
        wrong=int(n - right.sum()),
        loss=float(-np.log(of_label.clip(_EPSILON, 1 - _EPSILON)).mean()),
        interval=wilson_interval(int(right.sum()), n),
        calibration_error=expected_calibration_error(confidence, right),
        accuracy_at_99_coverage=risk_coverage(confidence, right).accuracy_at(0.99),
        confusion=confusion_matrix(labels, predicted, classes),
    )


def wilson_interval(successes: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of a proportion, by default at 95 % (Wilson 1927).

    >>> low, high = wilson_interval(9790, 10_000)
    >>> f"{low:.4f} {high:.4f}"
    '0.9760 0.9816'
    """
    centre = (successes + z * z / 2) / (n + z * z)
    half_width = z / (n + z * z) * math.sqrt(successes * (n - successes) / n + z * z / 4)
    return max(0.0, centre - half_width), min(1.0, centre + half_width)


def confusion_matrix(
    labels: npt.NDArray[np.integer], predicted: npt.NDArray[np.integer], classes: int
) -> npt.NDArray[np.int64]:
    """Count predictions: int64 (classes, classes), rows the true class, columns the predicted one."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def surest_mistakes(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """Return which images (n,) were read wrong: int (mistakes,), the most confident first, ties in the set's order."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]


def percent(probability: float) -> str:
    """Write a probability for people, and never claim certainty: a network's 1.0 is a rounded 0.99999...

    >>> percent(0.874), percent(0.99996), percent(1.0)
    ('87.4%', '99.99%', '99.99%')
    """
    if math.isnan(probability):
        return "not a number"
    return f"{probability:.1%}" if probability < 0.999 else f"{min(int(probability * 10_000), 9999) / 100}%"
