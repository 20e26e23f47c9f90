"""Pictures in a page: Pillow reads the very pixels."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tendigits.png import data_url, grey_png, ink_png


def read(png):
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        return np.asarray(image)


@pytest.mark.parametrize("shape", [(28, 28), (1, 1), (3, 50), (50, 3)], ids=str)
def test_every_pixel_comes_back(shape):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

    assert np.array_equal(read(grey_png(image)), image)


def test_a_picture_in_a_text_is_the_very_file():
    kind, _, content = data_url(b"any bytes", "webp").partition(",")

    assert kind == "data:image/webp;base64"
    assert base64.b64decode(content) == b"any bytes"
    assert data_url(b"").startswith("data:image/png;base64,")


def test_bright_ink_is_shown_dark(mnist):
    image = mnist[1][0][0]

    assert np.array_equal(read(ink_png(image)), 255 - image)


def test_floating_grey_levels_are_shown_as_uint8_ones_are(mnist):
    image = mnist[1][0][0]

    assert ink_png(image / 255) == ink_png(image)


@pytest.mark.parametrize(("shape", "expected"), [((64, 64), (64, 64)), ((256, 128), (64, 32)), ((65, 2), (33, 1))])
def test_large_pictures_become_small(shape, expected):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

    small = read(ink_png(image))

    assert small.shape == expected
    assert small.mean() == pytest.approx(255 - image.mean(), abs=2)


def test_a_small_picture_is_the_mean_of_blocks():
    image = np.random.default_rng(0).integers(0, 256, (192, 192), np.uint8)

    blocks = image.reshape(64, 3, 64, 3).mean(axis=(1, 3))

    assert np.abs(read(ink_png(image)) - (255 - blocks)).max() <= 0.51
