"""Ink is found whole, and little else, under every condition that handwriting comes in."""

import pytest
from ink_pages import CONDITIONS, condition, filled, outside, photograph

from tendigits.reading.ink import find_ink

SLOW = {"twelve megapixels"}
ONE = {"icon", "icon, light on dark"}


@pytest.mark.parametrize("name", [name for name in CONDITIONS if name not in SLOW])
def test_each_digit_is_whole_and_alone(mnist, name):
    page = photograph(mnist, name, 1 if name in ONE else 3)
    ink = find_ink(page.pixels)
    assert min(filled(page, ink)) > 0.8
    assert outside(page, ink) < 0.1


def test_a_photograph_of_twelve_megapixels(mnist):
    page = photograph(mnist, "twelve megapixels", 4)
    ink = find_ink(page.pixels)
    assert min(filled(page, ink)) > 0.8
    assert outside(page, ink) < 0.4
    assert max(ink.strength.shape) <= 1800


def test_several_lines(mnist):
    page = photograph(mnist, condition("ruled"), 5, 4, 6)
    assert min(filled(page, find_ink(page.pixels))) > 0.8
