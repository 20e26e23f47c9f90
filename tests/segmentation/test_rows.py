"""How the network that sees a whole line is shown lines: varied, in rows, with the places of what they say."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation import rows
from segmentation.examples import owned_lines
from segmentation.written import Writer

from tendigits.reading.glyphs.frames import BLANK
from tendigits.reading.glyphs.views import ROWS, View


@pytest.fixture(scope="module")
def lines(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(6)
    return rows.lines_of((writer.line(generator) for _ in range(60)), generator)


def test_lines_are_put_into_rows_whole_and_in_the_order_of_what_they_say(lines):
    batches = list(rows.batches(lines, np.random.default_rng(0)))
    assert batches
    for batch in batches:
        assert batch.ink.shape == (rows.ROWS_A_BATCH, ROWS, rows.COLUMNS)
        assert batch.ink.any(axis=(1, 2)).all()
        for symbols, count in zip(batch.symbols, batch.counts, strict=True):
            assert (symbols[:count] < BLANK).all()
            assert (symbols[count:] == BLANK).all()


def test_batches_that_are_made_ahead_are_the_same_in_the_same_order(lines):
    made = list(rows.batches(4 * lines, np.random.default_rng(3)))
    one_ahead = list(rows.ahead(rows.batches(4 * lines, np.random.default_rng(3))))
    assert len(made) == len(one_ahead) > 1
    for batch, other in zip(made, one_ahead, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(batch, other, strict=True))


def test_a_line_is_varied_anew_each_time(lines):
    line = max(lines, key=lambda line: line.ink.shape[1])
    ink, generator = line.ink, np.random.default_rng(2)
    copies = [rows.varied(line, generator).ink for _ in range(2)]
    assert copies[0].shape != copies[1].shape or (copies[0] != copies[1]).any()
    assert all(copy.shape[0] == ROWS for copy in copies)
    assert all(0.5 < copy.sum() / ink.sum() < 2 for copy in copies)


def test_what_a_line_says_is_where_its_ink_is(lines):
    for line in lines:
        begin, end = line.place.T
        assert len(line.place) == len(line.symbols)
        assert ((begin < line.ink.shape[1]) & (end > 0) & (end - begin >= 2 * rows.AT_LEAST - 1e-9)).all()
        assert (np.diff((begin + end) / 2) >= 0).all()


def test_places_move_with_what_is_varied(lines):
    line = max(lines, key=lambda line: line.ink.shape[1])
    for seed in range(10):
        varied = rows.varied(line, np.random.default_rng(seed))
        assert varied.place / varied.ink.shape[1] == pytest.approx(line.place / line.ink.shape[1], abs=0.01)


@pytest.mark.parametrize(
    ("classes", "said"), [([11, 3, 3, 11, 3], [3, 3]), ([5, 5, 11, 10], [5, 10]), ([11, 11], []), ([1, 2, 2], [1, 2])]
)
def test_what_is_noticed_in_frames_next_to_each_other_counts_once(classes, said):
    assert rows.greedy(np.log(np.eye(12)[classes] + 1e-9)) == said


def test_lines_are_seen_as_they_are_when_they_are_read(lines, mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(6)
    first = next(owned_lines(writer.line(generator)))
    assert np.array_equal(lines[0][0], View(first.canvas).ink)
    assert np.array_equal(lines[0][1], first.transcript()[0])
