"""Any page of pixels has its ink, or none: nothing is raised, and the same page has the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ink_pages import photograph

from tendigits.reading.ink import find_ink


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 1), (1, 2000), (2000, 1), (7, 9), (28, 28), (5, 700), (333, 77)])
@pytest.mark.parametrize("fill", ["noise", "black", "white", "grey noise", "stripes", "two halves"])
def test_no_page_is_too_odd(shape, fill):
    generator = np.random.default_rng(1)
    pages = {
        "noise": generator.integers(0, 256, (*shape, 3)),
        "black": np.zeros((*shape, 3)),
        "white": np.full((*shape, 3), 255),
        "grey noise": np.repeat(generator.integers(0, 256, (*shape, 1)), 3, axis=2),
        "stripes": np.broadcast_to((np.arange(shape[1]) % 2 * 255)[None, :, None], (*shape, 3)),
        "two halves": np.broadcast_to((np.arange(shape[0]) * 2 // shape[0] * 255)[:, None, None], (*shape, 3)),
    }
    ink = find_ink(pages[fill].astype(np.uint8))
    assert ink.strength.dtype == np.uint8
    assert np.isfinite([ink.scale, ink.stroke_width]).all()
    assert (ink.stroke_width > 0) == bool((ink.strength >= 128).any())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_random_pages(height, width, seed, block):
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (-(-height // block), -(-width // block), 3), np.uint8)
    page = coarse.repeat(block, axis=0).repeat(block, axis=1)[:height, :width]
    ink = find_ink(page)
    assert np.array(ink.strength.shape) * ink.scale == pytest.approx((height, width), abs=ink.scale * 0.5001)


def test_the_same_page_has_the_same_ink_and_is_left_as_it_is(mnist):
    page = photograph(mnist, "squared", 4).pixels
    before = page.copy()
    first, second = find_ink(page), find_ink(page)
    assert (first.strength == second.strength).all()
    assert (page == before).all()


def test_pixels_may_lie_anyhow_in_memory(mnist):
    page = photograph(mnist, "phone photo", 3).pixels
    turned = np.ascontiguousarray(page[::-1, :, ::-1])[::-1, :, ::-1]
    turned.flags.writeable = False
    assert (find_ink(turned).strength == find_ink(page).strength).all()
