"""Temperature scaling: confidence that can be believed (Guo, Pleiss, Sun and Weinberger 2017, section 4.2).

The logits are divided by one number, the temperature, for which the cross-entropy on digits that were not trained on
is least. No prediction changes; a network that was too sure becomes less so. Divided by it, the last layer's kernel
and bias give the scaled logits themselves, so that every program that computes the network has the same confidence.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["best_temperature"]

_SMALLEST = 1e-30
"""Stands for probabilities too small for float32 to tell from 0."""

_RANGE = (0.05, 20.0)
_HALVINGS = 60


def best_temperature(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> float:
    """Return the temperature for which the mean cross-entropy is least.

    Args:
        probabilities: (n, classes), what the network said of digits that it was not trained on.
        labels: whole numbers (n,), from 0 to classes - 1.

    Raises:
        ValueError: the shapes do not belong together.

    """
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or not len(labels):
        raise ValueError(f"{labels.shape} labels for probabilities of shape {probabilities.shape}")
    logits = np.log(probabilities.astype(np.float64).clip(_SMALLEST))
    # The cross-entropy is convex in the temperature's reciprocal: its slope has one zero.
    low, high = 1 / _RANGE[1], 1 / _RANGE[0]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _slope(logits, labels, middle) > 0 else (middle, high)
    return float(2 / (low + high))


def _slope(logits: npt.NDArray[np.float64], labels: npt.NDArray[np.integer], factor: float) -> float:
    """Return the derivative of the mean cross-entropy by the factor that the logits are multiplied by."""
    scaled = np.exp(factor * (logits - logits.max(axis=1, keepdims=True)))
    expected = (scaled * logits).sum(axis=1) / scaled.sum(axis=1)
    return float((expected - logits[np.arange(len(labels)), labels]).mean())
