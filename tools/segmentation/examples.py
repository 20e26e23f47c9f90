"""What the networks learn from: written lines, what they say, and which of their seams are right."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from segmentation.written import Written
from tendigits.reading.connected import spread
from tendigits.reading.glyphs.canvas import SCALE, Canvas, canvas
from tendigits.reading.glyphs.frames import MARK
from tendigits.reading.glyphs.lines import text_lines
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.seams import Seams, seams
from tendigits.reading.ink.width import stroke_width

RIGHT, WRONG = 0.06, 0.2
"""A seam is right if it puts so little ink on the wrong side, as a share of the lighter neighbour's, and wrong from so
much on; what is in between is not learnt from, but the best seam of each gap is right up to `BEST`."""

BEST = 0.35

LEAST, LEAST_OF_MARK = 0.004, 0.0012
"""So much ink, in squares of a digit's height, must be left of a digit or mark that the line is said to hold."""


@dataclass(frozen=True)
class OwnedLine:
    """A line on its canvas.

    owners: int16 as the canvas, whose ink each pixel is. labels: (owners,), of each its digit, or `frames.MARK`.
    """

    canvas: Canvas
    owners: NDArray[np.int16]
    labels: NDArray[np.intp]

    def transcript(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return what the line says, from left to right, and where.

        Returns:
            Labels of the owners that have ink on it, (n,), and the middle of each one's ink and its standard deviation
            around it, across the canvas: (n, 2).

        """
        owner, ink = self.owners.ravel(), self.canvas.ink.ravel() / (255 * SCALE**2)
        columns = np.tile(np.arange(self.canvas.ink.shape[1]), len(self.canvas.ink))
        mass = np.bincount(owner, ink, len(self.labels))
        middle = np.bincount(owner, ink * columns, len(self.labels)) / np.maximum(mass, 1e-9)
        off = np.bincount(owner, ink * (columns - middle[owner]) ** 2, len(self.labels))
        deviation = np.sqrt(off / np.maximum(mass, 1e-9))
        here = np.flatnonzero(mass >= np.where(self.labels == MARK, LEAST_OF_MARK, LEAST))
        here = here[np.argsort(middle[here], kind="stable")]
        return self.labels[here], np.column_stack([middle, deviation])[here]


@dataclass(frozen=True)
class CutLine:
    """A line with seams.

    seams: where it may be cut. left: float64 (owners, n), how much of each owner's ink is left of each. total: of each.
    """

    canvas: Canvas
    seams: Seams
    left: NDArray[np.float64]
    total: NDArray[np.float64]

    def seam_error(self) -> NDArray[np.float64]:
        """Return the ink that each seam puts on the wrong side for each gap: (gaps, n), of the lighter neighbour's."""
        here = np.flatnonzero(self.total > 0)
        errors = []
        for before, after in pairwise(here):
            kept_back = (self.total[: before + 1, None] - self.left[: before + 1]).sum(axis=0)
            wrong = kept_back + self.left[after:].sum(axis=0)
            errors.append(wrong / min(self.total[before], self.total[after]))
        return np.array(errors).reshape(-1, self.left.shape[1])

    def seam_labels(self) -> NDArray[np.int8]:
        """Return 1 for right seams, 0 for wrong ones and -1 for those in between."""
        errors = self.seam_error()
        labels = np.zeros(self.left.shape[1], np.int8)
        if not len(errors) or not errors.shape[1]:
            return labels
        best = errors.min(axis=0)
        labels[best < WRONG] = -1
        labels[best < RIGHT] = 1
        for error in errors:
            if error.min() < BEST:
                labels[error <= 1.2 * error.min()] = 1
        return labels


def owned_lines(written: Written) -> Iterator[OwnedLine]:
    """Yield the lines that are found in what is written, as one reads it."""
    ink = _full(written.ink)
    parts = connected_parts(ink, stroke_width(ink))
    for run in (run for line in text_lines(parts) for run in line.runs()):
        where = canvas(run)
        owners = _owners_on(where, written.owners)
        if (owners >= 0).any():
            yield OwnedLine(where, owners, np.array(written.labels))


def cut(line: OwnedLine) -> CutLine:
    """Return the line with the seams that it may be cut at."""
    found = seams(line.canvas.ink)
    return CutLine(line.canvas, found, *_masses(line.canvas.ink, line.owners, len(line.labels), found))


def _full(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stretch ink so that most of its core is full, as ink that was found in a photograph is."""
    core = ink[ink > 40]
    if not core.size:
        return ink
    return (ink * (255 / max(float(np.quantile(core, 0.8)), 60.0))).clip(0, 255).astype(np.uint8)


def _owners_on(line: Canvas, owners: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return whose ink each pixel of the canvas is; where nothing is known, the nearest owner's."""
    y, x = np.mgrid[: line.ink.shape[0], : line.ink.shape[1]] + 0.5
    at_x = np.floor(line.x + x / line.scale).astype(int)
    at_y = np.floor(line.y + (y + line.slope * x) / line.scale).astype(int)
    inside = (at_x >= 0) & (at_y >= 0) & (at_x < owners.shape[1]) & (at_y < owners.shape[0])
    found = np.zeros(line.ink.shape, np.int32)
    found[inside] = owners[at_y[inside], at_x[inside]] + 1
    return (spread(found) - 1).astype(np.int16)


def _masses(
    ink: NDArray[np.uint8], owners: NDArray[np.int16], n: int, found: Seams
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much of each owner's ink is left of each seam, and how much there is: in pixels of full ink."""
    columns = np.ceil(found - 0.5).clip(0, ink.shape[1]).astype(int)
    rows = np.arange(len(ink))
    left, total = np.zeros((n, len(found))), np.zeros(n)
    for owner in range(n):
        sums = np.pad(np.cumsum(np.where(owners == owner, ink, 0) / 255, axis=1), [(0, 0), (1, 0)])
        left[owner], total[owner] = sums[rows, columns].sum(axis=1), sums[:, -1].sum()
    return left, total
