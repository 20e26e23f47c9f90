"""From ink to what the network was trained on, held against MNIST itself."""

import cv2
import numpy as np

from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.reading.glyphs.glyph import as_mnist


def outline(image):
    return [tuple(np.flatnonzero(image.any(axis=axis))[[0, -1]]) for axis in (0, 1)]


def cut_out(image):
    x, y, width, height = cv2.boundingRect((image > 0).astype(np.uint8))
    return image[y : y + height, x : x + width]


def test_mnist_digits_come_back_where_they_were_and_are_read_as_well(mnist):
    images, labels = mnist[1]
    again = np.stack([as_mnist(cut_out(image)) for image in images])
    in_place = [outline(one) == outline(other) for one, other in zip(again, images, strict=True)]
    assert len(images) == 10_000
    assert np.mean(in_place) >= 0.999
    network = open_model().weights
    before, after = ((predict(network, each).argmax(axis=1) == labels).mean() for each in (images, again))
    assert abs(after - before) <= 0.001


def test_hairlines_are_widened_to_strokes_like_mnist_s():
    ink = np.zeros((200, 160), np.uint8)
    cv2.ellipse(ink, (80, 100), (60, 90), 0, 0, 360, 255, 2, cv2.LINE_AA)
    glyph = as_mnist(ink)
    row = glyph[14].astype(int)
    assert row.max() > 200
    assert 2 * 2.5 * 255 < row.sum() < 2 * 5 * 255  # two strokes, of 2.5 to 5 pixels


def test_where_there_is_no_ink_there_is_no_glyph():
    assert not as_mnist(np.zeros((30, 20), np.uint8)).any()


def test_grey_levels_survive(mnist):
    image = mnist[1][0][0]
    again = as_mnist(cut_out(image))
    assert len(np.unique(again)) > 20
