"""Train the two judges of a segmentation, and write them to `src/tendigits/shipped`: `make judges`.

Lines are written with MNIST's first 55,000 training digits and cut everywhere; what is learnt from them is checked on
lines of the other 5,000. First the judge of seams, then, on the pieces between the seams that it leaves, the judge of
pieces. Everything is drawn from `SEED`, so that the same files come out again on processors of one kind.

Prints how often each judge is right. TIME on two cores, and MEMORY.
"""

import argparse
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

import tendigits
from segmentation.examples import PART, cut_lines
from segmentation.written import Writer
from tendigits.data import load
from tendigits.models import shipped_file
from tendigits.network import dense_classifier, to_weights
from tendigits.reading.glyphs import lattice
from tendigits.reading.glyphs.views import Views
from tendigits.weights import serialize

SEED = 1
TRAINING = 55_000
CHUNK = 250
"""Lines drawn from one seed, by one process."""

WRONG_SEAMS, PARTS = 0.3, 0.25
"""So many of the wrong seams, and of the pieces that are not whole, are learnt from: there are enough of them."""

Examples = tuple[NDArray[np.uint8], NDArray[np.int32]]


@dataclass(frozen=True)
class Judge:
    """What is trained: its name, hidden layers, and on how many lines, for how many epochs."""

    name: str
    hidden: tuple[int, ...]
    lines: int
    epochs: int


SEAMS = Judge("seams", (128, 32), lines=10_000, epochs=5)
PIECES = Judge("pieces", (160, 64), lines=16_000, epochs=6)
HELD_OUT_LINES = 500
BATCH_SIZE = 512
RATE, DECAY = 2e-3, 1e-2


def main() -> None:
    """Train both, the second with the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    processes = parser.parse_args().processes
    train(SEAMS, seams_of_lines, processes)
    train(PIECES, pieces_of_lines, processes)


def train(judge: Judge, examples: Callable[[tuple[int, int, bool]], Examples], processes: int) -> None:
    """Train a judge and write it down."""
    learnt = _gathered(examples, judge.lines, processes)
    held_out = _gathered(examples, HELD_OUT_LINES, processes, held_out=True)
    print(f"{judge.name}: {len(learnt[0]):,} examples, and {len(held_out[0]):,} held out", flush=True)
    inputs, classes = int(learnt[0][0].size), int(learnt[1].max()) + 1
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


def _gathered(
    examples: Callable[[tuple[int, int, bool]], Examples], lines: int, processes: int, *, held_out: bool = False
) -> Examples:
    """Return the examples of so many lines, drawn by several processes, in an order that does not depend on them."""
    tasks = [(chunk, min(CHUNK, lines - chunk * CHUNK), held_out) for chunk in range(-(-lines // CHUNK))]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found = list(pool.imap(examples, tasks))
    return np.concatenate([views for views, _ in found]), np.concatenate([labels for _, labels in found])


def seams_of_lines(task: tuple[int, int, bool]) -> Examples:
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


def pieces_of_lines(task: tuple[int, int, bool]) -> Examples:
    """Return windows on pieces, uint8 (n, 2, 28, 36), and what each is."""
    generator, writer = _begun(task, "pieces")
    views, labels = [], []
    for _ in range(task[1]):
        for line in cut_lines(writer.line(generator)):
            kept = lattice.chosen(line.canvas, line.seams)[0]
            places = [int(np.flatnonzero((line.seams == seam).all(axis=1))[0]) for seam in kept]
            left = np.column_stack([np.zeros(len(line.total)), line.left[:, places], line.total])
            pieces = lattice.pairs(left.sum(axis=0))
            label = line.piece_labels(pieces, left)
            taken = ((label >= 0) & (label < PART)) | ((label == PART) & (generator.random(len(label)) < PARTS))
            if taken.any():
                views.append(Views(line.canvas, lattice.with_ends(kept, line.canvas)).of_pieces(pieces[taken]))
                labels.append(label[taken])
    return np.concatenate(views), np.concatenate(labels).astype(np.int32)


def _begun(task: tuple[int, int, bool], name: str) -> tuple[np.random.Generator, Writer]:
    cv2.setNumThreads(1)
    chunk, _, held_out = task
    images, labels = load("mnist").train
    of = np.s_[TRAINING:] if held_out else np.s_[:TRAINING]
    return np.random.default_rng([SEED, len(name), held_out, chunk]), Writer(images[of], labels[of])


if __name__ == "__main__":
    main()
