"""Train the network that sees a whole line, and write it to `src/tendigits/shipped/frames.safetensors`.

Connectionist temporal classification: the loss is the probability of what a line says, over all ways to notice its
digits in this order, each where it is. Each epoch lines are varied anew and put into rows of one width, several short
ones into one. Layers are normalised by their batches (Ioffe and Szegedy 2015); in the end that is put into the kernels.
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import cv2
import jax
import jax.numpy as jnp
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from segmentation.drawing import Lines, of_lines
from segmentation.examples import OwnedLine, owned_lines
from segmentation.written import Written
from tendigits.backend import import_keras
from tendigits.models import shipped_file
from tendigits.reading.glyphs.canvas import SCALE
from tendigits.reading.glyphs.frames import BLANK, CLASSES, FRAME, LAYERS, ROOM, _layers, frames
from tendigits.reading.glyphs.views import ROWS, SMALL, View

LINES, HELD_OUT, EPOCHS = 50_000, 1_000, 26
COLUMNS, SYMBOLS, ROWS_A_BATCH = 512, 40, 16
"""Of a row: its columns, and the most digits and marks in it."""

RATE, WARMUP, DECAY = 2e-3, 0.1, 1e-2
FORGOTTEN = 0.02
"""How much of a layer's mean and variance each batch renews."""

AROUND, AT_LEAST = 1.2, 3.0
"""A digit is to be noticed around the middle of its ink: so many standard deviations, and so many columns."""

ELSEWHERE = -10.0
"""The logarithm of how much it counts if it is noticed elsewhere: what is between two cuts must be noticed there."""

_EPSILON = 1e-5


class Line(NamedTuple):
    """What is seen of a line, uint8 (28, columns); what it says, (n,); the columns around which that is, (n, 2)."""

    ink: NDArray[np.uint8]
    symbols: NDArray[np.intp]
    place: NDArray[np.float64]


class Parameters(NamedTuple):
    """Of one layer: kernel, and what its normalised outputs are multiplied by and moved by."""

    kernel: Any
    gain: Any
    bias: Any


class Statistics(NamedTuple):
    """The mean and the variance of a layer's outputs before they are normalised."""

    mean: Any
    variance: Any


class Batch(NamedTuple):
    """Rows, what they say, and where.

    ink: uint8 (n, 28, columns). symbols: int32 (n, symbols). counts: int32 (n,), how many symbols there are. here: bool
    (n, frames, 12), where each class is to be noticed.
    """

    ink: NDArray[np.uint8]
    symbols: NDArray[np.int32]
    counts: NDArray[np.int32]
    here: NDArray[np.bool_]


def train(processes: int, seed: int) -> None:
    """Train the network and write it down."""
    learnt, held_out = (
        [line for chunk in of_lines(each, lines_of, processes) for line in chunk]
        for each in (Lines("frames", LINES), Lines("frames", HELD_OUT, held_out=True))
    )
    print(f"frames: {len(learnt):,} lines, and {len(held_out):,} held out", flush=True)
    generator = np.random.default_rng(seed)
    parameters = _initial(generator)
    statistics = [Statistics(jnp.zeros(layer.units), jnp.ones(layer.units)) for layer in LAYERS]
    steps = EPOCHS * (sum(1 for _ in _batches(learnt, np.random.default_rng(seed))) + 1)  # one more or less an epoch
    optimizer, state = _optimizer(parameters, steps)
    step = jax.jit(partial(_step, optimizer))
    for epoch in range(EPOCHS):
        losses = []
        for batch in _batches(learnt, generator):
            parameters, statistics, state, loss = step(parameters, statistics, state, batch)
            losses.append(loss)
        _write(parameters, statistics, {"lines": str(LINES), "epochs": str(EPOCHS), "seed": str(seed)})
        right = np.mean([greedy(frames(ink)) == text.tolist() for ink, text, _ in held_out])
        print(f"epoch {epoch + 1}/{EPOCHS}  loss {np.mean(losses):.4f}  held out {right:.4f}", flush=True)


def lines_of(written: Iterator[Written], _: np.random.Generator) -> list[Line]:
    """Return lines as the network sees them, and what they say."""
    return [_line(line) for each in written for line in owned_lines(each)]


def _line(line: OwnedLine) -> Line:
    ink = View(line.canvas).ink
    symbols, where = line.transcript()
    middle, deviation = where.T * (SMALL / SCALE)
    half = np.maximum(AROUND * deviation, AT_LEAST)
    return Line(ink, symbols, np.column_stack([middle - half, middle + half]))


def _initial(generator: np.random.Generator) -> list[Parameters]:
    """Draw kernels that keep the variance of what goes through them (He et al. 2015)."""
    sizes, below = [], 1
    for layer in LAYERS:
        sizes.append((math.prod(layer.window) * below, layer.units))
        below = layer.units
    parameters = []
    for inputs, units in sizes:
        kernel = generator.normal(0, math.sqrt(2 / inputs), (inputs, units)).astype(np.float32)
        parameters.append(Parameters(kernel, np.ones(units, np.float32), np.zeros(units, np.float32)))
    return parameters


def _optimizer(parameters: list[Parameters], steps: int) -> tuple[Any, Any]:
    """Return AdamW (Loshchilov and Hutter 2019) for so many steps, and the state that it begins in."""
    keras = import_keras()
    warmup = round(WARMUP * steps)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=RATE, warmup_steps=warmup)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=DECAY, global_clipnorm=5.0)
    optimizer.build([keras.Variable(leaf) for leaf in jax.tree.leaves(parameters)])
    return optimizer, [variable.value for variable in optimizer.variables]


def _step(
    optimizer: Any, parameters: list[Parameters], statistics: list[Statistics], state: Any, batch: Batch
) -> tuple[list[Parameters], list[Statistics], Any, jax.Array]:
    (loss, seen), gradients = jax.value_and_grad(_loss, has_aux=True)(parameters, batch)
    leaves, form = jax.tree.flatten(parameters)
    leaves, state = optimizer.stateless_apply(state, jax.tree.leaves(gradients), leaves)
    renewed = jax.tree.map(lambda old, new: old + FORGOTTEN * (new - old), statistics, seen)
    return jax.tree.unflatten(form, leaves), renewed, state, loss


def _loss(parameters: list[Parameters], batch: Batch) -> tuple[jax.Array, list[Statistics]]:
    """Return what a symbol costs, and the statistics of each layer."""
    x, seen = jnp.asarray(batch.ink, jnp.float32)[..., None] / 255, []
    for number, (layer, (kernel, gain, bias)) in enumerate(zip(LAYERS, parameters, strict=True)):
        outputs = layer.windows(x) @ kernel
        seen.append(Statistics(outputs.mean((0, 1, 2)), outputs.var((0, 1, 2))))
        if number == len(LAYERS) - 1:
            x = outputs + bias
        else:
            scale = gain * jax.lax.rsqrt(seen[-1].variance + _EPSILON)
            x = jax.nn.relu((outputs - seen[-1].mean) * scale + bias)
    return cost(x[:, 0], batch), seen


def cost(logits: jax.Array, batch: Batch) -> jax.Array:
    """Return what a symbol costs: minus the logarithm of the probability to notice all of them in order, each here.

    Args:
        logits: float32 (n, frames, 12).
        batch: the rows that they are of.

    """
    weighted = jax.nn.log_softmax(logits) + jnp.where(batch.here, 0.0, ELSEWHERE)
    length = jnp.full(len(logits), logits.shape[1])
    # Keras makes what it is given sum to 1 in each frame; what it summed to is to be learnt, too.
    losses = import_keras().ops.ctc_loss(batch.symbols, weighted, batch.counts, length, mask_index=BLANK)
    losses -= jax.nn.logsumexp(weighted, axis=-1).sum(axis=-1)
    return losses.sum() / batch.counts.sum()


def _batches(lines: Sequence[Line], generator: np.random.Generator) -> Iterator[Batch]:
    """Yield all lines once, varied, in rows; what is left of a batch in the end is left out."""
    rows: list[_Row] = []
    row = _Row()
    for i in generator.permutation(len(lines)):
        line = _varied(lines[i], generator)
        if not row.takes(line):
            if not _Row().takes(line):
                continue
            rows.append(row)
            row = _Row()
        row.add(line)
        if len(rows) == ROWS_A_BATCH:
            yield _batch(rows)
            rows = []


class _Row:
    """Lines one behind the other."""

    def __init__(self) -> None:
        self.ink = np.zeros((ROWS, COLUMNS), np.uint8)
        self.here = np.zeros((COLUMNS // FRAME, CLASSES), bool)
        self.here[:, BLANK] = True
        self.symbols: list[int] = []
        self._column = ROOM

    def takes(self, line: Line) -> bool:
        """Return whether there is room for a line."""
        fits = self._column + line.ink.shape[1] + ROOM <= COLUMNS
        return fits and len(self.symbols) + len(line.symbols) <= SYMBOLS

    def add(self, line: Line) -> None:
        """Put a line behind those that are there."""
        self.ink[:, self._column : self._column + line.ink.shape[1]] = line.ink
        for symbol, (begin, end) in zip(line.symbols, line.place + self._column, strict=True):
            self.here[max(math.floor(begin / FRAME), 0) : math.ceil(end / FRAME), symbol] = True
        self.symbols += line.symbols.tolist()
        self._column += line.ink.shape[1] + 2 * ROOM


def _batch(rows: list[_Row]) -> Batch:
    symbols = np.full((len(rows), SYMBOLS), BLANK, np.int32)
    for number, row in enumerate(rows):
        symbols[number, : len(row.symbols)] = row.symbols
    counts = np.array([len(row.symbols) for row in rows], np.int32)
    return Batch(np.stack([row.ink for row in rows]), symbols, counts, np.stack([row.here for row in rows]))


def _varied(line: Line, generator: np.random.Generator) -> Line:
    """Return a line a little larger or smaller, slanted, moved, uneven, and brighter or darker."""
    ink = line.ink
    rows, columns = ink.shape
    wider, higher = np.exp(generator.normal(0, 0.09, 2))
    slant, down = generator.normal(0, 0.1), generator.normal(0, 0.9)
    across = max(round(columns * wider), 1)
    y, x = np.mgrid[:rows, :across].astype(np.float32)
    y -= (rows - 1) / 2
    coarse = generator.normal(0, 0.6, (2, 4, max(across // 8, 2))).astype(np.float32)
    bent = [cv2.resize(field, (across, rows), interpolation=cv2.INTER_CUBIC) for field in coarse]
    from_x = x / np.float32(wider) + np.float32(slant) * y + bent[0]
    from_y = y / np.float32(higher) + np.float32(down + (rows - 1) / 2) + bent[1]
    moved = cv2.remap(ink, from_x, from_y, cv2.INTER_LINEAR, borderValue=0)
    brightness = np.clip(np.exp(generator.normal(0, 0.2)), 0.7, 1.6)
    bright = np.asarray(cv2.convertScaleAbs(moved, alpha=float(brightness)), np.uint8)
    return Line(bright, line.symbols, line.place * wider)


def _write(parameters: list[Parameters], statistics: list[Statistics], provenance: dict[str, str]) -> None:
    """Write the layers as they are read with: their normalisation is put into the kernel and the bias."""
    arrays = {}
    for number, ((kernel, gain, bias), (mean, variance)) in enumerate(zip(parameters, statistics, strict=True)):
        last = number == len(LAYERS) - 1
        scale = np.ones_like(gain) if last else gain / np.sqrt(variance + _EPSILON)
        arrays[f"layers.{number}.kernel"] = np.asarray(kernel * scale, np.float32)
        arrays[f"layers.{number}.bias"] = np.asarray(bias - (0 if last else mean * scale), np.float32)
    shipped_file("frames").write_bytes(safetensors.numpy.save(arrays, provenance))
    _layers.cache_clear()


def greedy(told: NDArray[np.float64]) -> list[int]:
    """Return what a line says if in each of its frames, as `frames` tells of them, the most probable class is taken."""
    best = told.argmax(axis=1)
    fresh = np.flatnonzero(np.diff(best, prepend=BLANK))
    return [int(symbol) for symbol in best[fresh] if symbol != BLANK]
