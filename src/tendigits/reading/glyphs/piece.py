"""A piece of ink in its place: a connected part, what a cut leaves of it, or several of them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Piece", "united"]


@dataclass(frozen=True, eq=False)
class Piece:
    """Ink in its place, cropped to it.

    Attributes:
        x, y: of its upper left corner, in pixels of the ink.
        ink: uint8 (height, width), bright on 0; the ink of others within its box is 0.

    """

    x: int
    y: int
    ink: NDArray[np.uint8]

    @property
    def width(self) -> int:
        """Of its box, in pixels."""
        return int(self.ink.shape[1])

    @property
    def height(self) -> int:
        """Of its box, in pixels."""
        return int(self.ink.shape[0])

    @property
    def right(self) -> int:
        """The first column beyond its box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below its box."""
        return self.y + self.height

    @cached_property
    def mass(self) -> float:
        """How much ink it is, in pixels of full ink."""
        return float(self.ink.sum(dtype=np.int64)) / 255

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Its centre of mass, x and y."""
        total = max(self.mass * 255, 1)
        columns, rows = self.ink.sum(axis=0, dtype=np.int64), self.ink.sum(axis=1, dtype=np.int64)
        x = columns @ (np.arange(self.width) + 0.5) / total
        y = rows @ (np.arange(self.height) + 0.5) / total
        return self.x + float(x), self.y + float(y)


def united(pieces: Sequence[Piece]) -> Piece:
    """Return several pieces as one."""
    if len(pieces) == 1:
        return pieces[0]
    x, y = min(piece.x for piece in pieces), min(piece.y for piece in pieces)
    right, bottom = max(piece.right for piece in pieces), max(piece.bottom for piece in pieces)
    ink = np.zeros((bottom - y, right - x), np.uint8)
    for piece in pieces:
        place = ink[piece.y - y : piece.bottom - y, piece.x - x : piece.right - x]
        np.maximum(place, piece.ink, out=place)
    return Piece(x, y, ink)
