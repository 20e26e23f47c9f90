"""A sheet of digits holds every class, and the same seed gives the same sheet."""

import numpy as np

from tendigits.data.sheet import digits_of_each_class


def test_every_class_is_there_as_often_row_by_row(mnist):
    images, labels = digits_of_each_class(mnist[0], 3, seed=1)
    assert images.shape == (30, 28, 28)
    assert labels.tolist() == list(range(10)) * 3


def test_images_keep_their_labels(mnist):
    (x_train, y_train), _ = mnist
    for image, label in zip(*digits_of_each_class(mnist[0], 1, seed=1), strict=True):
        rows = np.flatnonzero((x_train == image).all(axis=(1, 2)))
        assert label in y_train[rows]


def test_the_seed_decides(mnist):
    once, again, other = (digits_of_each_class(mnist[0], 2, seed)[0] for seed in (1, 1, 2))
    assert (once == again).all()
    assert (once != other).any()


def test_of_a_class_with_few_examples_all_are_shown():
    labels = np.array([0, 0, 0, 1])
    _, shown = digits_of_each_class((np.zeros((4, 2, 2), np.uint8), labels), 3, seed=1)
    assert shown.tolist() == [0, 1, 0, 0]
