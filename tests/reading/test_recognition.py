"""What the two networks say of a digit, put together: the one that sees the line, and the one that sees it cut out."""

import numpy as np
import pytest

from tendigits.models import open_model
from tendigits.reading import recognition
from tendigits.reading.glyphs.canvas import SCALE, Canvas
from tendigits.reading.glyphs.lattice import Lattice
from tendigits.reading.recognition import recognise


def sure_of(digit, probability):
    """What a network says that gives the rest to all other digits alike."""
    said = np.full(10, (1 - probability) / 9)
    said[digit] = probability
    return said


def agreed(seen, told):
    (both,) = recognition._agreed(np.array([seen]), np.array([told]))
    assert both.sum() == pytest.approx(1)
    return both


class TestWhichDigitItIs:
    def test_where_both_are_as_sure_of_another_the_network_that_sees_the_line_decides(self):
        assert agreed(seen=sure_of(3, 0.9), told=sure_of(8, 0.9)).argmax() == 8

    def test_where_the_line_leaves_it_open_the_network_that_sees_the_digit_decides(self):
        left_open = np.where(np.isin(range(10), (3, 8)), 0.5, 0.0)
        assert agreed(seen=sure_of(3, 0.9), told=left_open).argmax() == 3

    def test_two_that_agree_are_surer_than_the_one_that_sees_the_line(self):
        assert agreed(seen=sure_of(3, 0.9), told=sure_of(3, 0.7))[3] > 0.7

    def test_what_one_holds_for_impossible_may_be_right_if_the_other_is_sure(self):
        nowhere = np.where(np.isin(range(10), 8), 1.0, 0.0)
        assert 0 < agreed(seen=sure_of(3, 0.9), told=nowhere)[3] < 0.01


def two_blots_that_may_be_one():
    """A run that looks a little more like two 3s than like one 8."""
    ink = np.zeros((SCALE + 4, 60), np.uint8)
    ink[2:-2, 4:26] = ink[2:-2, 34:56] = 255
    seams = np.repeat(np.array([-1e4, 30, 1e4], np.float32)[:, None], len(ink), axis=1)
    spans = np.full((3, 11), -60.0)
    spans[:2, 3], spans[2, 8] = np.log(0.6), np.log(0.3)
    left = np.array([0, 0.5, 1]) * ink.sum() / 255
    pieces = np.array([(0, 1), (1, 2), (0, 2)])
    return Lattice(
        Canvas(ink, len(ink) / 2, 1.0, 0, 0, 0.0), seams, np.array([1, 0.5, 1], np.float32), pieces, spans, left
    )


@pytest.mark.parametrize(("clear", "read"), [((0.99, 0.99, 0.99), [3, 3]), ((0.2, 0.2, 0.99), [8])])
def test_a_cut_that_leaves_what_the_network_knows_for_no_digit_is_less_probable(clear, read, monkeypatch):
    said = np.stack([sure_of(digit, probability) for digit, probability in zip((3, 3, 8), clear, strict=True)])
    monkeypatch.setattr(recognition, "predict", lambda network, glyphs: said[: len(glyphs)])

    found = recognise([[two_blots_that_may_be_one()]], open_model().weights)

    assert [int(digit.probability.argmax()) for digit in found.digits] == read
