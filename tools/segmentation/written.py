"""Lines of digits and of what is none between them, and whose ink each pixel is."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from paper.crossings import blotted_out, crossed_out
from paper.ruling import Ruling
from paper.strokes import draw
from paper.writing import Area, Hand, write_lines

from tendigits.reading.glyphs.frames import MARK
from tendigits.training.nondigits import KINDS

Coverage = NDArray[np.float32]

GAPS = ((0.05, 0.5), (-0.02, 0.03), (-0.03, 0.3), (-0.06, 0.0))
HOW_OFTEN = (0.3, 0.35, 0.25, 0.1)
"""Distances between digits' inks in heights of a digit: apart, touching, both, overlapping."""

MARKS = ("dash", "comma", "dot", "plus", "equals", "colon", "letter", "scribble", "crossed out", "blot")

NO_DIGITS = 0.05
"""So many lines are of marks alone."""


@dataclass(frozen=True)
class Written:
    """A line.

    ink: uint8 (height, width), ink bright. owners: int16 (height, width), whose ink a pixel is, -1 where there is none.
    labels: of each owner, from left to right: its digit, or `frames.MARK`.
    """

    ink: NDArray[np.uint8]
    owners: NDArray[np.int16]
    labels: tuple[int, ...]


class Writer:
    """Writes lines with MNIST's digits.

    Args:
        images: uint8 (n, 28, 28). labels: (n,).

    """

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        self._images, self._labels = images, labels

    def line(self, generator: np.random.Generator) -> Written:
        """Return a line of 1 to 12 digits, a third of them with marks, or a line of marks."""
        height = generator.uniform(24, 64)
        pen = None if generator.random() < 0.5 else float(np.exp(generator.uniform(np.log(0.025), np.log(0.17))))
        hand = _hand(generator)
        runs = self._runs(generator)
        pieces: list[tuple[Coverage, NDArray[np.int16], float]] = []  # ink, owners, and where the line's foot is
        labels: list[int] = []
        for run in runs:
            if len(run):
                ink, owners = self._run(run, height, pen, hand, generator)
                pieces.append((ink, np.where(owners >= 0, owners + len(labels), -1).astype(np.int16), 0.0))
                labels += [int(self._labels[i]) for i in run]
            if not len(run) or len(pieces) < 2 * len(runs) - 1 or generator.random() < 0.15:
                mark, lift = _mark(height, pen or 0.1, generator)
                pieces.append((mark, np.where(mark > 0.05, len(labels), -1).astype(np.int16), lift))
                labels.append(MARK)
        ink, owners = _side_by_side(pieces, height, generator)
        if generator.random() < 0.06:
            _underline(ink, owners, len(labels), height, generator)
            labels.append(MARK)
        return Written(_worn(ink, height, generator), owners, tuple(labels))

    def _runs(self, generator: np.random.Generator) -> list[NDArray[np.intp]]:
        n = int(generator.integers(1, 13))
        if generator.random() < NO_DIGITS:
            return [np.zeros(0, np.intp)] * n
        chosen = generator.integers(0, len(self._images), n)
        if generator.random() < 0.65 or n == 1:
            return [chosen]
        breaks = np.sort(generator.choice(np.arange(1, n), min(int(generator.integers(1, 4)), n - 1), replace=False))
        return np.split(chosen, breaks)

    def _run(
        self, run: NDArray[np.intp], height: float, pen: float | None, hand: Hand, generator: np.random.Generator
    ) -> tuple[Coverage, NDArray[np.int16]]:
        width = int(height * (1.4 * len(run) + 2))
        area = Area((int(4 * height), width), height, height / 2, 2 * height, width - height)
        digits = [(self._images[i], int(self._labels[i])) for i in run]
        writing = write_lines([digits], area, height, pen, hand, Ruling(), generator)
        x, y, wide, high = cv2.boundingRect((writing.ink > 0.02).astype(np.uint8))
        box = np.s_[y : y + high, x : x + wide]
        owners = np.asarray(writing.owners)
        return writing.ink[box], np.where(writing.ink > 0, owners, -1)[box].astype(np.int16)


def _hand(generator: np.random.Generator) -> Hand:
    gap = GAPS[generator.choice(len(GAPS), p=HOW_OFTEN)]
    slant = float(generator.normal(2, 6))
    return Hand(gap=gap, slant=(slant, slant), slope=(-3, 3), unsteadiness=(0.2, 1.2))


def _side_by_side(
    pieces: list[tuple[Coverage, NDArray[np.int16], float]], height: float, generator: np.random.Generator
) -> tuple[Coverage, NDArray[np.int16]]:
    """Put pieces on one line with small gaps."""
    gaps = (generator.uniform(0.06, 0.5, len(pieces)) * height).astype(int)
    width = sum(ink.shape[1] for ink, _, _ in pieces) + int(gaps.sum()) + int(height)
    rows = int(5 * height)
    page, whose = np.zeros((rows, width), np.float32), np.full((rows, width), -1, np.int16)
    x, foot = int(height / 2), 3.5 * height
    for (ink, owners, lift), gap in zip(pieces, gaps, strict=True):
        y = int(foot - ink.shape[0] - lift * height + generator.normal(0, 0.03) * height)
        y = min(max(y, 0), rows - ink.shape[0])
        place = np.s_[y : y + ink.shape[0], x : x + ink.shape[1]]
        page[place], whose[place] = ink, owners
        x += ink.shape[1] + int(gap)
    return page, whose


def _mark(height: float, pen: float, generator: np.random.Generator) -> tuple[Coverage, float]:
    """Return a mark's ink and how high above the line its foot is, in heights of a digit."""
    width = max(pen * height, 1.2)
    kind = generator.choice(MARKS)
    if kind in ("letter", "scribble"):
        from_kind = KINDS[str(kind)]
        image = from_kind(generator, None)  # these two need no digits
        x, y, wide, high = cv2.boundingRect((image > 30).astype(np.uint8))
        scale = height * generator.uniform(0.7, 1.3) / max(high, 0.7 * wide, 1)
        cut = image[y : y + high, x : x + wide].astype(np.float32) / 255
        size = max(int(wide * scale), 1), max(int(high * scale), 1)
        return cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC).clip(0, 1), 0.0
    if kind == "crossed out":
        return _drawn(crossed_out(height * generator.uniform(0.5, 2), height, generator), width), 0.0
    if kind == "blot":
        long, high = height * generator.uniform([0.45, 0.45], [1.3, 1.2])
        return _drawn(blotted_out(long, high, generator), width), 0.0
    paths, lift = _strokes(str(kind), height, width, generator)
    return _drawn(paths, width), lift


def _strokes(
    kind: str, height: float, width: float, generator: np.random.Generator
) -> tuple[list[NDArray[np.float64]], float]:
    """Return a sign's strokes and how high above the line its foot is, in heights of a digit."""
    long = height * generator.uniform(0.25, 0.9)
    across = _path(0, 0, long, generator.normal(0, 0.06) * long)
    dot = _path(0, 0, 0.3 * width, 0.1 * width)
    tail = height * generator.uniform(0.12, 0.32)
    apart = np.array([0, height * generator.uniform(0.18, 0.5)])
    signs = {
        "dash": ([across], generator.uniform(0.3, 0.6)),
        "equals": ([across, across + 0.7 * apart], generator.uniform(0.2, 0.4)),
        "plus": ([across, _path(long / 2, -long / 2, long / 2, long / 2)], generator.uniform(0.05, 0.3)),
        "comma": ([_path(tail * generator.uniform(0.1, 0.6), 0, 0, tail)], -0.6 * tail / height),
        "dot": ([dot], 0.0),
        "colon": ([dot, dot + apart], generator.uniform(0.05, 0.2)),
    }
    return signs[kind]


def _path(*pairs: float) -> NDArray[np.float64]:
    return np.array(pairs, np.float64).reshape(-1, 2)


def _drawn(paths: list[NDArray[np.float64]], width: float) -> Coverage:
    points, room = np.concatenate(paths), width + 2
    low = points.min(axis=0) - room
    columns, rows = np.ceil(points.max(axis=0) + room - low).astype(int)
    ink = np.zeros((rows, columns), np.float32)
    draw(ink, [path - low for path in paths], width)
    x, y, wide, high = cv2.boundingRect((ink > 0.05).astype(np.uint8))
    return ink[y : y + high, x : x + wide]


def _underline(
    ink: Coverage, owners: NDArray[np.int16], number: int, height: float, generator: np.random.Generator
) -> None:
    """Leave a rule below or through the feet of the line, as where ruling was not found."""
    y = int(3.5 * height + generator.normal(0.05, 0.06) * height)
    thick = max(1, round(height * generator.uniform(0.015, 0.06)))
    begin, end = np.sort(generator.integers(0, ink.shape[1], 2))
    place = np.s_[y : y + thick, begin:end]
    owners[place] = np.where(ink[place] < 0.5, number, owners[place])
    ink[place] = np.maximum(ink[place], generator.uniform(0.5, 1))


def _worn(ink: Coverage, height: float, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Let strokes fade or break here and there, or be as grainy as a pencil's, and blur it."""
    if generator.random() < 0.2:
        ink = ink * _uneven(ink.shape, height / 8, 0.25, generator)
    if generator.random() < 0.15:
        ink = ink * _uneven(ink.shape, height * generator.uniform(0.03, 0.07), 0.5, generator)
    blur = generator.uniform(0, 0.04) * height
    if blur > 0.3:
        ink = cv2.GaussianBlur(ink, (0, 0), blur)
        ink = ink * generator.uniform(1, 1.4)
    levels = (np.clip(ink, 0, 1) * 255).astype(np.uint8)
    return np.where(levels < 12, 0, levels).astype(np.uint8)


def _uneven(shape: tuple[int, ...], grain: float, most: float, generator: np.random.Generator) -> Coverage:
    """Return how much of the ink is left on paper whose grains are so many pixels apart; up to `most` has none."""
    rows, columns = (int(side / grain) + 2 for side in shape[:2])
    coarse = generator.random((rows, columns)).astype(np.float32)
    fine = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip((fine - generator.uniform(0, most)) * 6, 0, 1).astype(np.float32)
