"""A hand leans, climbs and is unsteady as much as asked, and a pen's ink lies as its paper lets it."""

from dataclasses import replace

import numpy as np
import pytest
from paper import CONDITIONS, write
from paper.pens import Pen, laid
from paper.strokes import draw, unsteady

CLEAN = CONDITIONS["clean"]
EVEN = Pen(density=(1, 1), pressure=(0, 0), grain=(0, 0), bleed=(0, 0))


@pytest.fixture
def bars():
    """A line of eight equal upright bars, 20 pixels high."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 255
    return [[(image, 1)] * 8]


@pytest.fixture
def stroke():
    """Ink 40 pixels high across a page."""
    ink = np.zeros((200, 300), np.float32)
    ink[80:120, 30:270] = 1
    return ink


def boxes(bars, **hand):
    still = replace(CLEAN.hand, slant=(0, 0), slope=(0, 0), unsteadiness=(0, 0))
    return np.array(write(bars, replace(CLEAN, hand=replace(still, **hand)), np.random.default_rng(1)).boxes)


def lying(ink, **pen):
    return laid(ink, 100, replace(EVEN, **pen), np.random.default_rng(1))


def test_a_still_hand_writes_all_alike(bars):
    assert (np.ptp(boxes(bars)[:, 1:], axis=0) == 0).all()


def test_an_unsteady_hand_varies_size_and_place(bars):
    _, tops, _, heights = boxes(bars, unsteadiness=(1, 1)).T
    assert 0.02 < heights.std() / heights.mean() < 0.15
    assert 0.01 < (tops + heights).std() / heights.mean() < 0.1


def test_a_slanted_bar_is_wider_by_its_lean(bars):
    upright, slanted = (boxes(bars, slant=(slant, slant)) for slant in (0, 20))
    assert slanted[0, 2] - upright[0, 2] == pytest.approx(np.tan(np.radians(20)) * upright[0, 3], rel=0.1)


def test_lines_climb_by_the_slope(bars):
    x, y, *_ = boxes(bars, slope=(3, 3)).T
    assert np.polyfit(x, y, 1)[0] == pytest.approx(np.tan(np.radians(3)), rel=0.3)


def test_ink_of_an_even_pen_is_as_it_was_drawn(stroke):
    assert lying(stroke) == pytest.approx(stroke)


def test_grain_and_pressure_break_ink_up(stroke):
    assert lying(stroke, grain=(0.5, 0.5))[90:110, 40:260].std() > 0.1
    assert lying(stroke, pressure=(0.4, 0.4))[90:110, 40:260].std() > 0.03


def test_bleeding_ink_has_softer_edges(stroke):
    assert 0 < lying(stroke, bleed=(2, 2))[77, 150] < 0.5 < lying(stroke, bleed=(2, 2))[82, 150] < 1


def test_an_unsteady_path_strays_by_about_the_amount():
    strayed = unsteady(np.array([[0.0, 50], [1000, 50]]), 3, np.random.default_rng(1))
    assert 1 < (strayed[:, 1] - 50).std() < 4


@pytest.mark.parametrize("width", [1, 2.5, 10])
def test_a_stroke_is_as_wide_as_its_pen(width):
    ink = np.zeros((60, 100), np.float32)
    draw(ink, [np.array([[10.0, 30], [90, 30]])], width)
    assert ink[:, 50].sum() == pytest.approx(width, rel=0.2, abs=0.5)
