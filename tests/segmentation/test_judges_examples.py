"""What the networks that cut lines learn from: what lines say, and which of their seams are called right."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation.examples import cut, owned_lines
from segmentation.written import Writer

from tendigits.reading.glyphs.frames import MARK


@pytest.fixture(scope="module")
def written(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(3)
    return [writer.line(generator) for _ in range(25)]


@pytest.fixture(scope="module")
def lines(written):
    return [cut(line) for each in written for line in owned_lines(each)]


def test_ink_has_an_owner_but_for_what_is_blurred_around_it(written):
    for line in written:
        assert (line.owners[line.ink > 0.8 * line.ink.max()] >= 0).mean() > 0.97
        assert line.owners.max() < len(line.labels)
        assert set(line.labels) <= {*range(10), MARK}


def test_the_ink_left_of_seams_is_all_owners_together(lines):
    for line in lines:
        assert line.total.sum() == pytest.approx(line.canvas.ink.sum() / 255)
        assert (line.left <= line.total[:, None] + 1e-9).all()


def test_right_seams_have_whole_owners_on_either_side(lines):
    right = [line.seam_error()[:, label == 1].min(axis=0) for line in lines if (label := line.seam_labels()).any()]
    assert len(np.concatenate(right)) > 100
    assert np.concatenate(right).max() <= 0.42  # 1.2 times what the best seam of a gap may be


def test_wrong_seams_have_not(lines):
    wrong = [line.seam_error()[:, line.seam_labels() == 0] for line in lines if len(line.seam_error())]
    assert min(error.min(initial=1) for error in wrong) >= 0.2


def test_a_line_says_its_digits_from_left_to_right(mnist):
    images, labels = mnist[1]
    alone = Writer(images[:1], labels[:1]), Writer(images[1:2], labels[1:2])
    for writer in alone:
        said = [
            line.transcript()[0].tolist()
            for _ in range(20)
            for line in owned_lines(writer.line(np.random.default_rng(_)))
        ]
        assert {symbol for text in said for symbol in text} <= {int(writer._labels[0]), MARK}
        assert sum(map(len, said)) > 60


def test_all_that_was_written_is_said_in_its_order(written):
    whole = 0
    for each in written:
        lines = list(owned_lines(each))
        said = [symbol for line in lines for symbol in line.transcript()[0].tolist() if symbol != MARK]
        whole += said == [label for label in each.labels if label != MARK]
    assert whole >= 0.8 * len(written)  # of others the height is taken for another, and parts are lost


def test_some_lines_are_of_marks_alone(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(0)
    assert 3 <= sum(set(writer.line(generator).labels) == {MARK} for _ in range(150)) <= 25
