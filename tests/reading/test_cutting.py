"""Lines on their canvas, the seams that may cut them, and what networks see of them."""

import cv2
import numpy as np
import pytest

from tendigits.reading.glyphs.canvas import SCALE, canvas
from tendigits.reading.glyphs.lattice import lattice
from tendigits.reading.glyphs.lines import Line, text_lines
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.piece import Piece
from tendigits.reading.glyphs.seams import seams
from tendigits.reading.glyphs.views import COLUMNS, ROWS, SMALL, View

RULE = SCALE // 10
"""The width of strokes here."""


def line_of(ink):
    (line,) = text_lines(connected_parts(ink, 4))
    return line


def rings(*middles, height=80, width=400):
    """Rings side by side, as zeros are."""
    ink = np.zeros((height + 40, width), np.uint8)
    for x in middles:
        cv2.ellipse(ink, (x, 20 + height // 2), (height // 3, height // 2 - 3), 0, 0, 360, 255, 6, cv2.LINE_AA)
    return ink


def left_shares(ink, found):
    """Return which part of the ink is left of each seam."""
    columns = np.arange(ink.shape[1]) + 0.5
    return np.array([(ink * (columns < seam[:, None])).sum() / ink.sum() for seam in found])


@pytest.mark.parametrize("height", [30, 80, 200])
def test_digits_of_any_height_are_as_high_on_the_canvas(height):
    where = canvas(line_of(rings(60, 200, height=height, width=500)))
    rows = np.flatnonzero(where.ink.max(axis=1) > 100)
    assert abs((rows[-1] - rows[0] + 1) - SCALE) <= 2
    assert where.middle == pytest.approx((rows[0] + rows[-1] + 1) / 2, abs=1.5)


@pytest.mark.parametrize("slope", [0.0, 0.12, -0.12])
def test_a_box_of_the_canvas_is_where_the_ink_was(slope):
    ink = np.zeros((200, 600), np.uint8)
    for i in range(8):
        x, y = 20 + 70 * i, round(80 + slope * 70 * i)
        ink[y : y + 50, x : x + 30] = 255
    where = canvas(line_of(ink))
    count, _, stats, _ = cv2.connectedComponentsWithStats((where.ink > 128).astype(np.uint8))
    assert count == 9
    for i, (x, y, width, height, _) in enumerate(sorted(stats[1:].tolist())):
        left, top, right, bottom = where.box(x, y, x + width, y + height)
        assert (left, right) == pytest.approx((20 + 70 * i, 50 + 70 * i), abs=2)
        level = 80 + slope * 70 * i
        assert (top, bottom) == pytest.approx((level, level + 50), abs=5)


def test_a_sloping_line_is_level_on_the_canvas():
    ink = np.zeros((300, 900), np.uint8)
    for i in range(12):
        y = round(60 + 0.15 * 70 * i)
        ink[y : y + 50, 20 + 70 * i : 50 + 70 * i] = 255
    assert canvas(line_of(ink)).ink.shape[0] < 1.5 * SCALE


def test_between_digits_that_do_not_touch_there_is_a_seam_without_ink():
    where = canvas(line_of(rings(60, 160)))
    shares = left_shares(where.ink, seams(where.ink))
    assert np.abs(shares - 0.5).min() < 0.005


def test_where_digits_touch_there_is_a_seam():
    where = canvas(line_of(rings(60, 112)))
    shares = left_shares(where.ink, seams(where.ink))
    assert np.abs(shares - 0.5).min() < 0.02


def test_seams_come_from_left_to_right_and_leave_ink_on_both_sides():
    where = canvas(line_of(rings(60, 112, 200)))
    shares = left_shares(where.ink, seams(where.ink))
    assert (np.diff(shares) > -0.03).all()  # the order is that of a coarser canvas
    assert shares[0] > 0
    assert shares[-1] < 1


def test_the_judge_sees_all_ink_near_by_in_two_layers():
    where = canvas(line_of(rings(60, 112)))
    found = seams(where.ink)
    views = View(where).windows(found)
    assert views.shape == (len(found), 2, ROWS, COLUMNS)
    assert not np.minimum(views[:, 0], views[:, 1]).any()  # no pixel is on both sides
    middle = views[np.abs(left_shares(where.ink, found) - 0.5).argmin()].astype(float)
    assert middle[0].sum() == pytest.approx(middle[1].sum(), rel=0.1)


def test_a_line_is_shown_with_its_digits_in_the_middle_rows_and_as_high_as_they_are():
    ink = View(canvas(line_of(rings(60, 160)))).ink
    rows = np.flatnonzero(ink.max(axis=1) > 60)
    assert len(ink) == ROWS
    assert abs(len(rows) - SMALL) <= 2
    assert abs((rows[0] + rows[-1] + 1) / 2 - ROWS / 2) <= 1


def test_seams_are_in_the_columns_that_are_shown():
    where = canvas(line_of(rings(60, 160)))
    straight = np.full((1, len(where.ink)), 30, np.float32)
    assert View(where).middles(straight) == pytest.approx([30 * SMALL / SCALE])


def test_the_pieces_between_neighbouring_seams_are_all_of_the_line():
    found = lattice(canvas(line_of(rings(60, 112, 200, 300))))
    neighbours = [i for i, (first, last) in enumerate(found.pieces) if last == first + 1]
    total = sum(float(found.ink_of(i)[2].sum()) for i in neighbours)
    assert total == pytest.approx(found.canvas.ink.sum(), rel=0.02)


def test_a_whole_line_may_be_one_piece():
    found = lattice(canvas(line_of(rings(60))))
    whole = [i for i, piece in enumerate(found.pieces) if tuple(piece) == (0, len(found.seams) - 1)]
    _, _, ink = found.ink_of(whole[0])
    assert ink.sum() == pytest.approx(found.canvas.ink.sum(), rel=0.01)
    assert found.spans[whole[0], 0] > np.log(0.9)


def test_a_line_is_found_again_from_its_parts_alone():
    parts = tuple(Piece(30 * i, 5, np.full((40, 20), 255, np.uint8)) for i in range(3))
    where = canvas(Line(parts, 40, (0.0, 25.0)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(where.ink)
    assert count == 1 + len(parts)
    for part, (x, y, width, height, _) in zip(parts, sorted(stats[1:].tolist()), strict=True):
        assert where.box(x, y, x + width, y + height) == (part.x, part.y, part.right, part.bottom)
