"""Printed lines are erased, and digits that stand on them or cross them stay whole."""

import cv2
import numpy as np
import pytest
from ink_pages import CONDITIONS, STROKE, drawing, likeness, on_paper
from paper.nonsense import nonsense

from tendigits.reading.ink import find_ink

BLUE = np.array((150, 180, 215), np.float32)


def ruled(ink, places, thickness=3, tilt=0.0, colour=BLUE, *, across=True):
    """Return the drawing on paper with lines at these heights, or at these distances from the left."""
    page = np.full((*ink.shape, 3), (235, 232, 225), np.float32)
    length = ink.shape[1] if across else ink.shape[0]
    for place in places:
        ends = (0, round(place)), (length, round(place + tilt * length))
        ends = ends if across else tuple(end[::-1] for end in ends)
        cv2.line(page, *ends, colour.tolist(), thickness, cv2.LINE_AA)
    page += ink[..., None] * (np.array((30, 30, 40), np.float32) - page)
    return (page + np.random.default_rng(2).normal(0, 2, page.shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("tilt", [0.0, 0.03, -0.08])
@pytest.mark.parametrize("thickness", [1, 3, 5])
def test_digits_on_lined_paper(mnist, thickness, tilt):
    ink = drawing(mnist)
    page = ruled(ink, np.arange(60, 600, 90), thickness, tilt)
    assert likeness(page, ink) > 0.85


def test_digits_that_stand_on_a_line_stay_whole(mnist):
    ink = drawing(mnist)
    floor = np.flatnonzero((ink > 0.5).any(axis=1))[-1]
    page = ruled(ink, [floor - 180, floor - 90, floor, floor + 90])
    assert likeness(page, ink) > 0.85


def test_squared_paper(mnist):
    ink = drawing(mnist)
    page = ruled(ink, np.arange(20, 600, 45), 2)
    squared = np.minimum(page, ruled(ink, np.arange(10, 1000, 45), 2, across=False))
    assert likeness(squared, ink) > 0.8


def test_a_margin_line_is_erased(mnist):
    ink = drawing(mnist)
    page = ruled(ink, [120], 3, 0.01, across=False, colour=np.array((215, 110, 115), np.float32))
    assert likeness(page, ink) > 0.85


@pytest.mark.parametrize("name", ["ruled", "squared", "digit a square", "form boxes"])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_empty_sheet_is_empty(name, seed):
    ink = find_ink(nonsense("blank", CONDITIONS[name], np.random.default_rng(seed)).pixels)
    assert (ink.strength > STROKE).mean() < 0.0005


def test_straight_strokes_are_no_rules():
    ink = np.zeros((600, 1000), np.float32)
    for x in (300, 420, 540, 660):  # 1 1 1 1
        cv2.line(ink, (x + 8, 200), (x, 400), 1.0, 9, cv2.LINE_AA)
    cv2.line(ink, (760, 210), (860, 205), 1.0, 9, cv2.LINE_AA)  # 7
    cv2.line(ink, (860, 205), (800, 400), 1.0, 9, cv2.LINE_AA)
    assert likeness(on_paper(ink), ink) > 0.85


def test_a_one_as_high_as_its_icon_is_no_rule():
    icon = np.full((28, 28, 3), 255, np.uint8)
    icon[1:27, 13:15] = 0
    strength = find_ink(icon).strength > STROKE
    assert np.ptp(np.flatnonzero(strength.any(axis=1))) > 0.85 * len(strength)


@pytest.mark.parametrize("colour", [(150, 150, 160), (75, 70, 80)])
def test_rule_and_margin_in_a_picture_cut_out_of_a_sheet(mnist, colour):
    ink = drawing(mnist, 3)
    floor = np.flatnonzero((ink > 0.5).any(axis=1))[-1]
    left = np.flatnonzero((ink > 0.5).any(axis=0))[0] - 40
    colour = np.array(colour, np.float32)
    page = np.minimum(ruled(ink, [floor - 8], 5, colour=colour), ruled(ink, [left], 5, across=False, colour=colour))
    cut = np.s_[floor - 180 : floor + 40, left - 12 : left + 560]
    small = [cv2.resize(whole[cut], None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA) for whole in (page, ink)]
    assert likeness(*small) > 0.9


def test_the_foot_of_a_two_that_fills_its_picture_is_no_rule():
    ink = np.zeros((150, 120), np.float32)
    cv2.ellipse(ink, (58, 40), (40, 38), 0, 160, 380, 1.0, 4, cv2.LINE_AA)
    cv2.line(ink, (92, 60), (1, 147), 1.0, 4, cv2.LINE_AA)
    cv2.line(ink, (0, 147), (119, 147), 1.0, 4, cv2.LINE_AA)
    assert likeness(on_paper(ink), ink) > 0.75


def boxed(ink, colour, thickness):
    """Return the drawing on paper in a box of its own."""
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    page = ruled(np.zeros_like(ink), [])
    corner, other = (int(columns[0]) - 30, int(rows[0]) - 40), (int(columns[-1]) + 35, int(rows[-1]) + 30)
    cv2.rectangle(page, corner, other, colour, thickness, cv2.LINE_AA)
    return (page + ink[..., None] * (np.array((30, 30, 40)) - page)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("thickness", [1, 2])
@pytest.mark.parametrize("colour", [(190, 190, 200), (110, 110, 120)])
def test_a_single_box_around_a_digit_is_erased(mnist, colour, thickness):
    ink = drawing(mnist, 1)
    assert likeness(boxed(ink, colour, thickness), ink) > 0.85


def test_an_angular_zero_is_no_box():
    ink = np.zeros((600, 1000), np.float32)
    cv2.rectangle(ink, (400, 200), (520, 400), 1.0, 4, cv2.LINE_AA)
    cv2.line(ink, (600, 200), (590, 400), 1.0, 4, cv2.LINE_AA)
    assert likeness(on_paper(ink), ink) > 0.75
