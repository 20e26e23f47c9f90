"""Connected parts, and the lines that they stand in."""

import cv2
import numpy as np
import pytest

from tendigits.reading.glyphs.lines import glyph_height, text_lines
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.piece import Piece, united


def block(x, y, width=20, height=40):
    return Piece(x, y, np.full((height, width), 255, np.uint8))


def starts(lines):
    return [[part.x for part in line.parts] for line in lines]


def test_parts_are_what_hangs_together():
    ink = np.zeros((60, 100), np.uint8)
    ink[10:50, 10:20] = ink[10:50, 40:60] = 255
    ink[30, 20:25] = 40  # grey, and not as far as the next
    parts = connected_parts(ink, 5)
    assert [(part.x, part.width) for part in sorted(parts, key=lambda part: part.x)] == [(9, 12), (39, 22)]


def test_a_part_has_its_grey_fringe_and_no_one_else_s_ink():
    ink = np.zeros((20, 20), np.uint8)
    ink[5:15, 5:8] = 200
    ink[5:15, 8] = 50
    ink[5:15, 9:12] = 180
    one, other = sorted(connected_parts(ink, 1), key=lambda part: part.x)
    assert set(np.unique(one.ink)) == {0, 50, 200}
    assert set(np.unique(other.ink)) == {0, 50, 180}


def test_specks_are_no_parts_and_dots_are():
    ink = np.zeros((100, 100), np.uint8)
    ink[10, 10] = ink[50, 50] = 255
    cv2.circle(ink, (70, 70), 3, 255, -1)
    assert [(part.x, part.y) for part in connected_parts(ink, 6)] == [(66, 66)]


def test_gaps_narrower_than_a_stroke_leave_a_part_whole_and_wider_ones_do_not():
    ink = np.zeros((100, 40), np.uint8)
    ink[10:90, 16:22] = 255
    for gap, count in ((4, 1), (12, 2)):
        broken = ink.copy()
        broken[48 : 48 + gap] = 0
        parts = connected_parts(broken, stroke_width=6.0)
        assert len(parts) == count
        assert sum(part.mass for part in parts) == broken.sum() / 255


def test_lines_come_from_the_top_and_their_parts_from_the_left():
    parts = [block(50, 200), block(0, 0), block(100, 5), block(0, 200), block(50, -3)]
    assert starts(text_lines(parts)) == [[0, 50, 100], [0, 50]]


@pytest.mark.parametrize("slope", [-0.15, 0.0, 0.15])
def test_a_sloping_line_is_one_line(slope):
    parts = [block(40 * i, round(300 + slope * 40 * i)) for i in range(12)]
    lines = text_lines(parts)
    assert len(lines) == 1
    assert lines[0].slope == pytest.approx(slope, abs=0.02)
    assert lines[0].middle(250) == pytest.approx(320 + slope * 240, abs=3)


def test_what_is_far_to_the_right_on_the_same_level_is_read_after():
    parts = [block(0, 10), block(40, 10), block(600, 0), block(640, 0)]
    assert starts(text_lines(parts)) == [[0, 40], [600, 640]]


def test_small_parts_belong_to_the_line_they_are_near_to():
    comma, stray, dust = block(42, 38, 4, 10), block(300, 400, 12, 6), block(200, 300, 3, 3)
    lines = text_lines([block(0, 0), block(60, 0), comma, stray, dust])
    assert starts(lines) == [[0, 42, 60], [300]]


def test_the_height_of_digits_is_not_that_of_crumbs():
    assert glyph_height([block(0, 0), block(50, 0, height=42), *(block(i, 90, 3, 3) for i in range(50))]) in (40, 42)


def test_no_parts_are_no_lines():
    assert text_lines([]) == []


def test_pieces_together_have_all_their_ink():
    one, other = block(3, 5, 4, 6), block(20, 0, 2, 2)
    both = united([one, other])
    assert (both.x, both.y, both.right, both.bottom) == (3, 0, 22, 11)
    assert both.mass == pytest.approx(one.mass + other.mass)
    assert united([one]) is one
