"""All ways to cut a line into pieces, and how likely each is."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.connected import connected
from tendigits.reading.glyphs.canvas import SCALE, Canvas
from tendigits.reading.glyphs.fragments import Fragments, PlacedInk
from tendigits.reading.glyphs.frames import cuts, frames
from tendigits.reading.glyphs.judge import seams_probability
from tendigits.reading.glyphs.seams import Seams, seams
from tendigits.reading.glyphs.spans import spans
from tendigits.reading.glyphs.views import View

__all__ = ["Lattice", "lattice", "without_slivers"]

UNLIKELY = 0.02
"""Seams of less probability than this are left out."""

_NEAR = 0.008
"""Of seams with less ink than this between them, in squares of a digit's height, the most probable stays."""

_MOST = 12
"""A piece spans so many gaps between seams, at most."""

_LEAST = 0.004
"""The least ink of a piece, in squares of a digit's height."""

SLIVER = 0.03
"""A part of a piece with less of its ink than this is no part of a digit."""

FAINT = 24
"""Ink of the canvas no brighter than this is blur."""

_BEYOND = 1e4
"""Where the ends of a line are, in pixels left and right of everything."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Pieces that a line may be cut into.

    Attributes:
        canvas: the line.
        seams: where it may be cut, from left to right, its ends included: float32 (m, rows).
        certainty: the probability of each seam to run between digits: float32 (m,), 1 at the ends.
        pieces: between which seams each lies: (n, 2).
        spans: how probable it is that each is one digit or one mark, and no more, as the whole line is seen: the
            logarithm for each digit and for a mark, float64 (n, 11).
        left: how much ink is left of each seam, float64 (m,), in pixels of full ink.

    """

    canvas: Canvas
    seams: Seams
    certainty: NDArray[np.float32]
    pieces: NDArray[np.intp]
    spans: NDArray[np.float64]
    left: NDArray[np.float64]

    def ink_of(self, piece: int) -> PlacedInk:
        """Return a piece's ink, cropped, and its upper left corner on the canvas, x and y."""
        left, right = self.seams[self.pieces[piece]]
        first = int(max(np.floor(left.min()), 0))
        last = int(min(np.ceil(right.max()), self.canvas.ink.shape[1]))
        columns = np.arange(first, last) + 0.5
        own = (columns >= left[:, None]) & (columns < right[:, None])
        return without_slivers(first, 0, np.where(own, self.canvas.ink[:, first:last], 0).astype(np.uint8))

    def fragments(self, way: Sequence[int]) -> Fragments:
        """Return what all pieces from one end to the other are made of."""
        return Fragments(self.canvas.ink, self.seams[[*self.pieces[way, 0], -1]])


def without_slivers(x: int, y: int, ink: NDArray[np.uint8]) -> PlacedInk:
    """Return ink at x and y, cropped, without what a seam left of its neighbours: parts that are little beside all."""
    if not ink.size:
        return x, y, ink
    found = connected((ink > FAINT).astype(np.uint8))
    if found.count > 1:
        mass = np.bincount(found.labels.ravel(), ink.ravel(), found.count)
        mass[0] = 0
        kept = mass >= SLIVER * mass.sum()
        ink = np.where(found.labels > 0 if kept[1:].all() else kept[found.labels], ink, 0).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(ink)
    return x + left, y + top, ink[top : top + height, left : left + width]


def lattice(line: Canvas) -> Lattice:
    """Return the pieces that a line may be cut into, judged."""
    view = View(line)
    found, certainty = _chosen(line, view, seams(line.ink))
    found = _with_ends(found, line)
    certainty = np.concatenate([[1], certainty, [1]]).astype(np.float32)
    left = _lefts(line, found)
    pieces = _pairs(left)
    told = frames(view.ink)
    place = np.maximum.accumulate(cuts(view.middles(found), told))  # seams that cross are in order of ink
    held = spans(told, *place[pieces.T])
    return Lattice(line, found, certainty, pieces, held, left)


def _with_ends(found: Seams, line: Canvas) -> Seams:
    """Return seams with one before and one behind all ink of a line."""
    ends = np.full((1, len(line.ink)), _BEYOND, np.float32)
    return np.concatenate([-ends, found, ends])


def _chosen(line: Canvas, view: View, every: Seams) -> tuple[Seams, NDArray[np.float32]]:
    """Return the seams that may be right, from left to right, and how probable each is."""
    if not len(every):
        return every, np.zeros(0, np.float32)
    probability = seams_probability(view.windows(every))
    left = _lefts(line, every)
    likely = [int(i) for i in np.argsort(-probability, kind="stable") if probability[i] >= UNLIKELY]
    kept: list[int] = []
    places: list[float] = []  # how much ink is left of those that are kept, in order
    for i in likely:
        at = bisect.bisect(places, left[i])
        around = places[max(at - 1, 0) : at + 1]
        if all(abs(left[i] - place) >= _NEAR * SCALE**2 for place in around):
            kept.insert(at, i)
            places.insert(at, float(left[i]))
    return every[kept], probability[kept]


def _lefts(line: Canvas, of: Seams) -> NDArray[np.float64]:
    """Return how much ink is left of each seam, in pixels of full ink."""
    sums = np.pad(np.cumsum(line.ink, axis=1, dtype=np.int64), [(0, 0), (1, 0)])
    columns = np.ceil(of - 0.5).clip(0, line.ink.shape[1]).astype(np.intp)
    return np.asarray(sums[np.arange(len(sums)), columns].sum(axis=1) / 255)


def _pairs(left: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the pieces: pairs of seams, (n, 2), with ink between them."""
    first, last = np.triu_indices(len(left), 1)
    fits = (last - first <= _MOST) & (left[last] - left[first] >= _LEAST * SCALE**2)
    return np.column_stack([first[fits], last[fits]])
