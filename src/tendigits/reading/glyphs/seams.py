"""Where a line may be cut: seams from its upper to its lower edge, many more than there are gaps between digits.

Over-segmentation: the networks decide between the cuts (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based
learning applied to document recognition", section VI). A seam keeps near a slanted straight line, and there goes where
it crosses least ink, found by dynamic programming. Near is on it, or up to a tenth or a quarter of a digit's height
aside: where strokes run into each other along some length, no way around is better than straight through.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.canvas import SCALE

__all__ = ["Seams", "seams"]

Seams = NDArray[np.float32]
"""(n, rows): for each row of the canvas, how many of its columns are left of a seam; roughly from left to right."""

SLANTS = (-0.2, -0.07, 0.07, 0.2, 0.33, 0.46)
"""By how much seams lean to the right from the bottom up, for each row."""

WANDER = (0, 2, 5)
"""How far from its straight line a seam goes, in pixels of the coarse canvas."""

ASIDE = 0.1
"""What a step aside costs, in pixels of ink."""

DEAREST = 13.0
"""The most ink that a seam crosses, in pixels of the coarse canvas: more than two strokes, but not along one."""

ALIKE = 0.0025
"""Two seams are one if no more ink than this is between them, in squares of a digit's height; one in fifty of a digit's
ink is."""

COARSE = 2
"""Seams are sought on a canvas so much coarser."""


def seams(ink: NDArray[np.uint8]) -> Seams:
    """Return seams all along a line, without its ends.

    Args:
        ink: uint8 (rows, columns), the canvas of a line.

    """
    rows, columns = (-(-side // COARSE) for side in ink.shape)
    padded = np.pad(ink, [(0, rows * COARSE - ink.shape[0]), (0, columns * COARSE - ink.shape[1])])
    small = cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA)
    coarse = small.astype(np.float32) / np.float32(255)
    every = np.stack([_near(coarse, wander) for wander in WANDER], axis=1)
    return _refined(_distinct(coarse, every.reshape(-1, rows)), len(ink))


def _near(ink: NDArray[np.float32], wander: int) -> NDArray[np.int32]:
    """Return a seam for each slant, and each column that a line so slanted may begin in: int32 (slants, n, rows)."""
    rows, columns = ink.shape
    lean = np.rint((np.arange(rows) - (rows - 1) / 2) * -np.array(SLANTS)[:, None]).astype(np.int32)
    most = int(np.abs(lean).max())
    starts = np.arange(-most, columns + most, dtype=np.int32)
    offsets = np.arange(-wander, wander + 1, dtype=np.int32)
    room = 2 * most + wander + 1
    padded = np.pad(ink, [(0, 0), (room, room)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(starts), axis=1)
    first = room + starts[0] + lean.T[..., None] + offsets
    cost = windows[0, first[0]]
    steps = np.zeros((rows, *cost.shape), np.int8)
    for y in range(1, rows):
        best, step = cost.copy(), steps[y]
        if wander:
            _cheaper(best[:, 1:], cost[:, :-1] + ASIDE, step[:, 1:], -1)
            _cheaper(best[:, :-1], cost[:, 1:] + ASIDE, step[:, :-1], 1)
        cost = best + windows[y, first[y]]
    return _traced(cost, steps, starts, lean, wander).clip(0, columns)


def _cheaper(best: NDArray[np.float32], other: NDArray[np.float32], step: NDArray[np.int8], side: int) -> None:
    better = other < best
    np.copyto(best, other, where=better)
    np.copyto(step, np.int8(side), where=better)


def _traced(
    cost: NDArray[np.float32], steps: NDArray[np.int8], starts: NDArray[np.int32], lean: NDArray[np.int32], wander: int
) -> NDArray[np.int32]:
    """Go back from the lowest row's least cost."""
    offset = cost.argmin(axis=1).astype(np.int32)
    slant, which = np.ogrid[: len(lean), : len(starts)]
    found = np.empty((*offset.shape, lean.shape[1]), np.int32)
    for y in range(lean.shape[1] - 1, -1, -1):
        found[..., y] = starts + lean[:, y, None] + offset - wander
        offset += steps[y, slant, offset, which]
    return found


def _distinct(ink: NDArray[np.float32], every: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the seams that differ, and of those that are alike the one that crosses least ink."""
    rows = np.arange(len(ink))
    sums = np.pad(np.cumsum(ink, axis=1, dtype=np.float32), [(0, 0), (1, 0)])
    left = sums[rows, every].sum(axis=1)
    crossed = np.pad(ink, [(0, 0), (0, 1)])[rows, every].sum(axis=1)
    total, alike = float(sums[:, -1].sum()), ALIKE * (SCALE / COARSE) ** 2
    useful = np.flatnonzero((left > alike) & (left < total - alike) & (crossed <= DEAREST))
    bins = np.floor(left[useful] / alike).astype(np.int64)
    order = useful[np.lexsort((crossed[useful], bins))]
    _, first = np.unique(np.sort(bins), return_index=True)
    return every[order[first]]


def _refined(coarse: NDArray[np.int32], rows: int) -> Seams:
    """Return seams of the coarse canvas in rows and columns of the canvas."""
    y = (np.arange(rows) + 0.5) / COARSE - 0.5
    low = np.clip(np.floor(y).astype(int), 0, coarse.shape[1] - 1)
    high = np.minimum(low + 1, coarse.shape[1] - 1)
    part = (y - low).clip(0, 1).astype(np.float32)
    return np.asarray((coarse[:, low] * (1 - part) + coarse[:, high] * part + 0.5) * COARSE, np.float32)
