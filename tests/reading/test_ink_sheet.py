"""What lies beside the sheet, and the sheet's own edge, are not ink."""

import cv2
import numpy as np
import pytest
from ink_pages import drawing, likeness, on_paper

from tendigits.reading.ink import find_ink


def on_a_table(page, table, corners):
    """Return the page within these corners of a picture of its own size, and where it went."""
    height, width = page.shape[:2]
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(own, np.array(corners, np.float32))
    seen = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (width, height))[..., None] / 255
    picture = cv2.warpPerspective(page, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return (picture * seen + table * (1 - seen)).astype(np.uint8), matrix


def tables():
    generator = np.random.default_rng(3)
    shape = (600, 1000, 1)
    colour = np.array((90, 60, 35))
    yield pytest.param(np.full((600, 1000, 3), (60, 58, 64)), id="plain")
    yield pytest.param((colour + generator.normal(0, 14, shape)).clip(0, 255), id="grainy")
    bands = np.sin(np.arange(1000) / 6)[None, :, None] * 12
    yield pytest.param((colour + bands + generator.normal(0, 3, shape)).clip(0, 255), id="wood")


@pytest.mark.parametrize("table", list(tables()))
def test_a_table_is_no_ink(mnist, table):
    ink = drawing(mnist)
    picture, matrix = on_a_table(on_paper(ink), table, [(90, 70), (930, 40), (960, 540), (60, 560)])
    moved = cv2.warpPerspective(ink, matrix, (1000, 600))
    assert likeness(picture, moved) > 0.8


def test_a_scanner_s_lid_is_no_ink(mnist):
    ink = drawing(mnist)
    page = on_paper(ink)
    page[:, 975:] = 8
    page[:10] = 8
    assert likeness(page, ink) > 0.85


@pytest.mark.parametrize("corner", [16, 24, 32])
def test_the_narrow_end_of_a_table_beside_a_sheet_askew_is_no_ink(mnist, corner):
    ink = drawing(mnist)
    table = np.full((600, 1000, 3), (98, 96, 92))
    picture, matrix = on_a_table(on_paper(ink), table, [(corner, 20), (980, 60), (950, 640), (-18, 640)])
    picture = cv2.GaussianBlur(picture, (0, 0), 1.2)
    assert likeness(picture, cv2.warpPerspective(ink, matrix, (1000, 600))) > 0.9


def test_a_light_table_on_two_sides_of_a_sheet_is_no_ink(mnist):
    ink = drawing(mnist)
    table = np.full((600, 1000, 3), (188, 184, 175))
    picture, matrix = on_a_table(on_paper(ink), table, [(120, -20), (1010, -20), (1010, 540), (120, 535)])
    shade = cv2.GaussianBlur((picture[..., 0] < 200).astype(np.float32), (0, 0), 6)[..., None]
    picture = (picture * (1 - 0.25 * shade * (picture > 200))).astype(np.uint8)
    assert likeness(picture, cv2.warpPerspective(ink, matrix, (1000, 600))) > 0.8


def test_a_digit_close_to_the_table_that_a_strip_of_paper_ends_with_is_found(mnist):
    ink = drawing(mnist, size=52, frame=(54, 560))
    end = np.flatnonzero((ink > 0.3).any(axis=0))[-1] + 1
    ink = ink[:, : end + 10]
    page = on_paper(ink, pen=(190, 190, 212))
    grain = np.random.default_rng(0).normal(0, 12, (54, 10, 3))
    page[:, end:] = (np.linspace(110, 60, 10)[:, None] + grain).clip(0, 255)
    assert likeness(cv2.GaussianBlur(page, (0, 0), 0.8), ink) > 0.87


def test_what_is_beyond_the_sheet_s_edge_in_a_corner_is_no_ink(mnist):
    ink = drawing(mnist, size=50, frame=(1200, 900))
    page = on_paper(ink, pen=(150, 150, 170))
    beyond = cv2.fillConvexPoly(np.zeros((1200, 900), np.uint8), np.array([[0, 0], [34, 0], [0, 171]]), 1)
    page[beyond > 0] -= 25
    assert likeness(page, ink) > 0.8


EDGES = {
    "at the right": np.s_[300:580, -3:],
    "at the left": np.s_[300:580, :3],
    "at the bottom": np.s_[-3:, 500:780],
    "at the top": np.s_[:3, 500:780],
    "a table that ends two pixels before the corner": np.s_[400:-2, -20:],
    "a speck on the border": np.s_[-4:, 300:302],
}


@pytest.mark.parametrize("turned", [False, True], ids=["landscape", "portrait"])
@pytest.mark.parametrize("place", EDGES.values(), ids=EDGES)
@pytest.mark.parametrize("side", [896, 897, 900, 903])  # whole coarse pixels, and one to seven pixels fewer
def test_what_lies_along_any_border_is_no_ink(mnist, side, place, turned):
    ink = drawing(mnist, frame=(side, 1200))
    edge = np.zeros_like(ink)
    edge[place] = 0.8
    if turned:
        ink, edge = ink.T, edge.T

    strength = find_ink(on_paper(np.maximum(ink, edge))).strength

    kept = cv2.resize(strength, ink.shape[::-1])
    assert not (kept > 0)[edge > 0].any()
    assert (kept > 100)[ink > 0.5].mean() > 0.9
