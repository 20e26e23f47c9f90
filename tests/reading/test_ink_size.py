"""The size that ink is given in, and how it maps to the page."""

import numpy as np
import pytest
from ink_pages import STROKE, drawing, on_paper, photograph

from tendigits.reading.ink import find_ink


@pytest.mark.parametrize(
    "shape", [(28, 28), (60, 500), (200, 400), (900, 1200), (1200, 1600), (2400, 1800), (30, 3000)]
)
def test_scale_is_that_of_both_axes(shape):
    page = np.full((*shape, 3), 240, np.uint8)
    ink = find_ink(page)
    assert ink.strength.dtype == np.uint8
    assert np.array(ink.strength.shape) * ink.scale == pytest.approx(shape, abs=ink.scale * 0.5001)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_places_on_the_page_are_those_of_strength_times_scale(factor):
    page = np.full((300 * factor, 500 * factor, 3), 240, np.uint8)
    page[80 * factor : 200 * factor, 150 * factor : 160 * factor] = 20
    ink = find_ink(page)
    rows, columns = (np.flatnonzero((ink.strength > STROKE).any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = (
        end * ink.scale / factor for end in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
    )
    assert (top, bottom, left, right) == pytest.approx((80, 200, 150, 160), abs=2)


@pytest.mark.parametrize("width", [3, 5, 9, 20, 40])
def test_stroke_width_is_that_of_a_stroke(width):
    page = np.full((600, 900, 3), 240, np.uint8)
    page[200:320, 400 : 400 + width] = 20
    assert find_ink(page).stroke_width == pytest.approx(width, abs=1.5)


def test_an_icon_is_enlarged_until_strokes_are_pixels_wide(mnist):
    ink = find_ink(photograph(mnist, "icon", 1).pixels)
    assert min(ink.strength.shape) >= 200
    assert ink.stroke_width > 4


def test_a_large_photograph_of_small_writing_is_kept_larger(mnist):
    small = drawing(mnist, 4, 110, (2400, 3600))
    assert max(find_ink(on_paper(small)).strength.shape) > 1200
    assert max(find_ink(on_paper(drawing(mnist, 4, 400, (2400, 3600)))).strength.shape) == 1200
