"""Train the two judges of a segmentation, and write them to `src/tendigits/shipped`: `make judges`.

Lines are written with MNIST's first 55,000 training digits and cut everywhere; what is learnt from them is checked on
lines of the other 5,000. First the judge of seams. Then, on the pieces between the seams that it leaves, a judge of
pieces, and with its help the one that ships: of the pieces that are not whole, those that the first one is not sure of
are learnt from (hard examples; Felzenszwalb, Girshick, McAllester and Ramanan 2010, "Object detection with
discriminatively trained part-based models", section 4.4). Everything is drawn from `SEED`, so that the same files come
out again on processors of one kind.

Prints how often each judge is right. Half an hour on two cores, and memory for several copies of 2.8 million examples
of 2 kB.
"""

import argparse
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

import tendigits
from segmentation.examples import cut_lines
from segmentation.written import Writer
from tendigits.backend import import_keras
from tendigits.data import load
from tendigits.models import shipped_file
from tendigits.network import dense_classifier, to_weights
from tendigits.reading.glyphs import judges, lattice
from tendigits.reading.glyphs.judges import MARK, PART
from tendigits.reading.glyphs.views import Views
from tendigits.training.threads import limit_threads
from tendigits.weights import serialize

SEED = 1
TRAINING = 55_000
CHUNK = 250
"""Lines drawn from one seed, by one process."""

WRONG_SEAMS, PARTS = 0.3, 0.25
"""So many of the wrong seams, and of the pieces that are not whole, are learnt from: there are enough of them."""

EASY, EASY_PARTS = 0.9, 0.08
"""A piece that is not whole is easy if the first judge gives it more than this; so many of them are learnt from."""

DIGITS = 0.5
"""So many of the whole digits are learnt from besides hard parts: one digit is many pieces, with seams close by."""

Examples = tuple[NDArray[np.uint8], NDArray[np.int32]]

Task = tuple[int, int, bool]
"""The number of a chunk of lines, how many lines it has, and whether of digits that are held out."""


@dataclass(frozen=True)
class Judge:
    """What is trained: its name, hidden layers, and on how many lines, for how many epochs."""

    name: str
    hidden: tuple[int, ...]
    lines: int
    epochs: int


SEAMS = Judge("seams", (128, 32), lines=10_000, epochs=5)
FIRST_PIECES = Judge("pieces", (160, 64), lines=8_000, epochs=5)
PIECES = Judge("pieces", (224, 96), lines=26_000, epochs=6)
HELD_OUT_LINES = 500
BATCH_SIZE = 512
RATE, DECAY = 2e-3, 1e-2


def main() -> None:
    """Train all three, each with those before it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    processes = parser.parse_args().processes
    limit_threads("wide", BATCH_SIZE)
    train(SEAMS, seams_of_lines, processes)
    train(FIRST_PIECES, pieces_of_lines, processes)
    train(PIECES, hard_pieces_of_lines, processes)


def train(judge: Judge, examples: Callable[[Task], Examples], processes: int) -> None:
    """Train a judge and write it down."""
    learnt = _gathered(examples, judge.lines, processes)
    held_out = _gathered(examples, HELD_OUT_LINES, processes, held_out=True)
    print(f"{judge.name}: {len(learnt[0]):,} examples, and {len(held_out[0]):,} held out", flush=True)
    inputs, classes = int(learnt[0][0].size), int(learnt[1].max()) + 1
    keras = import_keras()
    model = dense_classifier(inputs, judge.hidden, classes, seed=SEED)
    steps = judge.epochs * -(-len(learnt[0]) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=DECAY), loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )  # fmt: skip
    run = tendigits.train(model, data=(learnt, held_out), epochs=judge.epochs, batch_size=BATCH_SIZE, seed=SEED)
    provenance = {"lines": judge.lines, "epochs": judge.epochs, "seed": SEED, "examples": len(learnt[0])}
    shipped_file(judge.name).write_bytes(serialize(to_weights(run.model, provenance)))


def _gathered(examples: Callable[[Task], Examples], lines: int, processes: int, *, held_out: bool = False) -> Examples:
    """Return the examples of so many lines, drawn by several processes, in an order that does not depend on them."""
    tasks = [(chunk, min(CHUNK, lines - chunk * CHUNK), held_out) for chunk in range(-(-lines // CHUNK))]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        views, labels = map(list, zip(*pool.imap(examples, tasks), strict=True))
    return _together(views), np.concatenate(labels)


def _together(arrays: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Concatenate large arrays, and let go of each as it is copied."""
    whole = np.empty((sum(map(len, arrays)), *arrays[0].shape[1:]), np.uint8)
    at = len(whole)
    while arrays:
        last = arrays.pop()
        whole[at - len(last) : at] = last
        at -= len(last)
    return whole


def seams_of_lines(task: Task) -> Examples:
    """Return windows on seams, uint8 (n, 2, 28, 36), and whether each is right."""
    generator, writer = _begun(task, "seams")
    views, labels = [], []
    for _ in range(task[1]):
        for line in cut_lines(writer.line(generator)):
            label = line.seam_labels()
            taken = (label == 1) | ((label == 0) & (generator.random(len(label)) < WRONG_SEAMS))
            if taken.any():
                views.append(Views(line.canvas, line.seams[taken]).of_seams())
                labels.append(label[taken])
    return np.concatenate(views), np.concatenate(labels).astype(np.int32)


def pieces_of_lines(task: Task) -> Examples:
    """Return windows on pieces, uint8 (n, 2, 28, 36), and what each is."""

    def taken(label: NDArray[np.int8], _: NDArray[np.uint8], draw: NDArray[np.float64]) -> NDArray[np.bool_]:
        return (label >= 0) & ((label != PART) | (draw < PARTS))

    return _pieces(task, "pieces", taken)


def hard_pieces_of_lines(task: Task) -> Examples:
    """Return windows on pieces and what each is, few of those that are easy; held out is what is not chosen so."""
    if task[2]:
        return pieces_of_lines(task)

    def taken(label: NDArray[np.int8], views: NDArray[np.uint8], draw: NDArray[np.float64]) -> NDArray[np.bool_]:
        easy = judges.pieces_probability(views)[:, PART] >= EASY
        part = (label == PART) & (~easy | (draw < EASY_PARTS))
        digit = (label >= 0) & (label < MARK) & (draw < DIGITS)
        return part | digit | (label == MARK)

    return _pieces(task, "hard pieces", taken)


def _pieces(
    task: Task, name: str,
    taken: Callable[[NDArray[np.int8], NDArray[np.uint8], NDArray[np.float64]], NDArray[np.bool_]],
) -> Examples:  # fmt: skip
    generator, writer = _begun(task, name)
    views, labels = [], []
    for _ in range(task[1]):
        for line in cut_lines(writer.line(generator)):
            kept = lattice.chosen(line.canvas, line.seams)[0]
            places = [int(np.flatnonzero((line.seams == seam).all(axis=1))[0]) for seam in kept]
            left = np.column_stack([np.zeros(len(line.total)), line.left[:, places], line.total])
            pieces = lattice.pairs(left.sum(axis=0))
            label = line.piece_labels(pieces, left)
            seen = Views(line.canvas, lattice.with_ends(kept, line.canvas)).of_pieces(pieces)
            chosen = taken(label, seen, generator.random(len(label)))
            views.append(seen[chosen])
            labels.append(label[chosen])
    return np.concatenate(views), np.concatenate(labels).astype(np.int32)


def _begun(task: Task, name: str) -> tuple[np.random.Generator, Writer]:
    cv2.setNumThreads(1)
    chunk, _, held_out = task
    images, labels = load("mnist").train
    of = np.s_[TRAINING:] if held_out else np.s_[:TRAINING]
    return np.random.default_rng([SEED, held_out, chunk, *name.encode()]), Writer(images[of], labels[of])


if __name__ == "__main__":
    main()
