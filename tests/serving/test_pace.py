"""The pace of a body: what is slow, and what is not."""

import pytest

from tendigits.serving.guarding.pace import Pace
from tendigits.serving.settings import Limits

LIMITS = Limits(body_seconds=60, bytes_per_second=100, stall_seconds=5)


def given_up(sizes, limits=LIMITS):
    """Return when a body is given up of which so many bytes come each second; None where that does not happen."""
    pace = Pace(limits, 0)
    for second, size in enumerate(sizes, 1):
        if second > pace.deadline:
            return pace.deadline
        pace.came(size, second)
    return None


@pytest.mark.parametrize("sizes", [[100] * 60, [0, 0, 0, 499, 1] * 12, [10_000] * 60], ids=["just", "bursts", "fast"])
def test_what_comes_fast_enough_is_waited_for(sizes):
    assert given_up(sizes) is None


@pytest.mark.parametrize("sizes", [[0] * 10, [99] * 10, [1] * 10], ids=str)
def test_what_comes_too_slowly_is_not(sizes):
    assert given_up(sizes) == 5


def test_what_came_fast_is_no_excuse_to_stop():
    assert given_up([10**6, 1, 1, 1, 1, 1, 1, 1]) == 6


def test_all_of_it_has_a_deadline():
    assert given_up([100] * 100) == 60


def test_the_largest_body_of_an_ordinary_network_is_waited_for():
    limits = Limits()
    assert given_up([10**6] * (limits.body_bytes // 10**6 + 1), limits) is None
