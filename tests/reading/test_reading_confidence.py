"""How far readings may be trusted: what is said is what is so, on pages that nothing was fitted to."""

import sys
from pathlib import Path

import numpy as np
import pytest

from tendigits.reading.reader import Reader

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from paper import APART, CONDITIONS, TOUCHING, write

NAMES = ("clean", "scan", "phone photo", "pencil", "ruled", "hairline")


@pytest.fixture(scope="module")
def readings(mnist):
    """Pages of one line of MNIST's test digits, and what is read of them, everything told."""
    images, labels = mnist[1]
    reader, generator = Reader(min_confidence=0), np.random.default_rng(12)
    read = []
    for name in NAMES:
        for gap in (APART,) * 8 + (TOUCHING,) * 6:
            chosen = generator.integers(0, len(images), int(generator.integers(1, 7)))
            digits = [[(images[i], int(labels[i])) for i in chosen]]
            page = write(digits, CONDITIONS[name].spaced(gap), generator)
            read.append((page.text, reader.read(page.pixels)))
    return read


def test_as_many_texts_are_right_as_their_confidences_say(readings):
    said = np.array([reading.confidence for _, reading in readings])
    right = np.array([reading.text == text for text, reading in readings])
    assert said.mean() == pytest.approx(right.mean(), abs=0.12)


def test_texts_that_are_told_surely_are_right(readings):
    sure = [(reading.confidence, reading.text == text) for text, reading in readings if reading.confidence >= 0.9]
    said, right = np.mean(sure, axis=0)
    assert len(sure) >= 25
    assert right > said - 0.08  # that many wrong ones of so few would be an accident in a hundred


def test_right_texts_have_more_confidence_than_wrong_ones(readings):
    right, wrong = (
        np.array([reading.confidence for text, reading in readings if (reading.text == text) == is_right])
        for is_right in (True, False)
    )
    assert (right[:, None] > wrong).mean() > 0.75  # the area under the curve of receiver operating characteristics


def test_digits_of_right_texts_are_sure(readings):
    of_right = [digit.confidence for text, reading in readings if reading.text == text for digit in reading.digits]
    assert np.mean(of_right) > 0.8
    assert all(0 <= digit.confidence <= 1 for _, reading in readings for digit in reading.digits)


def test_a_single_digit_is_as_sure_as_it_is_often_right():
    from sklearn.datasets import load_digits

    digits, reader = load_digits(), Reader(min_confidence=0)
    readings = [reader.read((image * 15.9).astype(np.uint8), single=True) for image in digits.images[1::9]]
    right = [reading.text == str(label) for reading, label in zip(readings, digits.target[1::9], strict=True)]
    assert np.mean(right) > 0.94
    assert np.mean([reading.confidence for reading in readings]) == pytest.approx(np.mean(right), abs=0.03)
