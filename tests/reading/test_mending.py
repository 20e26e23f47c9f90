"""Ends of strokes that a cut leaves beside the next digit."""

import cv2
import numpy as np
import pytest
from handwritten import page

from tendigits.models import open_model
from tendigits.reading.glyphs.fragments import MOST, Fragments
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
        assert loose.share == pytest.approx(8 * 4 / (8 * 4 + 38 * 4), abs=0.05)
        pieces = fragments.pieces.copy()
        pieces[loose.fragment] = 0
        assert columns_of(fragments.ink_of(0, pieces)) == pytest.approx((4, 49), abs=2)
        assert columns_of(fragments.ink_of(1, pieces)) == pytest.approx((52, 59), abs=2)

    def test_all_ink_is_in_one_piece(self):
        ink = four_and_one(46)
        fragments = Fragments(ink, straight(41))
        for pieces in (fragments.pieces, np.zeros_like(fragments.pieces)):
            assert sum(int(fragments.ink_of(piece, pieces)[2].sum()) for piece in range(2)) == ink.sum()

    def test_half_of_a_digit_is_no_end(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.line(ink, (10, 20), (70, 20), 255, 4)
        assert Fragments(ink, straight(40)).loose() == []

    def test_of_two_small_fragments_that_hang_together_neither_is_the_others_end(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        ink[4:40, 10:16] = ink[4:40, 60:66] = 255  # two digits
        ink[20:24, 34:46] = 255  # and a dash between them, cut in the middle
        assert Fragments(ink, straight(40)).loose() == []

    def test_a_speck_is_no_end(self):
        assert len(Fragments(four_and_one(46), straight(46)).loose()) == 1
        assert Fragments(four_and_one(46), straight(48)).loose() == []

    def test_no_ink_is_dark_enough_to_hang_together(self):
        assert Fragments(np.full((HEIGHT, WIDTH), 50, np.uint8), straight(40)).loose() == []

    def test_of_tens_of_thousands_of_fragments_the_largest_are_told(self):
        ink = np.zeros((200, 1604), np.uint8)
        ink[::2, ::2] = 255
        ink[:, 700:800] = 255
        for row in range(0, 200, 2):
            ink[row, 800 : 830 + 2 * row] = 255  # hairs that stand out to the right
        seams = np.repeat(np.array([-1e4, 800, 1e4], np.float32)[:, None], 200, axis=1)
        loose = Fragments(ink, seams).loose()
        assert len(loose) == MOST
        assert loose[0].share > loose[-1].share > 0


class TestMended:
    NETWORK = open_model().weights

    def mended(self, ink, told, *columns):
        return mended(Fragments(ink, straight(*columns)), told, self.NETWORK)

    def test_the_end_of_a_bar_goes_to_its_digit(self):
        inks = self.mended(four_and_one(46), [4, 1], 41)
        assert columns_of(inks[0]) == pytest.approx((4, 49), abs=2)
        assert columns_of(inks[1]) == pytest.approx((52, 59), abs=2)

    def test_it_stays_where_the_digits_are_clearer_with_it_there(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.line(ink, (20, 4), (20, 40), 255, 4)  # a 1, and a 7 whose top begins at it
        cv2.polylines(ink, [np.array([(20, 6), (50, 6), (40, 40)])], isClosed=False, color=255, thickness=4)
        assert self.mended(ink, [1, 7], 26) == {}

    def test_what_is_no_digit_neither_gains_nor_loses(self):
        assert self.mended(four_and_one(46), [4, None], 41) == {}
        assert self.mended(four_and_one(46), [None, 1], 41) == {}

    def test_a_piece_does_not_lose_all_of_its_ink_bit_by_bit(self):
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        ink[4:40, 10:22] = 255
        for row in (4, 19, 34):
            ink[row : row + 6, 22:44] = 255
        fragments = Fragments(ink, straight(36))
        assert len(fragments.loose()) == 3
        inks = mended(fragments, [1, 1], self.NETWORK)
        left = inks[1][2] if inks else fragments.ink_of(1, fragments.pieces)[2]
        assert left.sum() > 0.6 * ink[:, 36:].sum()


@pytest.mark.parametrize(("x", "thin", "thick", "high"), [(193, 5, 7, 22), (190, 2, 13, 16), (198, 4, 7, 16)])
def test_a_drawing_in_which_all_of_a_piece_hangs_together_with_the_next_is_read(x, thin, thick, high):
    """Three bars from a ring to a dotted line, of which each is about a third of what a cut leaves."""
    picture = np.full((300, 400, 3), 255, np.uint8)
    cv2.ellipse(picture, (111, 150), (37, 47), 0, 0, 360, (0, 0, 0), 7)
    for begin, y in ((130, 113), (140, 145), (140, 178)):
        cv2.line(picture, (begin, y), (x, y), (0, 0, 0), thin)
        cv2.line(picture, (x, y - high // 2), (x, y + high // 2), (0, 0, 0), thick)
    assert all(digit.glyph.any() for digit in Reader().read(picture).digits)


def test_the_network_is_shown_what_the_box_holds(mnist, monkeypatch):
    pages = [page(mnist, 6, 6, seed=seed, gap=(0.05, 0.2)).pixels for seed in range(4)]
    mended_digits = [digit for each in pages for digit in Reader().read(each).digits]
    monkeypatch.setattr("tendigits.reading.recognition.mended", lambda *_: {})
    cut_digits = [digit for each in pages for digit in Reader().read(each).digits]
    changed = [pair for pair in zip(mended_digits, cut_digits, strict=True) if pair[0].box != pair[1].box]
    assert changed
    assert all((one.glyph != other.glyph).any() for one, other in changed)


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
