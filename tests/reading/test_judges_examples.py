"""What the judges learn from: lines that are cut everywhere, and which cuts and pieces are called right."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation.examples import cut_lines
from segmentation.written import Writer

from tendigits.reading.glyphs.judges import MARK, PART
from tendigits.reading.glyphs.lattice import pairs


@pytest.fixture(scope="module")
def written(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(3)
    return [writer.line(generator) for _ in range(25)]


@pytest.fixture(scope="module")
def lines(written):
    return [line for each in written for line in cut_lines(each)]


def with_ends(line, seams):
    return np.column_stack([np.zeros(len(line.total)), line.left[:, seams], line.total])


def test_ink_has_an_owner_but_for_what_is_blurred_around_it(written):
    for line in written:
        assert (line.owners[line.ink > 200] >= 0).mean() > 0.97
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


def test_between_the_right_seams_lie_the_digits(lines):
    for line in lines:
        seams = [int(error.argmin()) for error in line.seam_error() if error.min() < 0.06]
        here = np.flatnonzero(line.total > 0)
        if len(seams) != len(here) - 1:
            continue  # digits that run into each other
        pieces = np.column_stack([np.arange(len(here)), np.arange(1, len(here) + 1)])
        assert line.piece_labels(pieces, with_ends(line, seams)).tolist() == line.labels[here].tolist()


def test_most_pieces_are_parts_and_some_are_digits(lines):
    lefts = [with_ends(line, np.arange(0, len(line.seams), 4)) for line in lines]
    labels = [line.piece_labels(pairs(left.sum(axis=0)), left) for line, left in zip(lines, lefts, strict=True)]
    assert (np.concatenate(labels) == PART).mean() > 0.5
    assert len({*range(10)} & set(np.concatenate(labels).tolist())) >= 8
