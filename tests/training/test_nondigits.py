"""Generated non-digits: reproducible, of every kind, and none of them what it must not be."""

import numpy as np
import pytest

from tendigits.training.nondigits import KINDS, nondigits


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist[0][0][:500], mnist[0][1][:500]


@pytest.fixture(scope="module")
def images(digits):
    return nondigits(digits, 30 * len(KINDS), seed=1)


def of_kind(images, kind):
    return images[list(KINDS).index(kind) :: len(KINDS)]


def ink(images):
    return images.sum(axis=(1, 2), dtype=float) / 255


def test_they_are_images_as_mnist_has_them(images):
    assert (images.shape, images.dtype) == ((30 * len(KINDS), 28, 28), np.uint8)


def test_the_seed_decides(digits, images):
    assert (nondigits(digits, len(images), seed=1) == images).all()
    assert (nondigits(digits, len(images), seed=2) != images).any(axis=(1, 2)).mean() > 0.8


def test_fewer_are_the_first_of_more(digits, images):
    assert (nondigits(digits, 10, seed=1) == images[:10]).all()


def test_none_are_asked_for_as_well(digits):
    assert nondigits(digits, 0, seed=1).shape == (0, 28, 28)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nothing"])
def test_every_kind_varies_and_has_ink(images, kind):
    some = of_kind(images, kind)
    assert len(np.unique(some, axis=0)) == len(some)
    assert ink(some).min() > 5


def test_nothing_is_next_to_nothing(images):
    assert ink(of_kind(images, "nothing")).max() < 12
    assert (ink(of_kind(images, "nothing")) == 0).any()


def test_a_half_is_the_smaller_part_of_a_digit():
    blocks = np.zeros((20, 28, 28), np.uint8)
    blocks[:, 4:24, 9:19] = 255  # 10 wide and 20 high, so that normalisation leaves a part's width as it is
    halves = of_kind(nondigits((blocks, np.zeros(20, np.uint8)), 40 * len(KINDS), seed=1), "half")
    widths = (halves > 128).sum(axis=2).mean(axis=1) * 28 / 20
    assert 2 <= widths.min() < widths.max() <= 6


@pytest.mark.parametrize("label", [1, 7, 9])
def test_digits_whose_halves_are_digits_are_not_cut(digits, label):
    halves = of_kind(nondigits((digits[0], np.full(500, label, np.uint8)), 7 * 20, seed=1), "half")
    assert not halves.any()


def test_blank_digits_make_blank_halves_and_pairs():
    blank = np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8)
    images = nondigits(blank, 14, seed=1)
    assert not of_kind(images, "half").any()
    assert not of_kind(images, "pair").any()
