"""Comparing two networks, against counting by hand, scikit-learn and SciPy."""

import re

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix

from tendigits.compare import compare

random = np.random.default_rng(0)
LABELS = random.integers(0, 10, 400)
OF_A, OF_B = (random.dirichlet(np.full(10, 0.2), size=400) + 0.8 * np.eye(10)[LABELS] for _ in range(2))
OF_A, OF_B = OF_A / OF_A.sum(axis=1, keepdims=True), OF_B / OF_B.sum(axis=1, keepdims=True)


def saying(*predicted, sure=0.9):
    """Return probabilities, (n, 3), of a network that says so."""
    return np.where(np.eye(3)[list(predicted)] == 1, sure, (1 - sure) / 2)


def test_the_four_cells_are_a_confusion_matrix_of_who_is_right():
    comparison = compare(OF_A, OF_B, LABELS)

    a_right, b_right = OF_A.argmax(axis=1) == LABELS, OF_B.argmax(axis=1) == LABELS
    expected = confusion_matrix(a_right, b_right, labels=[True, False]).ravel().tolist()
    assert [comparison.both_right, comparison.only_a, comparison.only_b, comparison.both_wrong] == expected
    assert min(expected) > 0


def test_each_network_has_its_own_scores():
    comparison = compare(OF_A, OF_B, LABELS)

    assert comparison.a.accuracy == pytest.approx(accuracy_score(LABELS, OF_A.argmax(axis=1)))
    assert comparison.b.accuracy == pytest.approx(accuracy_score(LABELS, OF_B.argmax(axis=1)))


def test_the_p_value_is_scipy_s():
    comparison = compare(OF_A, OF_B, LABELS)

    n = comparison.only_a + comparison.only_b
    assert comparison.p_value == pytest.approx(binomtest(comparison.only_a, n).pvalue)


def test_disagreements_are_every_image_of_which_they_say_different_things():
    disagreements = compare(OF_A, OF_B, LABELS).disagreements

    differ = np.flatnonzero(OF_A.argmax(axis=1) != OF_B.argmax(axis=1))
    assert sorted(case.index for case in disagreements) == differ.tolist()
    for case in disagreements:
        assert case.label == LABELS[case.index]
        assert (case.a.predicted, case.b.predicted) == (OF_A[case.index].argmax(), OF_B[case.index].argmax())
        assert (case.a.confidence, case.b.confidence) == (OF_A[case.index].max(), OF_B[case.index].max())


def test_those_come_first_of_which_both_are_sure():
    of_a = np.concatenate([saying(0, sure=0.99), saying(1, sure=0.8), saying(2, sure=0.9)])
    of_b = np.concatenate([saying(1, sure=0.5), saying(0, sure=0.8), saying(0, sure=0.9)])

    disagreements = compare(of_a, of_b, np.array([0, 0, 0])).disagreements

    assert [case.index for case in disagreements] == [2, 1, 0]


@pytest.mark.parametrize(
    ("of_a", "of_b", "verdict"),
    [
        ([0] * 20, [0] * 9 + [1] * 11, r"A makes 11 fewer mistakes; .* alone: p = 0\.00098, so it is hardly chance"),
        ([1] * 20, [0] * 20, r"B makes 20 fewer mistakes; .* alone: p < 0\.0001, so it is hardly chance"),
        ([0] * 20, [0] * 19 + [1], r"A makes 1 fewer mistake; .* alone: p = 1, so it may well be chance"),
        ([0, 1], [1, 0], "A and B make equally many mistakes"),
        ([0, 0], [0, 0], "A and B make equally many mistakes"),
    ],
    ids=["A better", "B much better", "hardly different", "one each", "the same"],
)
def test_the_verdict_in_words(of_a, of_b, verdict):
    comparison = compare(saying(*of_a), saying(*of_b), np.zeros(len(of_a), int))

    assert re.fullmatch(verdict, comparison.verdict)


def test_networks_of_different_classes_can_be_compared():
    ten = np.pad(saying(0, 1, 2), ((0, 0), (0, 7)))

    assert compare(saying(0, 1, 2), ten, np.array([0, 1, 2])).both_right == 3


def test_probabilities_of_other_images_are_refused():
    with pytest.raises(ValueError, match="labels for probabilities"):
        compare(saying(0, 1), saying(0), np.array([0, 1]))
