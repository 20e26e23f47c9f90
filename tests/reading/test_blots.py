"""What was struck out, and that digits are not."""

import cv2
import numpy as np
import pytest

from tendigits.reading.glyphs.blots import struck_out
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.piece import Piece
from tendigits.reading.reader import Reader


def zigzag(x, y, width=90, height=80, turns=30):
    """Points of a pen that goes up and down and to the right."""
    along = np.linspace(x, x + width, turns)
    return np.column_stack([along, np.resize([y, y + height], turns)]).astype(np.int32)


def circle(x, y, radius):
    angle = np.linspace(0, 2 * np.pi, 60)
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]).astype(np.int32)


def drawn(*paths, pen=3, shape=(150, 400)):
    ink = np.zeros(shape, np.uint8)
    cv2.polylines(ink, paths, False, 255, pen, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's order: is_closed
    return ink


def struck(ink, stroke_width=3):
    return struck_out(connected_parts(ink, stroke_width))


def test_a_scribble_to_and_fro_is_struck_out():
    [blot] = struck(drawn(zigzag(20, 20)))
    assert (blot.x, blot.y) == (17, 17)


def test_what_stands_in_a_scribble_goes_with_it_and_what_stands_beside_it_does_not():
    [blot] = struck(drawn(zigzag(20, 20)))
    loose = Piece(100, 60, np.full((50, 16), 255, np.uint8))  # of which more than half lies within
    beside = Piece(105, 30, np.full((50, 40), 255, np.uint8))
    assert struck_out([loose, beside, blot]) == [loose, blot]
    assert struck_out([loose, beside]) == []


@pytest.mark.parametrize("pen", [2, 3, 8])
def test_touching_eights_are_not(pen):
    rings = [circle(x, y, 20) for x in (40, 78, 116) for y in (40, 78)]
    assert not struck(drawn(*rings, pen=pen), pen)


def test_grainy_strokes_are_not():
    ring = drawn(circle(60, 60, 40), pen=12)
    grain = np.random.default_rng(0).random(ring.shape) < 0.75
    assert not struck((ring * grain).astype(np.uint8), 12)


def test_on_a_page_it_is_a_mark_and_the_digits_beside_it_are_read():
    one, seven = np.array([[40, 20], [38, 100]], np.int32), np.array([[80, 22], [120, 20], [95, 100]], np.int32)
    page = 255 - np.dstack([drawn(one, seven, zigzag(180, 20, height=75), pen=4)] * 3)
    reading = Reader().read(page)
    assert reading.text == "17"
    [mark] = reading.marks
    x, _, width, _ = mark.box
    assert abs(x - 178) < 5
    assert abs(width - 94) < 8
