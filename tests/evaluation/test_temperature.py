"""The best temperature is the one that an optimizer finds, and leaves predictions as they are."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from tendigits.evaluation import best_temperature


def softmax(logits):
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def sample(temperature, n=20_000):
    """Probabilities of a network whose logits are ``temperature`` times too large."""
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 2, (n, 10))
    labels = np.array([generator.choice(10, p=row) for row in softmax(logits)])
    return softmax(temperature * logits), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_it_undoes_a_scaling_of_the_logits(temperature):
    assert best_temperature(*sample(temperature)) == pytest.approx(temperature, rel=0.03)


def test_it_is_where_scipy_finds_the_least_cross_entropy():
    probabilities, labels = sample(1.7, 2_000)
    logits = np.log(probabilities)

    def cross_entropy(temperature):
        return -np.log(softmax(logits / temperature)[np.arange(len(labels)), labels]).mean()

    expected = minimize_scalar(cross_entropy, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9}).x
    assert best_temperature(probabilities, labels) == pytest.approx(expected, rel=1e-4)


def test_probabilities_that_are_zero_in_float32_do_no_harm():
    probabilities = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.4, 0], [0.6, 0.4, 0]], np.float32)
    assert np.isfinite(best_temperature(probabilities, np.array([0, 1, 0, 1])))


def test_labels_of_another_number_are_refused():
    with pytest.raises(ValueError, match=r"\(2,\) labels for probabilities of shape \(3, 10\)"):
        best_temperature(np.full((3, 10), 0.1), np.zeros(2, int))
