"""Numbers that were cropped closely, as from a form's field: they reach the border, and are ink."""

import cv2
import numpy as np
import pytest
from ink_pages import STROKE, on_paper, strength_on, whole_digits

from tendigits.reading.ink import find_ink


def cropped(mnist, count, size, margin=0, seed=0):
    """Return how much ink there is: float32 (height, width), 0 to 1, with so many pixels around the ink's box."""
    images = [image for image, _ in whole_digits(mnist)][seed : seed + count]
    row = np.concatenate([np.pad(image, [(0, 0), (2, 2)]) for image in images], axis=1)
    ink = cv2.resize(row, None, fx=size / 20, fy=size / 20, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    rows, columns = (np.flatnonzero((ink > 0.4).any(axis=axis)) for axis in (1, 0))
    return np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].clip(0, 1), margin)


@pytest.mark.parametrize("margin", [0, 2])
@pytest.mark.parametrize("size", [30, 60, 110])
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_all_of_it_is_found(mnist, count, size, margin):
    for seed in range(0, 40, 8):
        ink = cropped(mnist, count, size, margin, seed)
        page = on_paper(ink)
        found, drawn = strength_on(page, find_ink(page)) > STROKE, ink > 0.45
        assert (found & drawn).sum() > 0.7 * drawn.sum()  # heavy strokes are thinned at the border


def test_a_strip_of_heavy_strokes_is_dark_on_light():
    page = np.full((300, 1600, 3), 245, np.uint8)
    cv2.putText(page, "12345678", (60, 220), cv2.FONT_HERSHEY_SIMPLEX, 5.5, (30, 30, 30), 10, cv2.LINE_AA)
    rows, columns = (np.flatnonzero((page[..., 0] < 128).any(axis=axis)) for axis in (1, 0))
    strip = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    found = strength_on(strip, find_ink(strip)) > STROKE
    assert not (found & (strip[..., 0] > 230)).any()


def test_a_stroke_along_the_border_is_no_table():
    ink = np.zeros((200, 420), np.float32)
    for x in (0, 220):  # two sevens, their bars along the upper border
        cv2.line(ink, (x + 30, 6), (x + 170, 6), 1.0, 14)
        cv2.line(ink, (x + 165, 6), (x + 80, 199), 1.0, 14)
    page = on_paper(ink)
    found = strength_on(page, find_ink(page)) > STROKE
    assert (found & (ink > 0.5)).sum() > 0.9 * (ink > 0.5).sum()


def test_bits_of_a_table_at_the_border_are_no_writing():
    ink = np.zeros((900, 1200), np.float32)
    for x in range(100, 1100, 150):
        cv2.circle(ink, (x, 0), 40, 1.0, -1)
    assert not find_ink(on_paper(ink)).strength.any()


@pytest.mark.parametrize("down", [0, 6])
def test_a_fainter_line_that_reaches_the_border_is_a_rule_or_an_edge(mnist, down):
    digits = np.pad(cropped(mnist, 3, 60), [(6, 20), (6, 6)])
    line = np.zeros_like(digits)
    cv2.line(line, (line.shape[1] // 3, line.shape[0] - 6), (line.shape[1], line.shape[0] - 6 - down), 0.4, 3)

    page = on_paper(np.maximum(digits, line))
    found = strength_on(page, find_ink(page)) > STROKE

    assert not (found & (line > 0.2)).any()
    assert (found & (digits > 0.45)).sum() > 0.7 * (digits > 0.45).sum()


@pytest.mark.parametrize("level", [0.4, 0.55])
def test_a_fainter_bar_above_is_a_digit_s(level):
    ink = np.zeros((70, 60), np.float32)
    cv2.line(ink, (50, 10), (25, 69), 1.0, 4)
    cv2.line(ink, (8, 1), (52, 1), level, 3)  # a 7, whose bar does not touch its stem

    page = on_paper(ink)

    assert (strength_on(page, find_ink(page)) > 0)[:3, 10:50].mean() > 0.9


def test_a_row_of_faint_digits_that_hang_together_is_no_line():
    ink = np.zeros((44, 316), np.float32)
    for x in range(12, 316, 24):
        cv2.ellipse(ink, (x, 22), (13, 17), 0, 0, 360, 0.5, 3, cv2.LINE_AA)
    cv2.circle(ink, (36, 22), 3, 1.0, -1)

    page = on_paper(ink)
    found = strength_on(page, find_ink(page)) > STROKE

    assert (found & (ink > 0.4)).sum() > 0.7 * (ink > 0.4).sum()
