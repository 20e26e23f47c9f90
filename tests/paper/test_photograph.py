"""What paper, light and sensor do to a page is what their names say."""

from dataclasses import replace

import numpy as np
import pytest
from paper import CONDITIONS, TOUCHING, write
from paper.camera import seen
from paper.light import Light, falling
from paper.ruling import Ruling
from paper.sensor import SCREEN, recorded
from paper.surface import Surface, bare

SHAPE = (300, 400)
CLEAN = replace(CONDITIONS["clean"], frame=SHAPE)


def generator(seed=1):
    return np.random.default_rng(seed)


def white():
    return np.ones((*SHAPE, 3), np.float32)


def test_light_without_a_strength_is_full():
    assert falling(SHAPE, Light(), generator()) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_a_shadow_is_as_dark_as_asked_and_leaves_light_elsewhere(seed):
    green = falling(SHAPE, Light(shadow=(0.5, 0.5), softness=(0.01, 0.01)), generator(seed))[..., 1]
    assert (green.min(), green.max()) == pytest.approx((0.5, 1), abs=0.05)


def test_vignettes_darken_corners_and_gradients_a_side():
    corners = falling(SHAPE, Light(vignette=(0.5, 0.5)), generator())[..., 1]
    assert corners[0, 0] == pytest.approx(corners[-1, -1], abs=0.02)
    assert corners[0, 0] < 0.8 < corners[150, 200]
    assert np.ptp(falling(SHAPE, Light(gradient=(0.5, 0.5)), generator())[..., 1]) == pytest.approx(0.5, abs=0.1)


def test_a_screen_records_what_is_there():
    assert (recorded(white() * np.float32(0.4), SCREEN, generator()) == 102).all()


def test_noise_is_as_strong_as_asked():
    red, green, blue = recorded(white() / 2, replace(SCREEN, noise=(0.05, 0.05)), generator()).transpose(2, 0, 1) / 255
    assert green.std() == pytest.approx(0.05 * 0.5**0.5, rel=0.1)
    assert min(red.std(), blue.std()) > 1.05 * green.std()


def test_a_warm_cast_is_red_and_not_blue():
    red, green, blue = recorded(white() / 2, replace(SCREEN, cast=(0.1, 0.1)), generator()).mean(axis=(0, 1))
    assert red > green > blue


def test_blur_takes_contrast_and_sharpening_gives_some_back():
    stripes = np.repeat(np.resize([0.2, 0.2, 0.8, 0.8], SHAPE)[..., None], 3, axis=2).astype(np.float32)
    blurred = replace(SCREEN, blur=(2, 2))
    soft, sharp = (
        recorded(stripes.copy(), sensor, generator()).std() for sensor in (blurred, replace(blurred, sharpening=(1, 1)))
    )
    assert soft < sharp < recorded(stripes.copy(), SCREEN, generator()).std()


def test_a_cleaned_picture_is_light_ink_on_black(lines):
    page = write(lines(3), replace(CLEAN, sensor=replace(SCREEN, cleaned=True)), generator())
    for x, y, width, height in page.boxes:
        assert page.pixels[y : y + height, x : x + width].max() > 200
        page.pixels[y - 2 : y + height + 2, x - 2 : x + width + 2] = 0
    assert page.pixels.max() == 0


@pytest.mark.parametrize("strength", ["tooth", "clouds", "specks", "smears", "creases", "fibres"])
def test_each_strength_of_a_surface_is_seen(strength):
    blank = Surface(tooth=(0, 0), clouds=(0, 0), fibres=(0, 0), specks=(0, 0))
    assert np.ptp(bare(SHAPE, blank, 1, generator())[..., 0]) == 0
    span = (20, 20) if strength in {"specks", "fibres"} else (2, 2) if strength == "creases" else (0.05, 0.05)
    marked = bare(SHAPE, replace(blank, **{strength: span}), 1, generator())
    assert np.ptp(marked[..., 0]) > 0.02


def test_digits_stand_on_the_lines(lines):
    """In a picture of black ink, a red rule is where red alone is bright."""
    ruling = Ruling("lined", thickness=(0.05, 0.05), colours=((255, 0, 0),))
    page = write(lines(6), replace(CLEAN, ruling=ruling), generator())
    rules = np.flatnonzero((page.pixels[:, :5, 0] > page.pixels[:, :5, 1].astype(int) + 100).any(axis=1))
    height = max(h for *_, h in page.boxes)
    assert all(np.abs(rules - (y + h)).min() < 0.1 * height for _, y, _, h in page.boxes)


def test_each_digit_has_a_box_of_its_own(lines):
    ruling = Ruling("boxes", pitch=(1.5, 1.5), thickness=(0.03, 0.03), colours=((255, 0, 0),))
    page = write(lines(4, 3), replace(CLEAN, ruling=ruling).spaced(TOUCHING), generator())
    for x, y, width, height in page.boxes:
        beside = page.pixels[y + height // 2, :, 0] > page.pixels[y + height // 2, :, 1].astype(int) + 100
        assert beside[:x].any()
        assert beside[x + width :].any()
        assert not beside[x : x + width].any()


def test_a_margin_line_stands_left_of_the_digits(lines):
    page = write(lines(4), replace(CLEAN, ruling=Ruling("lined", margin=True)), generator())
    reddish = page.pixels[..., 0] > page.pixels[..., 2].astype(int) + 50
    columns = np.flatnonzero(reddish.mean(axis=0) > 0.5)
    assert columns.size
    assert columns.max() < page.boxes[0][0]


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_boxes_end_on_the_sheet(lines, seed):
    ruling = Ruling("boxes", pitch=(1.2, 1.2), thickness=(0.05, 0.05), colours=((255, 0, 0),))
    page = write(lines(12), replace(CLEAN, ruling=ruling), generator(seed))
    columns = np.flatnonzero((page.pixels[..., 0] > page.pixels[..., 1].astype(int) + 100).any(axis=0))
    assert page.boxes[-1][0] < columns.max() <= SHAPE[1] * (1 - CLEAN.margin) + 2


def test_a_flash_is_bright_in_one_place():
    level = falling(SHAPE, Light(flash=(0.5, 0.5)), generator())[..., 1]
    assert level.max() == pytest.approx(1, abs=0.02)
    assert level.min() < 0.8


def test_tinted_light_is_warm_on_one_side_and_cold_on_the_other():
    light = falling(SHAPE, Light(tint=(0.4, 0.4)), generator())
    warmth = light[..., 0] - light[..., 2]
    assert warmth.min() < -0.1
    assert warmth.max() > 0.1


def test_a_coarse_sensor_sees_no_single_pixels():
    dots = np.zeros((*SHAPE, 3), np.float32)
    dots[::8, ::8] = 1
    assert recorded(dots, replace(SCREEN, coarse=(4, 4)), generator()).max() < 60


def test_jpeg_leaves_its_marks_the_more_the_lower_the_quality(lines):
    sharp, fine, crude = (
        write(lines(3), replace(CLEAN, sensor=replace(SCREEN, quality=quality)), generator()).pixels.astype(int)
        for quality in (None, (95, 95), (20, 20))
    )
    assert 0 < np.abs(fine - sharp).mean() < np.abs(crude - sharp).mean() < 10


def test_the_table_is_darker_beside_the_sheet():
    def table(shape, _):
        return np.ones((*shape, 3), np.float32)

    smaller = np.array([[0.5, 0, 100], [0, 0.5, 75], [0, 0, 1]])
    picture = seen(white(), smaller, SHAPE, (table,), generator())[..., 1]
    assert picture[150, 200] == 1
    assert picture[150, 97] < 0.9 < picture[150, 20]
