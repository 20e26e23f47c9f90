"""How the network that sees a whole line learns: its batches, its steps, and what is written of it."""

import sys
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation import frames as training
from segmentation.examples import owned_lines
from segmentation.written import Writer

from tendigits.reading.glyphs.frames import BLANK, FRAME, LAYERS
from tendigits.reading.glyphs.views import ROWS, View


@pytest.fixture(scope="module")
def lines(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(6)
    return training.lines_of((writer.line(generator) for _ in range(60)), generator)


@pytest.fixture(scope="module")
def trained(lines):
    """Parameters, statistics and losses of a few steps on the same batch."""

    def few_steps():
        parameters = training._initial(np.random.default_rng(0))
        statistics = [training.Statistics(jnp.zeros(layer.units), jnp.ones(layer.units)) for layer in LAYERS]
        optimizer, state = training._optimizer(parameters, 40)
        step = jax.jit(partial(training._step, optimizer))
        batch = next(training._batches(lines, np.random.default_rng(1)))
        losses = []
        for _ in range(25):
            parameters, statistics, state, loss = step(parameters, statistics, state, batch)
            losses.append(float(loss))
        return parameters, statistics, losses

    return few_steps(), few_steps()


def test_lines_are_put_into_rows_whole_and_in_the_order_of_what_they_say(lines):
    batches = list(training._batches(lines, np.random.default_rng(0)))
    assert batches
    for batch in batches:
        assert batch.ink.shape == (training.ROWS_A_BATCH, ROWS, training.COLUMNS)
        assert batch.ink.any(axis=(1, 2)).all()
        for symbols, count in zip(batch.symbols, batch.counts, strict=True):
            assert (symbols[:count] < BLANK).all()
            assert (symbols[count:] == BLANK).all()


def test_a_line_is_varied_anew_each_time(lines):
    line = max(lines, key=lambda line: line.ink.shape[1])
    ink, generator = line.ink, np.random.default_rng(2)
    copies = [training._varied(line, generator).ink for _ in range(2)]
    assert copies[0].shape != copies[1].shape or (copies[0] != copies[1]).any()
    assert all(copy.shape[0] == ROWS for copy in copies)
    assert all(0.5 < copy.sum() / ink.sum() < 2 for copy in copies)


def test_what_a_line_says_is_where_its_ink_is(lines):
    for line in lines:
        begin, end = line.place.T
        assert len(line.place) == len(line.symbols)
        assert ((begin < line.ink.shape[1]) & (end > 0) & (end - begin >= 2 * training.AT_LEAST - 1e-9)).all()
        assert (np.diff((begin + end) / 2) >= 0).all()


def test_places_move_with_what_is_varied(lines):
    line = max(lines, key=lambda line: line.ink.shape[1])
    for seed in range(10):
        varied = training._varied(line, np.random.default_rng(seed))
        assert varied.place / varied.ink.shape[1] == pytest.approx(line.place / line.ink.shape[1], abs=0.01)


def test_a_digit_noticed_where_it_is_costs_less_than_elsewhere():
    line = training.Line(np.zeros((ROWS, 60), np.uint8), np.array([7]), np.array([[20.0, 26.0]]))
    row = training._Row()
    row.add(line)
    batch = training._batch([row])
    here = np.flatnonzero(batch.here[0, :, 7])
    assert here.tolist() == [16, 17, 18]  # of columns 32 to 38, with the room before a line
    costs = []
    for frame in (17, 60):
        logits = np.zeros((1, training.COLUMNS // FRAME, BLANK + 1), np.float32)
        logits[0, :, BLANK] = 8
        logits[0, frame, [7, BLANK]] = 8, 0
        costs.append(float(training.cost(logits, batch)))
    assert costs[1] > costs[0] - training.ELSEWHERE - 1


def test_steps_make_what_lines_say_more_probable(trained):
    losses = trained[0][2]
    assert losses[-1] < 0.6 * losses[0]


def test_the_same_seed_gives_the_same_to_the_bit(trained):
    one, other = (jax.tree.leaves(run[:2]) for run in trained)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_normalisation_is_put_into_what_is_written(trained, lines, tmp_path, monkeypatch):
    parameters, statistics, _ = trained[0]
    monkeypatch.setattr(training, "shipped_file", lambda name: tmp_path / f"{name}.safetensors")
    training._write(parameters, statistics, {})
    import safetensors.numpy

    written = safetensors.numpy.load_file(tmp_path / "frames.safetensors")
    x = y = lines[0][0][None, :, :, None].astype(np.float32) / 255
    for number, layer in enumerate(LAYERS[:-1]):
        (kernel, gain, bias), (mean, variance) = parameters[number], statistics[number]
        x = np.maximum((layer.windows(x) @ np.asarray(kernel) - mean) / np.sqrt(variance + 1e-5) * gain + bias, 0)
        x = np.asarray(x, np.float32)
        y = np.maximum(layer.windows(y) @ written[f"layers.{number}.kernel"] + written[f"layers.{number}.bias"], 0)
        assert y == pytest.approx(x, abs=1e-3)


@pytest.mark.parametrize(
    ("classes", "said"), [([11, 3, 3, 11, 3], [3, 3]), ([5, 5, 11, 10], [5, 10]), ([11, 11], []), ([1, 2, 2], [1, 2])]
)
def test_what_is_noticed_in_frames_next_to_each_other_counts_once(classes, said):
    assert training.greedy(np.log(np.eye(12)[classes] + 1e-9)) == said


def test_lines_are_seen_as_they_are_when_they_are_read(lines, mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(6)
    first = next(owned_lines(writer.line(generator)))
    assert np.array_equal(lines[0][0], View(first.canvas).ink)
    assert np.array_equal(lines[0][1], first.transcript()[0])
