"""Synthetic pages say the truth: about what is written, where it is, and what touches what."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from paper import APART, CONDITIONS, OVERLAPPING, TOUCHING, write
from paper.camera import Camera

from tendigits.data.normalization import normalize

CLEAN = CONDITIONS["clean"]
WITH_A_PEN = replace(CLEAN, pen=replace(CLEAN.pen, width=(0.06, 0.12)))
UPRIGHT = replace(CLEAN, hand=replace(CLEAN.hand, slant=(0, 0)))


def generator(seed=1):
    return np.random.default_rng(seed)


def small(condition):
    """The same condition as a smaller picture, which takes less time."""
    height, width = condition.frame
    return condition if height < 300 else replace(condition, frame=(height * 300 // height, width * 300 // height))


def ink(page):
    """uint8 (height, width) of a page that is black on white: ink bright."""
    return 255 - page.pixels[..., 0]


def cut(page, box):
    x, y, width, height = box
    return ink(page)[y : y + height, x : x + width]


def parts(page):
    """The boxes of what hangs together, background left out."""
    return cv2.connectedComponentsWithStats((ink(page) >= 128).astype(np.uint8))[2][1:, :4]


def edges(boxes):
    """Left, top, right and bottom of boxes."""
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def test_the_generators_state_decides_everything(lines):
    first, again, other = (write(lines(2, 3), small(CONDITIONS["phone photo"]), generator(seed)) for seed in (1, 1, 2))
    assert (first.pixels == again.pixels).all()
    assert first.boxes == again.boxes
    assert (first.pixels != other.pixels).any()


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_makes_a_picture_with_its_digits_in_sight(lines, name):
    condition = small(CONDITIONS[name])
    page = write(lines(3, 1, 4), condition, generator())
    height, width = condition.frame
    assert (page.pixels.shape, page.pixels.dtype) == ((height, width, 3), np.uint8)
    assert page.condition == name
    assert len(page.boxes) == 8
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in page.boxes)
    assert page.pixels.std() > 1


def test_text_and_boxes_are_in_reading_order(lines):
    digits = lines(4, 2, 5)
    page = write(digits, CLEAN.spaced(APART), generator())
    assert page.text == "\n".join("".join(str(label) for _, label in line) for line in digits)
    x, y = np.array([(x + w / 2, y + h / 2) for x, y, w, h in page.boxes]).T
    for line in (slice(0, 4), slice(4, 6), slice(6, 11)):
        assert (np.diff(x[line]) > 0).all()
    assert y[:4].max() < y[4:6].min()
    assert y[4:6].max() < y[6:].min()


def test_a_box_holds_its_digit(lines):
    """Cut out and normalised as MNIST was, the ink is the digit that was written."""
    digits = lines(*[1] * 6)
    page = write(digits, UPRIGHT, generator())
    for box, [(image, _)] in zip(page.boxes, digits, strict=True):
        assert np.corrcoef(normalize(cut(page, box)).ravel(), image.ravel())[0, 1] > 0.93


def test_boxes_are_the_bounds_of_the_ink(lines):
    page = write(lines(*[1] * 6), CLEAN, generator())
    assert np.abs(np.array(page.boxes) - parts(page)).max() <= 1


def test_all_ink_is_in_boxes(lines):
    page = write(lines(5, 7), CLEAN, generator())
    outside = ink(page)
    for x, y, width, height in page.boxes:
        outside[y : y + height, x : x + width] = 0
    assert outside.max() < 128


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("condition", [WITH_A_PEN, small(CONDITIONS["drawing"])], ids=lambda condition: condition.name)
def test_digits_apart_are_as_many_parts(lines, condition, seed):
    page = write(lines(6, 4), condition.spaced(APART), generator(seed))
    assert len(parts(page)) == 10


@pytest.mark.parametrize("gap", [TOUCHING, (0, 0), OVERLAPPING])
@pytest.mark.parametrize("seed", range(3))
def test_digits_that_touch_are_one_part_a_line(lines, gap, seed):
    page = write(lines(6, 4, 1), CLEAN.spaced(gap), generator(seed))
    assert len(parts(page)) == 3


def test_the_gap_is_the_distance_between_inks(lines):
    page = write(lines(2), replace(UPRIGHT, frame=(600, 900)).spaced((0.2, 0.2)), generator())
    left, right = (cv2.connectedComponents((ink(page) >= 128).astype(np.uint8))[1] == part for part in (1, 2))
    away = cv2.distanceTransform((~left).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[right].min()
    height = max(h for _, _, _, h in page.boxes)
    assert away == pytest.approx(0.2 * height, rel=0.25)


@pytest.mark.parametrize("seed", range(4))
def test_boxes_follow_the_ink_where_the_camera_sees_it(lines, seed):
    camera = Camera(fill=(1.3, 1.3), roll=(-12, 12), tilt=(10, 25))
    page = write(lines(3, 3), replace(CLEAN, camera=camera).spaced(APART), generator(seed))
    found = parts(page)
    assert len(found) == len(page.boxes)
    for box in edges(np.array(page.boxes)):
        assert np.abs(edges(found) - box).max(axis=1).min() <= 2


def test_too_many_digits_are_written_smaller(lines):
    few, many = (write(lines(count), CLEAN, generator()) for count in (2, 40))
    assert len(many.boxes) == 40
    assert max(x + width for x, _, width, _ in many.boxes) <= CLEAN.frame[1]
    assert max(height for *_, height in many.boxes) < max(height for *_, height in few.boxes)


def test_more_digits_than_pixels_are_refused(lines):
    with pytest.raises(ValueError, match="write fewer"):
        write(lines(30), CONDITIONS["icon"], generator())


def test_an_image_that_is_no_digit_is_refused():
    with pytest.raises(ValueError, match="no ink"):
        write([[(np.zeros((28, 28), np.uint8), 0)]], CLEAN, generator())
    with pytest.raises(ValueError, match=r"float64 \(28, 28\)"):
        write([[(np.ones((28, 28)), 0)]], CLEAN, generator())


def test_each_pixel_of_ink_has_the_digit_that_it_is_of_for_an_owner(lines):
    from paper.ruling import Ruling
    from paper.writing import Area, Hand, write_lines

    area = Area((200, 900), 40, 40, 120, 800)
    writing = write_lines(lines(5), area, 60, 0.1, Hand(), Ruling(), generator())
    assert (writing.owners[writing.ink > 0] >= 0).all()
    assert (writing.owners[writing.ink == 0] == -1).all()
    for number, outline in enumerate(writing.outlines):
        y, x = np.nonzero((writing.owners == number) & (writing.ink > 0.5))
        assert (x >= outline[:, 0].min()).all()
        assert (x <= outline[:, 0].max()).all()
        assert (y >= outline[:, 1].min()).all()
        assert (y <= outline[:, 1].max()).all()
