"""How the network that sees a whole line learns: its steps, and what is written of it.

`make test-judges` installs PyTorch, which nobody else needs, and runs them.
"""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation import rows
from segmentation.written import Writer

from tendigits.reading.glyphs import frames as reading
from tendigits.reading.glyphs.frames import BLANK, FRAME, LAYERS, OUTPUTS
from tendigits.reading.glyphs.views import ROWS

torch = pytest.importorskip("torch")
training = importlib.import_module("segmentation.frames")


@pytest.fixture(scope="module")
def lines(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(6)
    return rows.lines_of((writer.line(generator) for _ in range(60)), generator)


@pytest.fixture(scope="module")
def trained(lines):
    """Two networks after a few steps on the same batch, and what a symbol cost in each step."""

    def few_steps():
        torch.manual_seed(0)
        network = training.untrained()
        learner = training.Learner(network, 40)
        batch = next(rows.batches(lines, np.random.default_rng(1)))
        return network, [learner.step(batch) for _ in range(25)]

    return few_steps(), few_steps()


def test_a_digit_noticed_where_it_is_costs_less_than_elsewhere():
    line = rows.Line(np.zeros((ROWS, 60), np.uint8), np.array([7]), np.array([[20.0, 26.0]]))
    row = rows._Row()
    row.add(line)
    batch = rows._batch([row])
    here = np.flatnonzero(batch.here[0, :, 7])
    assert here.tolist() == [16, 17, 18]  # of columns 32 to 38, with the room before a line
    costs = []
    for frame in (17, 60):
        logits = torch.zeros(1, OUTPUTS, rows.COLUMNS // FRAME)
        logits[0, BLANK] = 8
        logits[0, [7, BLANK], frame] = torch.tensor([8.0, 0.0])
        costs.append(training.cost(logits, batch).item())
    assert costs[1] > costs[0] - training.ELSEWHERE - 1


def test_the_cost_is_that_of_all_ways_to_notice_a_digit_where_it_is():
    row = rows._Row()
    row.add(rows.Line(np.zeros((ROWS, 12), np.uint8), np.array([3]), np.array([[4.0, 8.0]])))
    batch = rows._batch([row])
    frames = 12
    batch = batch._replace(here=batch.here[:, :frames])
    logits = torch.randn(1, OUTPUTS, frames, dtype=torch.float64, requires_grad=True)
    weight = torch.log_softmax(logits[0], 0) + torch.where(torch.from_numpy(batch.here[0].T), 0.0, training.ELSEWHERE)
    ways = [
        sum(weight[3 if begin <= frame < end else BLANK, frame] for frame in range(frames))
        for begin in range(frames)
        for end in range(begin + 1, frames + 1)
    ]
    expected = -torch.logsumexp(torch.stack(ways), 0)
    found = training.cost(logits, batch)
    assert found.item() == pytest.approx(expected.item(), rel=1e-6)
    slopes = [torch.autograd.grad(value, logits, retain_graph=True)[0].numpy() for value in (found, expected)]
    assert slopes[0] == pytest.approx(slopes[1], abs=1e-6)


def test_steps_make_what_lines_say_more_probable(trained):
    losses = trained[0][1]
    assert losses[-1] < 0.6 * losses[0]


def test_the_same_seed_gives_the_same_to_the_bit(trained):
    one, other = (network.state_dict() for network, _ in trained)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_what_is_written_is_read_with_what_was_learnt(trained, lines, tmp_path, monkeypatch):
    network, _ = trained[0]
    for module in (training, reading):
        monkeypatch.setattr(module, "shipped_file", lambda name: tmp_path / f"{name}.safetensors")
    training.write(network, {})
    try:
        ink = max(lines, key=lambda line: line.ink.shape[1]).ink
        told = reading.frames(ink)
        with torch.no_grad():
            outputs = network.eval()(training.seen((reading._inputs(ink) * 255).astype(np.uint8)[None]))
        assert len(reading._layers()) == len(LAYERS)
        assert np.exp(told) == pytest.approx(torch.softmax(outputs[0, :, 0], 0).T.numpy(), abs=0.01)  # float16
    finally:
        reading._layers.cache_clear()
