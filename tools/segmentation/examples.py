"""What the judges learn from: seams and pieces of written lines, and which of them are right."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from segmentation.written import Written
from tendigits.reading.glyphs.canvas import Canvas, canvas
from tendigits.reading.glyphs.judges import PART
from tendigits.reading.glyphs.lines import text_lines
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.seams import Seams, seams
from tendigits.reading.ink.width import stroke_width

RIGHT, WRONG = 0.06, 0.2
"""A seam is right if it puts so little ink on the wrong side, as a share of the lighter neighbour's, and wrong from so
much on; what is in between is not learnt from, but the best seam of each gap is right up to `BEST`."""

BEST = 0.35

WHOLE, NOT_WHOLE = 0.8, 0.62
"""A piece is whole if its ink and its owner's have so much in common (intersection over union)."""


@dataclass(frozen=True)
class CutLine:
    """A line on its canvas.

    seams: where it may be cut. left: float64 (owners, n), how much of each owner's ink is left of each. total: of each.
    """

    canvas: Canvas
    seams: Seams
    left: NDArray[np.float64]
    total: NDArray[np.float64]
    labels: NDArray[np.intp]

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

    def piece_labels(self, pieces: NDArray[np.intp], left: NDArray[np.float64]) -> NDArray[np.int8]:
        """Return the label of each piece: a digit, `judges.MARK`, `judges.PART`, or -1 where it is nearly whole.

        pieces: (n, 2), between which columns of `left` they lie.
        """
        own = left[:, pieces[:, 1]] - left[:, pieces[:, 0]]
        owner = own.argmax(axis=0)
        most = own[owner, np.arange(len(pieces))]
        common = most / (own.sum(axis=0) + self.total[owner] - most + 1e-9)
        best = np.zeros(len(self.total))
        np.maximum.at(best, owner, common)
        whole = common >= np.clip(0.97 * best[owner], NOT_WHOLE, WHOLE)
        return np.where(whole, self.labels[owner], np.where(common < NOT_WHOLE, PART, -1)).astype(np.int8)


def cut_lines(written: Written) -> Iterator[CutLine]:
    """Yield the lines that are found in what is written, as one reads it."""
    ink = _full(written.ink)
    parts = connected_parts(ink, stroke_width(ink))
    for run in (run for line in text_lines(parts) for run in line.runs()):
        where = canvas(run)
        owners = _owners_on(where, written.owners)
        found = seams(where.ink)
        left, total = _masses(where.ink, owners, len(written.labels), found)
        if total.sum() > 0:
            yield CutLine(where, found, left, total, np.array(written.labels))


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
    found = np.full(line.ink.shape, -1, np.int16)
    found[inside] = owners[at_y[inside], at_x[inside]]
    if (found < 0).all():
        return found
    nearest = cv2.distanceTransformWithLabels(
        (found < 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    names = np.zeros(nearest.max() + 1, np.int16)
    names[nearest[found >= 0]] = found[found >= 0]
    return names[nearest]


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
