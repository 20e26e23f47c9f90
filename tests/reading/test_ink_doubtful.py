"""Nothing is dropped silently: what may be ink and is not taken for it is doubtful, and becomes a mark or a digit."""

import cv2
import numpy as np
import pytest
from ink_pages import STROKE, drawing, on_paper

from tendigits.reading.ink import find_ink
from tendigits.reading.reader import Reader


@pytest.fixture(scope="module")
def reader():
    return Reader()


def a_line(start, end, width, frame=(600, 800)):
    page = np.full((*frame, 3), 245, np.uint8)
    cv2.line(page, start, end, (30, 30, 30), width, cv2.LINE_AA)
    return page


def marker_above_pencil(mnist):
    """Return a page with four digits in black, and four in grey that is a quarter as dark, below them."""
    marker, pencil = (drawing(mnist, 4, size, (300, 1000)) for size in (200, 120))
    return np.concatenate([on_paper(marker, (15, 15, 15)), on_paper(pencil, (185, 183, 180))])


def test_fainter_writing_is_doubtful_beside_dark_writing_and_ink_alone(mnist):
    page = marker_above_pencil(mnist)
    both, alone = find_ink(page), find_ink(page[300:])
    assert (both.strength[300:] > STROKE).sum() == 0
    pencil = alone.strength > STROKE
    assert ((both.doubtful[300:] > STROKE) & pencil).sum() > 0.9 * pencil.sum()
    assert not alone.doubtful.any()


def test_fainter_writing_is_marks_in_a_reading(reader, mnist):
    reading = reader.read(marker_above_pencil(mnist))
    assert len([mark for mark in reading.marks if mark.box[1] > 300]) >= 4
    assert not reading.is_sure


@pytest.mark.parametrize(
    ("start", "end", "width"), [((400, 100), (400, 500), 6), ((403, 150), (400, 450), 4), ((200, 300), (600, 302), 6)]
)
def test_a_straight_line_alone_is_a_mark(reader, start, end, width):
    reading = reader.read(a_line(start, end, width))
    assert len(reading.marks) + len(reading.digits) == 1


def test_a_straight_line_alone_is_a_one_where_there_is_one_digit(reader):
    assert reader.read(a_line((400, 100), (400, 500), 6), single=True).text == "1"


def test_a_straight_line_is_not_lost_beside_a_soft_shadow(reader):
    shadow = np.ones((600, 800, 1), np.float32)
    cv2.circle(shadow, (180, 300), 50, 0.7, -1)
    page = a_line((500, 100), (500, 500), 6) * cv2.GaussianBlur(shadow, (0, 0), 16)[..., None]
    assert len(reader.read(page.astype(np.uint8)).marks) == 1


def test_a_straight_line_down_is_doubtful_beside_digits_and_one_across_is_a_rule(mnist):
    ink = drawing(mnist, 3)
    down, across = ink.copy(), ink.copy()
    cv2.line(down, (880, 130), (880, 470), 1.0, 4, cv2.LINE_AA)
    cv2.line(across, (300, 480), (700, 484), 1.0, 4, cv2.LINE_AA)
    assert find_ink(on_paper(down)).doubtful[130:470, 870:890].any()
    assert not find_ink(on_paper(across)).doubtful.any()


def test_a_shadow_is_not_doubtful(mnist):
    ink = drawing(mnist)
    light = np.ones(ink.shape, np.float32)
    cv2.line(light, (100, 80), (880, 120), 0.7, 20)
    page = on_paper(ink, light=cv2.GaussianBlur(light, (0, 0), 12))
    assert not find_ink(page).doubtful.any()
