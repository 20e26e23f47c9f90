"""How far to trust what was read: calibrated on synthetic pages, and on pages that hold no digit.

The search gives each digit its share of all ways to read the line, as if something had to be right. Whether anything
is, the networks that see the line and the digit say for each, and the whole page says for all of them: where much is
doubtful, it may be a drawing. Logistic regression puts these together (Platt 1999, "Probabilistic outputs for support
vector machines"); `tools/confidence.py` fits the constants, and docs/reading.md shows how reliable they are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tendigits.reading.recognition import FoundDigit, Recognition, log_odds

__all__ = ["digit_features", "digits_confidence", "reading_confidence", "reading_features"]

Floats = NDArray[np.float64]

DIGIT = (-7.648, 0.279, -0.068, 0.237, 1.403, 5.523)
"""Intercept and weights for a digit, in the order of `digit_features`."""

READING = (-4.333, 0.64, 0.111, 0.749, -0.27)
"""Intercept and weights for all of a text, in the order of `reading_features`."""

EMPTY = 0.5
"""That of a reading without digits where none were asked for: not calibrated, as whether there are none or none were
found is not told by what is there."""

_LEAST = 1e-4
"""No probability is taken to be less, where its logarithm is."""


def digits_confidence(found: Recognition) -> Floats:
    """Return the probability of each digit to be right: float64 (digits,)."""
    return _logistic(digit_features(found.digits), DIGIT)


def reading_confidence(found: Recognition) -> float:
    """Return the probability that all of the text is right."""
    if not found.digits or not found.probability:
        return EMPTY * found.probability
    return float(_logistic(reading_features(found)[None], READING)[0])


def digit_features(digits: Sequence[FoundDigit]) -> Floats:
    """Return what a digit's confidence depends on: float64 (digits, 5).

    The log odds of the search, of the network that sees the line and of the one that sees the digit; and the page's
    mean of the second, and of the logarithm of the first's probability.
    """
    if not digits:
        return np.zeros((0, 5))
    share = np.array([digit.probability.max() for digit in digits])
    whole = log_odds(np.array([digit.whole for digit in digits]))
    seen = log_odds(np.array([digit.seen for digit in digits]))
    page = np.full((len(digits), 2), (whole.mean(), _log(share).mean()))
    return np.column_stack([log_odds(share), whole, seen, page])


def reading_features(found: Recognition) -> Floats:
    """Return what a text's confidence depends on: float64 (4,).

    The log odds of the search; the logarithm of the probability that each digit is right, if they were independent; the
    page's two means, as for its digits.
    """
    digits = digit_features(found.digits)
    all_right = np.log(digits_confidence(found)).sum()
    return np.array([log_odds(np.array([found.probability]))[0], all_right, digits[0, 3], digits[0, 4]])


def _logistic(features: Floats, weights: Sequence[float]) -> Floats:
    intercept, *slopes = weights
    return np.asarray(1 / (1 + np.exp(-(intercept + features @ np.array(slopes)))))


def _log(probability: Floats) -> Floats:
    return np.log(np.clip(probability, _LEAST, 1))
