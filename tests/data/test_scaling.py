"""``prepare``: grey levels become the network's input, as the tutorial makes it."""

import numpy as np
import pytest

from tendigits.data import prepare, scaled
from tendigits.errors import DataError

GREYS = np.arange(256, dtype=np.uint8)


def test_grey_levels_are_divided_by_255() -> None:
    scaled = prepare(GREYS[None])
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled[0], GREYS.astype("float32") / 255)
    np.testing.assert_allclose(scaled[0], GREYS / 255, rtol=1e-7)


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 784), (3, 28, 28, 1), (1, 28, 28), (0, 28, 28)])
def test_each_image_becomes_a_row(shape: tuple[int, ...]) -> None:
    images = np.arange(np.prod(shape)).astype(np.uint8).reshape(shape)
    scaled = prepare(images)
    assert scaled.shape == (shape[0], 784)
    assert scaled.flags.c_contiguous
    np.testing.assert_allclose(scaled.ravel(), images.ravel() / 255, rtol=1e-7)


def test_images_are_left_as_they_are() -> None:
    images = np.full((2, 28, 28), 255, np.uint8)
    prepare(images)[:] = 0
    assert images.min() == 255


@pytest.mark.parametrize("dtype", ["f4", "i8", "?"])
def test_images_that_are_not_uint8_are_refused(dtype: str) -> None:
    with pytest.raises(DataError, match=f"scales uint8 images, 0 to 255; these are {np.dtype(dtype)}"):
        prepare(np.zeros((2, 28, 28), dtype))


@pytest.mark.parametrize("shape", [(28, 28), (784,), ()])
def test_one_image_without_a_batch_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=r"pass image\[None\]"):
        prepare(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(28, 28), (3, 28, 28), (0, 28), (5, 4)])
def test_scaled_takes_any_batch_as_one(shape: tuple[int, ...]) -> None:
    examples = np.arange(np.prod(shape)).astype(np.uint8).reshape(shape)
    rows = scaled(examples)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, examples.reshape(shape[0], np.prod(shape[1:], dtype=int)) / 255, rtol=1e-7)
