"""McNemar's exact test, against SciPy's binomial test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tendigits.evaluation import mcnemar


@given(st.integers(0, 400), st.integers(0, 400))
def test_it_is_the_binomial_test_of_a_fair_coin(only_a, only_b):
    expected = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0

    assert mcnemar(only_a, only_b) == pytest.approx(expected, rel=1e-9)


def test_networks_that_differ_nowhere_differ_by_chance():
    assert mcnemar(0, 0) == 1


def test_thousands_of_images_overflow_nothing():
    assert mcnemar(4900, 5100) == pytest.approx(binomtest(4900, 10_000).pvalue, rel=1e-9)
    assert mcnemar(0, 10_000) == 0  # 2 ** -9,999 is below every float but 0


def test_numpys_counts_overflow_nothing():
    assert mcnemar(np.int64(17), np.int64(172)) == mcnemar(17, 172) > 0


def test_it_does_not_matter_which_network_comes_first():
    assert mcnemar(3, 19) == mcnemar(19, 3)


def test_a_number_below_0_is_refused():
    with pytest.raises(ValueError, match="there are no -1 images"):
        mcnemar(3, -1)
