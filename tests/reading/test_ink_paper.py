"""What paper, light and pens do to a page is not ink."""

import cv2
import numpy as np
import pytest
from ink_pages import CONDITIONS, drawing, likeness, on_paper, photograph
from paper.nonsense import nonsense
from paper.sensor import recorded
from paper.things import _bricks as bricks

from tendigits.reading.ink import find_ink

BLANK = ["phone photo", "shadow", "dim corner", "flash", "webcam", "whiteboard", "pencil", "ruled", "squared", "clean"]


@pytest.mark.parametrize("name", BLANK)
def test_a_blank_page_has_no_ink(name):
    ink = find_ink(nonsense("blank", CONDITIONS[name], np.random.default_rng(5)).pixels)
    assert not ink.strength.any()
    assert ink.stroke_width == 0


@pytest.mark.parametrize("level", [0, 1, 60, 128, 254, 255])
def test_one_colour_has_no_ink(level):
    assert not find_ink(np.full((300, 400, 3), level, np.uint8)).strength.any()


def test_the_edge_of_a_shadow_is_no_ink_and_digits_in_it_are(mnist):
    ink = drawing(mnist)
    light = np.ones(ink.shape, np.float32)
    light[:, 500:] = 0.65
    assert likeness(on_paper(ink, light=cv2.GaussianBlur(light, (0, 0), 4)), ink) > 0.85


def test_a_vignette_is_no_ink(mnist):
    ink = drawing(mnist)
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    assert likeness(on_paper(ink, light=(1 - 0.4 * (x**2 + y**2)).astype(np.float32)), ink) > 0.85


@pytest.mark.parametrize("pen", [(200, 30, 40), (20, 120, 60), (30, 50, 170), (230, 120, 30), (250, 220, 60)])
def test_pens_of_any_colour(mnist, pen):
    ink = drawing(mnist)
    page = on_paper(ink, pen=pen)
    assert likeness(page, ink) > 0.85
    assert np.quantile(find_ink(page).strength[find_ink(page).strength > 0], 0.6) > 230


def test_faint_pencil_becomes_full_ink(mnist):
    ink = drawing(mnist)
    faint = on_paper(ink, pen=(205, 203, 198))
    assert likeness(faint, ink) > 0.8
    strength = find_ink(faint).strength
    assert np.quantile(strength[strength > 0], 0.6) > 220


@pytest.mark.parametrize("seed", [3, 8, 11])  # these have joints as dark, thin and sharp as a pen's strokes
def test_a_wall_of_bricks_has_no_ink(seed):
    generator = np.random.default_rng(seed)
    wall = recorded(bricks((600, 800), generator), CONDITIONS["phone photo"].sensor, generator)
    assert not find_ink(wall).strength.any()


def test_digits_among_many_soft_spots_are_ink(mnist):
    ink = drawing(mnist)
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    light = np.ones(ink.shape, np.float32)
    for middle in range(60, 1000, 120):
        for level in (80, 520):
            light -= 0.35 * np.exp(-((x - middle) ** 2 + (y - level) ** 2) / (2 * 25**2)).astype(np.float32)
    assert likeness(on_paper(ink, light=light), ink) > 0.85


def test_grey_levels_survive(mnist):
    strength = find_ink(on_paper(drawing(mnist))).strength
    edges = strength[(strength > 0) & (strength < 255)]
    assert len(np.unique(edges)) > 100
    assert (strength == 255).sum() > (strength > 0).sum() / 4
    assert (strength == 0).mean() > 0.8


def test_jpeg_blocks_are_no_ink(mnist):
    ink = drawing(mnist)
    _, file = cv2.imencode(".jpg", on_paper(ink), [cv2.IMWRITE_JPEG_QUALITY, 20])
    assert likeness(cv2.imdecode(file, cv2.IMREAD_COLOR), ink) > 0.85


def test_a_small_page_in_a_photograph_of_noise_stays_quiet(mnist):
    page = photograph(mnist, "dim corner", 3)
    assert cv2.connectedComponents((find_ink(page.pixels).strength > 0).astype(np.uint8))[0] - 1 <= 3 + 3
