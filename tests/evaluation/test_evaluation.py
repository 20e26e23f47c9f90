"""Evaluation, against scikit-learn, Keras and counting by hand."""

import keras
import numpy as np
import pytest
from sklearn import metrics

from tendigits.evaluation import (
    evaluate,
    expected_calibration_error,
    percent,
    surest_mistakes,
    wilson_interval,
)


@pytest.fixture(scope="module")
def predictions():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(10, 0.2), size=500).astype(np.float32)
    return probabilities, random.integers(0, 10, 500)


def test_accuracy_loss_and_confusion_are_those_of_others(predictions):
    probabilities, labels = predictions

    result = evaluate(probabilities, labels)

    predicted = probabilities.argmax(axis=1)
    assert result.accuracy == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert result.wrong == np.sum(predicted != labels)
    assert result.n == 500
    loss = keras.losses.SparseCategoricalCrossentropy()(labels, probabilities)
    assert result.loss == pytest.approx(float(loss), rel=1e-5)
    assert np.array_equal(result.confusion, metrics.confusion_matrix(labels, predicted, labels=range(10)))


def test_accuracy_at_99_percent_coverage_leaves_out_the_least_sure(predictions):
    probabilities, labels = predictions

    surest = np.argsort(-probabilities.max(axis=1))[:495]

    expected = metrics.accuracy_score(labels[surest], probabilities[surest].argmax(axis=1))
    assert evaluate(probabilities, labels).accuracy_at_99_coverage == pytest.approx(expected)


def test_a_certain_mistake_costs_what_keras_charges():
    probabilities, labels = np.array([[0, 1]], np.float32), np.array([0])

    loss = float(keras.losses.SparseCategoricalCrossentropy()(labels, probabilities))

    assert evaluate(probabilities, labels).loss == pytest.approx(loss, rel=1e-4)


def test_wilson_s_interval_solves_its_equation():
    low, high = wilson_interval(9790, 10_000)

    for bound in (low, high):  # |p - bound| is z standard errors at the bound itself
        assert abs(0.979 - bound) / np.sqrt(bound * (1 - bound) / 10_000) == pytest.approx(1.96, abs=1e-4)
    assert low < 0.979 < high


@pytest.mark.parametrize(("successes", "expected"), [(0, 0.0), (20, 1.0)])
def test_the_interval_stays_within_0_and_1(successes, expected):
    low, high = wilson_interval(successes, 20)

    assert 0 <= low < high <= 1
    assert expected in (low, high)


def test_calibration_error_by_hand():
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])

    # Two bins of 15 are hit: |3/4 - 0.95| over four of six, |1/2 - 0.55| over two.
    assert expected_calibration_error(confidence, right) == pytest.approx(0.2 * 4 / 6 + 0.05 * 2 / 6)


def test_certainty_falls_into_the_last_bin():
    assert expected_calibration_error(np.ones(4), np.ones(4, bool)) == 0


def test_the_sentence():
    probabilities = np.eye(2)[np.r_[np.zeros(9790, int), np.ones(210, int)]]

    sentence = str(evaluate(probabilities, np.zeros(10_000, int)))

    assert sentence == "test accuracy 0.9790 (95% interval 0.976-0.982; 210 of 10,000 wrong)"


@pytest.mark.parametrize("labels", [[0, 2], [-1, 0], [0], []])
def test_labels_that_do_not_belong_are_refused(labels):
    with pytest.raises(ValueError, match="labels"):
        evaluate(np.full((2, 2), 0.5), np.array(labels, int))


def test_the_surest_mistakes_come_first(predictions):
    probabilities, labels = predictions

    mistakes = surest_mistakes(probabilities, labels)

    wrong = [i for i in range(500) if probabilities[i].argmax() != labels[i]]
    assert mistakes.tolist() == sorted(wrong, key=lambda i: (-probabilities[i].max(), i))


def test_mistakes_that_are_as_sure_keep_the_set_s_order():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9]])

    assert surest_mistakes(probabilities, np.array([0, 0, 1, 0, 0])).tolist() == [4, 1, 2, 3]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_probabilities_that_are_not_finite_are_refused(value):
    probabilities = np.full((3, 2), 0.5)
    probabilities[1, 0] = value

    with pytest.raises(ValueError, match=r"1 of 3 images are not finite"):
        evaluate(probabilities, np.array([1, 1, 1]))


def test_what_is_not_a_number_is_called_so():
    assert percent(np.float32("nan")) == "not a number"


def test_no_digit_is_ever_certain():
    assert [percent(p) for p in (0.5, 0.9989, 0.9994, 0.99999, 1.0)] == ["50.0%", "99.9%", "99.94%", "99.99%", "99.99%"]
