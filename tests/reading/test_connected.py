"""Connected parts are numbered rightly, few or many."""

import cv2
import numpy as np
import pytest

from tendigits.reading.connected import connected


def test_parts_hang_together_at_corners_too():
    plane = np.zeros((6, 9), np.uint8)
    plane[1, 1] = plane[2, 2] = 255
    plane[4:6, 5:9] = 1
    parts = connected(plane)
    assert parts.count == 3
    assert parts.labels[1, 1] == parts.labels[2, 2] != parts.labels[4, 5]
    assert {tuple(box) for box in parts.stats[1:]} == {(1, 1, 2, 2, 2), (5, 4, 4, 2, 8)}


@pytest.mark.parametrize("side", [100, 600])  # of the larger, 16 bits cannot count the parts
def test_each_lone_pixel_is_a_part_of_its_own(side):
    plane = np.zeros((side, side), np.uint8)
    plane[::2, ::2] = 255
    parts = connected(plane)
    assert parts.count == (side // 2) ** 2 + 1
    assert (np.bincount(parts.labels[plane > 0], minlength=parts.count)[1:] == 1).all()
    assert ((parts.labels > 0) == (plane > 0)).all()


def test_nothing_is_ground():
    assert connected(np.zeros((3, 4), np.uint8)).count == 1


def test_noise_has_the_parts_that_opencv_counts():
    plane = (np.random.default_rng(1).random((300, 400)) < 0.3).astype(np.uint8)
    assert connected(plane).count == cv2.connectedComponents(plane)[0]
