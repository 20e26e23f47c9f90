"""What a cut leaves of a stroke on the wrong side: the end of a 4's bar, beside the digit that stands there."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.connected import connected, spread
from tendigits.reading.glyphs.canvas import SCALE
from tendigits.reading.glyphs.parts import CORE

__all__ = ["Fragments", "Loose", "PlacedInk"]

PlacedInk = tuple[int, int, NDArray[np.uint8]]
"""A piece's ink, and before it its upper left corner on the canvas of its line, x and y."""

SMALL = 0.35
"""A fragment with less than this of its piece's ink may belong to the piece next to it."""

_LEAST = 0.002
"""What is less ink than this, in squares of a digit's height, changes nothing."""

MOST = 60
"""So many fragments of a line may be loose: more are seen in drawings and noise."""

_AROUND = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Rows down and columns across: with the four neighbours that are not among them, each pair of pixels counts once."""


class Loose(NamedTuple):
    """A fragment that hangs together with a piece on the other side of a cut.

    Attributes:
        fragment: which, from 0.
        piece: in which it is, as the line was cut, from 0.
        neighbour: the piece that it hangs together with.
        share: how much of its piece's ink it is, less than :data:`SMALL`.

    """

    fragment: int
    piece: int
    neighbour: int
    share: float


class Fragments:
    """What the pieces of a line are made of: what hangs together on one side of a cut.

    Args:
        ink: uint8 (rows, columns), the canvas of a line.
        seams: float32 (n + 1, rows), between which its n pieces lie; the ends of the line are the first and the last.

    Attributes:
        pieces: in which piece each fragment is, from 0: int64 (fragments,).

    """

    def __init__(self, ink: NDArray[np.uint8], seams: NDArray[np.float32]) -> None:
        columns = np.arange(ink.shape[1]) + np.float32(0.5)
        at = (columns >= seams[1:-1, :, None]).sum(axis=0)
        labels = np.zeros(ink.shape, np.int32)
        pieces: list[int] = []
        for piece in range(len(seams) - 1):
            found = connected(((ink >= CORE) & (at == piece)).astype(np.uint8))
            labels = np.where(found.labels > 0, found.labels.astype(np.int32) + len(pieces), labels)
            pieces += [piece] * (found.count - 1)
        self._ink, self.pieces = ink, np.array(pieces, np.intp)
        self._beside = _beside(labels, self.pieces)
        self._fragment = spread(labels) - 1
        self._mass = np.bincount(labels.ravel(), ink.ravel(), len(pieces) + 1)[1:]

    def loose(self) -> list[Loose]:
        """Return the fragments that may belong to the piece next to theirs, the largest first; of very many these."""
        if not len(self.pieces):
            return []
        share = self._mass / np.bincount(self.pieces, self._mass)[self.pieces]
        small = (share < SMALL) & (self._beside >= 0)
        ends = small & ~small[self._beside]  # of two small ones neither is the end of the other
        ends &= self._mass >= 255 * _LEAST * SCALE**2
        largest = np.flatnonzero(ends)[np.argsort(-self._mass[ends], kind="stable")[:MOST]]
        return [Loose(int(i), int(self.pieces[i]), int(self.pieces[self._beside[i]]), float(share[i])) for i in largest]

    def ink_of(self, piece: int, pieces: NDArray[np.intp]) -> PlacedInk:
        """Return a piece's ink, cropped, and where it is.

        Args:
            piece: which.
            pieces: the piece that each fragment belongs to: as the line was cut, or otherwise; there is at least one.

        """
        own = (pieces == piece)[self._fragment] & (self._ink > 0)
        x, y, width, height = cv2.boundingRect(own.astype(np.uint8))
        place = np.s_[y : y + height, x : x + width]
        return x, y, np.where(own[place], self._ink[place], 0).astype(np.uint8)


def _beside(labels: NDArray[np.int32], pieces: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each fragment the one in another piece that it has most pixels beside; -1 where there is none."""
    pairs = []
    rows, columns = labels.shape
    for down, across in _AROUND:
        here = labels[: rows - down, max(-across, 0) : columns - max(across, 0)]
        there = labels[down:, max(across, 0) : columns - max(-across, 0)]
        touching = (here > 0) & (there > 0) & (here != there)  # within a piece, they would be one
        pairs += [(here[touching], there[touching]), (there[touching], here[touching])]
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    found, contacts = np.unique(one.astype(np.int64) * (len(pieces) + 1) + other, return_counts=True)
    order = np.argsort(contacts, kind="stable")  # of each fragment's, the last that is put down is the longest
    beside = np.full(len(pieces) + 1, -1, np.intp)
    beside[found[order] // (len(pieces) + 1)] = found[order] % (len(pieces) + 1) - 1
    return beside[1:]
