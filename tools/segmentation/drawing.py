"""Many written lines, drawn by several processes, the same ones however many processes there are."""

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import cv2
import numpy as np

from segmentation.written import Writer, Written
from tendigits.data import load
from tendigits.training.deform import deformed
from tendigits.training.hands import drawn
from tendigits.training.recipes import ROBUST

TRAINING = 55_000
"""Lines are written with so many of MNIST's training digits; those held out, with the others."""

CHUNK = 250
"""Lines drawn from one seed, by one process."""

COPIES, DRAWN = 2_800, 400
"""A chunk's lines take their digits from so many deformed copies, and so many that the project draws itself."""

Example = TypeVar("Example")


@dataclass(frozen=True)
class Lines:
    """So many lines of this name, which is their seed, too; held out if their digits are."""

    name: str
    count: int
    held_out: bool = False


def of_lines(
    lines: Lines, examples: Callable[[Iterator[Written], np.random.Generator], Example], processes: int
) -> list[Example]:
    """Return what `examples` makes of each chunk of lines, in an order that does not depend on the processes."""
    chunks = range(-(-lines.count // CHUNK))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return list(pool.imap(partial(_of_chunk, lines, examples), chunks))


def _of_chunk(
    lines: Lines, examples: Callable[[Iterator[Written], np.random.Generator], Example], chunk: int
) -> Example:
    cv2.setNumThreads(1)
    generator = np.random.default_rng([chunk, lines.held_out, *lines.name.encode()])
    writer = _held_out_writer() if lines.held_out else _writer(generator)
    count = min(CHUNK, lines.count - chunk * CHUNK)
    return examples((writer.line(generator) for _ in range(count)), generator)


def _writer(generator: np.random.Generator) -> Writer:
    """Return a writer of digits as others might have written them: a network sees each line many times."""
    images, labels = (array[:TRAINING] for array in load("mnist").train)
    chosen = generator.choice(TRAINING, COPIES, replace=False)
    copies = deformed(images[chosen], ROBUST.deformation, int(generator.integers(1 << 31)))
    others, of_others = drawn(DRAWN, int(generator.integers(1 << 31)))
    return Writer(np.concatenate([copies, others]), np.concatenate([labels[chosen], of_others]))


def _held_out_writer() -> Writer:
    images, labels = load("mnist").train
    return Writer(images[TRAINING:], labels[TRAINING:])
