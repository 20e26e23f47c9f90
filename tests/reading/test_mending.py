"""Ends of strokes that a cut leaves beside the next digit."""

import cv2
import numpy as np
import pytest
from handwritten import page

from tendigits.models import open_model
from tendigits.reading.glyphs.fragments import Fragments
from tendigits.reading.mending import mended
from tendigits.reading.reader import Reader

HEIGHT, WIDTH = 44, 80


def four_and_one(bar_to):
    """A 4 whose bar ends in this column, and a 1 in the columns from 52."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    for begin, end in (((14, 3), (6, 26)), ((6, 26), (bar_to, 26)), ((24, 8), (24, 41)), ((56, 3), (54, 41))):
        cv2.line(ink, begin, end, 255, 4, cv2.LINE_AA)
    return ink


def straight(*columns):
    """Seams that run down these columns, and the ends of the line."""
    return np.repeat(np.array([-1e4, *columns, 1e4], np.float32)[:, None], HEIGHT, axis=1)


def columns_of(ink):
    x, _, pixels = ink
    return x, x + pixels.shape[1]


class TestFragments:
    def test_without_a_cut_through_ink_nothing_is_loose(self):
        assert Fragments(four_and_one(38), straight(46)).loose() == []

    def test_what_is_cut_off_a_bar_hangs_together_with_the_digit_that_has_the_bar(self):
        fragments = Fragments(four_and_one(46), straight(41))
        (loose,) = fragments.loose()
        assert (loose.piece, loose.neighbour) == (1, 0)
        pieces = fragments.moved([(loose.fragment, loose.neighbour)])
        assert columns_of(fragments.ink_of(0, pieces)) == pytest.approx((4, 49), abs=2)
        assert columns_of(fragments.ink_of(1, pieces)) == pytest.approx((52, 59), abs=2)

    def test_all_ink_is_in_one_piece(self):
        ink = four_and_one(46)
        fragments = Fragments(ink, straight(41))
        for moved in ([], [(each.fragment, each.neighbour) for each in fragments.loose()]):
            pieces = fragments.moved(moved)
            total = sum(int(fragments.ink_of(piece, pieces)[2].sum()) for piece in range(2))
            assert total == ink.sum()

    def test_half_of_a_digit_is_no_end(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.line(ink, (10, 20), (70, 20), 255, 4)
        assert Fragments(ink, straight(40)).loose() == []

    def test_of_two_small_fragments_that_hang_together_neither_is_the_others_end(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        ink[4:40, 10:16] = ink[4:40, 60:66] = 255  # two digits
        ink[20:24, 34:46] = 255  # and a dash between them, cut in the middle
        assert Fragments(ink, straight(40)).loose() == []

    def test_no_ink_is_dark_enough_to_hang_together(self):
        assert Fragments(np.full((HEIGHT, WIDTH), 50, np.uint8), straight(40)).loose() == []


class TestMended:
    NETWORK = open_model(None).weights

    def mended(self, ink, told, said, *columns):
        return mended(Fragments(ink, straight(*columns)), told, np.array(said), self.NETWORK)

    @staticmethod
    def saying(digit, probability):
        others = (1 - probability) / 9
        return [probability if each == digit else others for each in range(10)]

    def test_the_end_of_a_bar_goes_to_its_digit(self):
        inks = self.mended(four_and_one(46), [4, 1], [self.saying(4, 0.5), self.saying(1, 0.5)], 41)
        assert columns_of(inks[0]) == pytest.approx((4, 49), abs=2)
        assert columns_of(inks[1]) == pytest.approx((52, 59), abs=2)

    def test_it_stays_where_the_digits_are_much_clearer_with_it_there(self):
        said = [self.saying(9, 1), self.saying(7, 1)]  # which they are not without it
        assert self.mended(four_and_one(46), [9, 7], said, 41) == {}

    def test_what_is_no_digit_neither_gains_nor_loses(self):
        said = [self.saying(4, 0.5), self.saying(1, 0.5)]
        assert self.mended(four_and_one(46), [4, None], said, 41) == {}
        assert self.mended(four_and_one(46), [None, 1], said, 41) == {}


def test_boxes_of_digits_apart_are_where_their_ink_is(mnist):
    off = []
    for seed in range(8):
        written = page(mnist, 6, 6, seed=seed, gap=(0.05, 0.2))
        reading = Reader().read(written.pixels)
        if reading.text != written.text:
            continue
        for digit, (left, top, width, height) in zip(reading.digits, written.boxes, strict=True):
            x, y, wide, high = digit.box
            sides = (x - left, y - top, x + wide - left - width, y + high - top - height)
            off.append(max(map(abs, sides)) / height)
    assert len(off) >= 60
    assert np.mean(np.array(off) > 0.15) < 0.03
