"""What a review says: how many accepted readings are wrong, with the bound that statistics gives, and of the others."""

import pytest
from scipy.stats import binom

from tendigits.data.reviewed import ACCEPTED, LEAST_SURE, ReviewedRow
from tendigits.evaluation.reviewed import SampleReviewed, evaluate_review


def rows(drawn, of, readings):
    return [ReviewedRow(drawn, of, label, text, confidence, 0, "m") for label, text, confidence in readings]


def sample(right, wrong, of, confidence=0.99):
    return rows(ACCEPTED, of, [("47", "47", confidence)] * right + [("47", "41", 0.6)] * wrong)


def test_the_bound_is_where_so_few_would_be_wrong_once_in_twenty():
    accepted = evaluate_review(sample(298, 2, of=9890)).accepted

    assert (accepted.n, accepted.of, accepted.wrong) == (300, 9890, 2)
    assert accepted.share == 2 / 300
    assert binom.cdf(2, 300, accepted.bound) == pytest.approx(0.05)
    assert accepted.most_wrong == int(accepted.bound * 9890)


def test_where_all_are_reviewed_nothing_is_left_to_chance():
    accepted = evaluate_review(sample(38, 2, of=40)).accepted

    assert accepted.bound == accepted.share == 0.05
    assert accepted.most_wrong == 2


def test_those_that_were_drawn_and_have_no_label_may_be_wrong():
    whole, part = (evaluate_review(sample(right, 2, of=9890)).accepted for right in (298, 290))

    assert (whole.unlabelled, whole.worst_bound) == (0, whole.bound)
    assert part.unlabelled == 8
    assert binom.cdf(10, 300, part.worst_bound) == pytest.approx(0.05)
    assert evaluate_review(sample(8, 0, of=10)).accepted.unlabelled == 2


def test_a_higher_confidence_leaves_other_rows():
    accepted = evaluate_review(sample(298, 2, of=9890)).accepted

    left = {each.threshold: (each.accepted, each.wrong) for each in accepted.thresholds}
    assert left[0.5] == (300, 2)
    assert left[0.8] == left[0.99] == (298, 0)
    assert left[0.995] == (0, 0)


def test_the_least_sure_are_right_wrong_or_untold():
    readings = [("47", "47", 0.5)] * 3 + [("47", "41", 0.5)] * 4 + [("47", "4?", 0.2)] * 5

    least_sure = evaluate_review(rows(LEAST_SURE, 700, readings)).least_sure

    assert least_sure.as_dict() == {"n": 12, "of": 700, "right": 3, "untold": 5, "wrong": 4}


def test_what_is_not_reviewed_is_not_known():
    assert evaluate_review(sample(3, 0, of=9)).least_sure is None
    assert evaluate_review(rows(LEAST_SURE, 1, [("4", "?", 0)])).as_dict()["accepted"] is None


def test_where_all_are_reviewed_as_many_are_wrong_as_were_seen():
    for of in range(1, 301):
        for wrong in range(of + 1):
            assert SampleReviewed(of, of, wrong, ()).most_wrong == wrong
