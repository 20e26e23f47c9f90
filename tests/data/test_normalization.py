"""MNIST's normalisation, held against MNIST itself and against what it is defined by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tendigits.data.normalization import normalize
from tendigits.errors import DataError

inks = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60), elements=st.integers(0, 255)
)


def middle(glyph):
    """The centre of mass, pixel centres at i + 0.5."""
    places = np.arange(28) + 0.5
    return glyph.sum(axis=1) @ places / glyph.sum(), glyph.sum(axis=0) @ places / glyph.sum()


def test_mnist_digits_come_back_where_they_were(mnist):
    images = mnist[1][0]
    again = np.array([normalize(image) for image in images])
    in_place = np.array([(one > 0).tolist() == (other > 0).tolist() for one, other in zip(again, images, strict=True)])
    assert in_place.mean() > 0.999
    # Where MNIST's own grey does not reach 255 it is stretched to it.
    grey = images.astype(float) * (255 / images.max(axis=(1, 2), keepdims=True))
    assert np.abs(again - grey)[in_place].max() <= 0.5


def test_where_the_ink_was_does_not_matter(mnist):
    image = mnist[1][0][0]
    moved = np.zeros((70, 90), np.uint8)
    moved[30:58, 50:78] = image
    assert (normalize(moved) == normalize(image)).all()


def test_how_large_it_was_written_hardly_matters(mnist):
    images = mnist[1][0][:50]
    large = [normalize(np.kron(image, np.ones((5, 5), np.uint8))) for image in images]
    differences = np.abs(np.array(large, float) - [normalize(image) for image in images])
    assert differences.mean() < 3  # the small one's shorter side is padded by whole pixels: half a pixel off at times


@given(inks.filter(lambda ink: min(ink.shape) >= 8))  # of two pixels, one is half of the box away from the middle
def test_the_centre_of_mass_comes_to_the_middle(ink):
    ink[[0, -1], :] = ink[:, [0, -1]] = 255  # a frame, so that the mass is not all on one side
    glyph = normalize(ink)
    assert glyph.max() == 255
    assert all(14 - 0.05 <= place <= 15 + 0.05 for place in middle(glyph))  # rounded grey levels move it a little


@given(inks.filter(lambda ink: ink.any()))
def test_any_ink_fills_the_box_one_way(ink):
    rows, columns = np.nonzero(normalize(ink))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


def test_a_blank_stays_blank():
    assert not normalize(np.zeros((40, 3), np.uint8)).any()


@pytest.mark.parametrize("ink", [np.zeros((28, 28)), np.zeros((2, 28, 28), np.uint8)], ids=["floating", "two images"])
def test_only_one_grey_image_is_normalised(ink):
    with pytest.raises(DataError, match=r"uint8 \(height, width\), one at a time"):
        normalize(ink)
