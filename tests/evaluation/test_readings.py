"""How reading is scored: numbers, characters, kinds, sources, and what is accepted at which confidence."""

import math
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tendigits.evaluation import wilson_interval
from tendigits.evaluation.readings import ReadNumber, edit_distance, evaluate_readings, upper_bound

TEXTS = st.text("01?\n", max_size=7)


def read(label, text, confidence=0.9, kind="", source=""):
    return ReadNumber(label, text, confidence, kind, source)


@cache
def shortest_edit(one, other):
    """Levenshtein's distance as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    changed = shortest_edit(one[1:], other[1:]) + (one[0] != other[0])
    return min(changed, shortest_edit(one[1:], other) + 1, shortest_edit(one, other[1:]) + 1)


@given(TEXTS, TEXTS)
def test_the_distance_is_that_of_the_shortest_edit(one, other):
    assert edit_distance(one, other) == shortest_edit(one, other)


@pytest.mark.parametrize("n", [1, 2, 20, 300, 10_000])
def test_the_bound_is_clopper_and_pearson_s(n):
    beta = pytest.importorskip("scipy.stats").beta
    for errors in {0, n // 10, n // 2, n - 1}:
        assert upper_bound(errors, n) == pytest.approx(beta.ppf(0.95, errors + 1, n - errors), abs=1e-9)


def test_without_a_trial_or_with_errors_alone_the_bound_is_one():
    assert upper_bound(0, 0) == upper_bound(7, 7) == 1


def test_without_an_error_the_bound_is_the_rule_of_three():
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert upper_bound(0, 1000) < 3 / 1000


def test_a_number_is_right_when_all_of_it_is():
    numbers = [read("12", "12"), read("12", "13"), read("12", "1?"), read("1\n2", "12"), read("", ""), read("", "1")]

    result = evaluate_readings(numbers)

    assert (result.score.n, result.score.right) == (6, 2)
    assert result.score.interval == wilson_interval(2, 6)
    assert result.unsure == 1


def test_character_errors_count_line_breaks_and_question_marks():
    result = evaluate_readings([read("12\n34", "1234"), read("56", "5?"), read("78", "78")])

    assert (result.score.characters, result.score.character_errors) == (9, 2)
    assert result.score.character_error_rate == pytest.approx(2 / 9)


def test_where_nothing_is_written_there_is_no_character_error_rate():
    assert evaluate_readings([read("", "1")]).score.character_error_rate is None


def test_an_image_that_cannot_be_read_is_wrong_and_never_accepted():
    result = evaluate_readings([read("", None, 0.0), read("12", None, 0.0)])

    assert (result.unreadable, result.score.right, result.score.character_errors) == (2, 0, 2)
    assert all(each.accepted == 0 for each in result.thresholds)


def test_a_threshold_accepts_what_is_at_least_so_confident_and_has_no_question_mark():
    numbers = [
        read("1", "1", 0.99),
        read("2", "3", 0.9),
        read("4", "?", 0.95),
        read("5", "6", 0.2),
        read("7", "7", 0.9),
    ]

    at = {each.threshold: each for each in evaluate_readings(numbers, (0, 0.9, 0.99, 1)).thresholds}

    assert [(at[t].accepted, at[t].wrong) for t in (0, 0.9, 0.99, 1)] == [(4, 2), (3, 1), (1, 0), (0, 0)]
    assert at[0.9].share == 3 / 5
    assert at[0.9].bound == upper_bound(1, 3)
    assert at[1].bound == 1


def test_sources_count_alike_in_their_mean_however_many_images_they_have():
    numbers = [read("1", "1", source="a")] * 8 + [read("1", "2", source="b"), read("1", "1", source="b")]

    assert evaluate_readings(numbers).source_mean[""] == pytest.approx((1 + 0.5) / 2)


def test_each_kind_has_its_score_and_its_mean_over_sources():
    numbers = [
        read("1", "1", kind="single", source="a"), read("1", "2", kind="single", source="b"),
        read("12", "12", kind="multi", source="a"), read("12", "12"),
    ]  # fmt: skip

    result = evaluate_readings(numbers)

    assert {kind: (score.right, score.n) for kind, score in result.kinds.items()} == {"single": (1, 2), "multi": (1, 1)}
    assert (result.source_mean["single"], result.source_mean["multi"]) == (0.5, 1)


def test_without_kinds_and_sources_there_are_none():
    result = evaluate_readings([read("1", "1")])

    assert (result.kinds, result.sources, result.source_mean) == ({}, {}, {})


def test_the_figures_are_numbers_that_json_knows():
    figures = evaluate_readings([read("1", "1", kind="single", source="a"), read("2", None, 0.0)]).as_dict()

    assert (figures["exact"], figures["n"], figures["wrong"], figures["source_mean"]) == (0.5, 2, 1, 1)
    assert all(math.isfinite(each["upper_bound"]) for each in figures["thresholds"])


def test_nothing_to_score_is_refused():
    with pytest.raises(ValueError, match="no readings"):
        evaluate_readings([])


def test_a_reading_with_strokes_left_out_is_not_accepted():
    numbers = [ReadNumber("72", "72", 0.9), ReadNumber("7204", "720", 0.9, marks=1)]
    assert [number.is_sure for number in numbers] == [True, False]
    least = evaluate_readings(numbers).thresholds[0]
    assert (least.accepted, least.wrong) == (1, 0)


def test_an_image_without_the_digit_that_was_asked_for_is_not_sure():
    number = read("7", "", confidence=0.0, kind="single")

    assert not number.is_sure
    assert evaluate_readings([number]).thresholds[0].accepted == 0
