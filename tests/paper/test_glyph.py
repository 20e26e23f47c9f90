"""A digit of MNIST keeps its shape at any size, and takes the width of the pen."""

import cv2
import numpy as np
import pytest
from paper.glyph import Glyph, Shape
from paper.thinning import skeleton


def pieces(ink):
    return cv2.connectedComponents(ink.astype(np.uint8))[0] - 1


@pytest.fixture
def bar():
    """A 1 that is four pixels wide and twenty high."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 255
    return image


@pytest.mark.parametrize("scale", [0.5, 1, 3, 10])
def test_ink_grows_with_the_square_of_the_size(whole_digits, scale):
    drawn = [Glyph(image).drawn(Shape(scale)).sum() / scale**2 for image, _ in whole_digits[:10]]
    assert drawn == pytest.approx([Glyph(image).drawn(Shape(5)).sum() / 25 for image, _ in whole_digits[:10]], rel=0.05)


@pytest.mark.parametrize("pen", [2, 10, 20, 60])
def test_strokes_are_as_wide_as_the_pen(bar, pen):
    drawn = Glyph(bar).drawn(Shape(scale=10, pen=pen))
    assert drawn[len(drawn) // 2].sum() == pytest.approx(pen, rel=0.2, abs=1)


@pytest.mark.parametrize("pen", [1.5, 5, 12])
def test_no_pen_breaks_a_digit(whole_digits, pen):
    assert {pieces(Glyph(image).drawn(Shape(5, pen=pen)) >= 0.5) for image, _ in whole_digits[:50]} == {1}


def test_a_skeleton_is_thin_and_as_connected_as_the_ink(whole_digits):
    for image, _ in whole_digits[:20]:
        ink = cv2.resize(image, (112, 112), interpolation=cv2.INTER_CUBIC) > 100
        line = skeleton(ink)
        assert (ink | ~line).all()
        assert (pieces(line), pieces(np.pad(~line, 1))) >= (pieces(ink), 1)
        assert not cv2.erode(line.astype(np.uint8), np.ones((3, 3), np.uint8)).any()


def test_a_fine_pen_opens_a_filled_loop(bar):
    """A stem that stands on a blot is a 6 or a b that a broad pen wrote; a finer one leaves a hole in it."""
    blot = cv2.circle(bar, (14, 19), 6, 255, -1)
    inks = [np.pad(Glyph(blot).drawn(Shape(10, pen=pen)), 1) >= 0.5 for pen in (60, 40, 20, 5)]
    assert [pieces(~ink) for ink in inks] == [1, 2, 2, 2]
    assert [pieces(ink) for ink in inks] == [1, 1, 1, 1]
