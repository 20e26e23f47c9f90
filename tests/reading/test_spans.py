"""Spans: all that some frames hold is one digit, as sums over all ways to notice it."""

from itertools import product

import numpy as np
import pytest

from tendigits.reading.glyphs.frames import BLANK, OUTPUTS
from tendigits.reading.glyphs.spans import LEAST, spans


@pytest.fixture
def told():
    logits = np.random.default_rng(1).normal(size=(6, OUTPUTS))
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def noticed(way):
    """Return the classes that a way through the frames notices: runs of one class count once."""
    return [one for one, before in zip(way, (BLANK, *way), strict=False) if one not in (BLANK, before)]


def by_brute_force(told, first, last):
    every = [0.0] * BLANK
    for way in product(range(OUTPUTS), repeat=last - first):
        found = noticed(way)
        if len(found) == 1 and way[0] == BLANK:
            every[found[0]] += np.exp(sum(told[first + i, one] for i, one in enumerate(way)))
    return np.log(every)


@pytest.mark.parametrize(("first", "last"), [(1, 3), (2, 6), (4, 6)])
def test_a_span_is_the_sum_of_all_ways_to_notice_one_class(told, first, last):
    both = spans(told, np.array([0, first]), np.array([2, last]))  # others beside it change nothing
    assert both[1] == pytest.approx(by_brute_force(told, first, last))


def test_no_frames_hold_nothing(told):
    assert (spans(told, np.array([2, 4]), np.array([2, 3])) == LEAST).all()


def test_where_a_digit_is_noticed_no_other_span_can_begin(told):
    assert (spans(told, np.array([3]), np.array([4])) == LEAST).all()  # a single frame, which has to be blank


def test_without_spans_there_is_nothing(told):
    assert spans(told, np.zeros(0, np.intp), np.zeros(0, np.intp)).shape == (0, BLANK)
