"""Lines that were cut into pieces, read: the most probable digits, and how probable they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.inference import predict
from tendigits.reading.glyphs.canvas import canvas
from tendigits.reading.glyphs.fragments import PlacedInk
from tendigits.reading.glyphs.frames import MARK, frames
from tendigits.reading.glyphs.glyph import as_mnist
from tendigits.reading.glyphs.lattice import Lattice
from tendigits.reading.glyphs.lines import Line
from tendigits.reading.glyphs.parts import CORE
from tendigits.reading.glyphs.piece import Piece
from tendigits.reading.glyphs.search import (
    Edges,
    Way,
    joined,
    length_probability,
    marginals,
    most_probable,
    text_probability,
)
from tendigits.reading.glyphs.spans import spans
from tendigits.reading.glyphs.views import View
from tendigits.reading.mending import mended
from tendigits.reading.result import Corners
from tendigits.weights import Weights

__all__ = ["FoundDigit", "FoundMark", "Recognition", "log_odds", "recognise", "recognise_one"]

LIKELY = 0.01
"""Pieces that are on the way with less probability than this, before they are shown to the network, are not shown,
but for the most probable."""

SEAMS = 0.3
"""How much the judge of seams is to be believed: what it says of neighbouring seams is not independent."""

CLEAR = 0.5
"""How much of the network's confidence counts for a piece: a digit that is none of ten is cut wrongly."""

SEEN = 0.25
"""How much the network's choice of a digit counts beside that of the network that sees the line."""

TRUST = 0.99
"""How probable it is, before the image is seen, that a number has as many digits as the caller says."""

_FAINT = 1e-4
"""No more than this is made of what is less probable."""

_WIDEST = 1.4
"""No digit is wider than this, in its own height."""

_DOUBT = 1e-3
"""No digit is held for less probable than this by the network that sees the line."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit.

    Attributes:
        line: which, from 0.
        box: where, in pixels of the ink.
        glyph: uint8 (28, 28), what the network saw.
        probability: of each digit, that it is in this place: float64 (10,), summing to at most 1.
        whole: the probability that one digit is in this place, and no more, as the whole line is seen.
        seen: the probability that the network gives the digit that it takes it for.

    """

    line: int
    box: Corners
    glyph: NDArray[np.uint8]
    probability: NDArray[np.float64]
    whole: float
    seen: float


@dataclass(frozen=True)
class FoundMark:
    """What is no digit.

    Attributes:
        box: where, in pixels of the ink.

    """

    box: Corners


@dataclass(frozen=True, eq=False)
class Recognition:
    """What is written.

    Attributes:
        digits: in reading order.
        marks: in reading order.
        probability: of the most probable text.

    """

    digits: tuple[FoundDigit, ...]
    marks: tuple[FoundMark, ...]
    probability: float


def recognise(
    lines: Sequence[Sequence[Lattice]], network: Weights, length: tuple[int, int] | None = None
) -> Recognition | None:
    """Return what is written.

    Args:
        lines: the runs of each line, in reading order.
        network: which reads digits.
        length: the least and the most digits, 1 or more; None for any number.

    Returns:
        None where no reading has so many digits.

    """
    runs = [run for line in lines for run in line]
    if not runs:
        return None if length else Recognition((), (), 1.0)
    looks = joined([_looks(run) for run in runs])
    length = length and (length[0], min(length[1], looks.nodes - 1))  # there is no room for more
    if most_probable(looks, length) is None:
        return None
    seen = _Seen(lines, looks, marginals(looks, length)[0], network)
    way = most_probable(seen.edges, length)
    if way is None:
        return None
    seen.mend(way)
    belief = _belief(seen.edges, length)
    as_digit = belief * marginals(seen.edges, length)[0]
    found = list(zip(way.edges, way.is_digit, strict=True))
    digits = tuple(seen.digit(piece, as_digit) for piece, is_digit in found if is_digit)
    marks = tuple(FoundMark(seen.box(piece)) for piece, is_digit in found if not is_digit)
    text = [int(seen.edges.values[piece].argmax()) for piece, is_digit in found if is_digit]
    return Recognition(digits, marks, belief * text_probability(seen.edges, text, length))


def recognise_one(piece: Piece, network: Weights) -> Recognition:
    """Return which digit it is that a piece of ink is, all of it.

    Args:
        piece: the ink.
        network: which reads digits.

    """
    glyph = as_mnist(piece.ink)
    seen = predict(network, glyph[None]).astype(np.float64)
    height = max(piece.height, piece.width / _WIDEST)
    held = frames(View(canvas(Line((piece,), height, (0.0, piece.y + piece.height / 2)))).ink)
    span = spans(held, np.zeros(1, np.intp), np.array([len(held)]))[:, :MARK]
    whole = np.logaddexp.reduce(span, axis=1, keepdims=True)
    probability = _agreed(seen, np.exp(span - whole))[0]
    box = (piece.x, piece.y, piece.right, piece.bottom)
    digit = FoundDigit(0, box, glyph, probability, float(np.exp(whole[0, 0])), float(seen.max()))
    return Recognition((digit,), (), float(probability.max()))


def _agreed(seen: NDArray[np.float64], told: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of digits, (n, 10), of which one network saw what is cut out, the other all around."""
    both = seen**SEEN * (told + _DOUBT)
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _belief(edges: Edges, length: tuple[int, int] | None) -> float:
    """Return how probable it is that there are as many digits as was said, now that the image is seen."""
    if not length:
        return 1.0
    probability = length_probability(edges, length)
    agreed, contradicted = TRUST * probability, (1 - TRUST) * (1 - probability)
    return agreed / (agreed + contradicted)


def _looks(run: Lattice) -> Edges:
    """Return a run's pieces as they look on the line."""
    first, last = run.pieces.T
    seam = np.where(last < len(run.seams) - 1, SEAMS * log_odds(run.certainty)[last], 0.0)
    whole = _whole(run)
    mark = run.spans[:, MARK] + seam
    return Edges(len(run.seams), first, last, whole + seam, mark, np.exp(run.spans[:, :MARK] - whole[:, None]))


def _whole(run: Lattice) -> NDArray[np.float64]:
    """Return the logarithm of the probability of each piece to be one digit, whichever: (n,)."""
    return np.asarray(np.logaddexp.reduce(run.spans[:, :MARK], axis=1))


class _Seen:
    """All runs' pieces, numbered one run after another; those that are likely have been shown to the network.

    Args:
        lines: the runs of each line.
        looks: their pieces as they look on the line.
        likely: the probability of each piece to be a digit on the way, (n,).
        network: which reads digits.

    """

    def __init__(
        self, lines: Sequence[Sequence[Lattice]], looks: Edges, likely: NDArray[np.float64], network: Weights
    ) -> None:
        self._runs = [(number, run) for number, line in enumerate(lines) for run in line]
        self._starts = np.cumsum([0, *(len(run.pieces) for _, run in self._runs)])
        self._shown = np.flatnonzero(likely >= min(LIKELY, likely.max()))
        self._network, self._looks = network, looks
        self._mended: dict[int, PlacedInk] = {}
        self._glyphs: dict[int, NDArray[np.uint8]] = {}
        self._network_says = np.zeros((len(likely), MARK))
        self.edges = self._read(self._shown.tolist())

    def mend(self, way: Way) -> None:
        """Give ends of strokes that a cut on this way left with the next digit back to their own."""
        values = self.edges.values.argmax(axis=1)
        told = {piece: int(values[piece]) for piece, is_digit in zip(way.edges, way.is_digit, strict=True) if is_digit}
        for number, group in groupby(way.edges, self._number):
            pieces, start = list(group), int(self._starts[number])
            if len(pieces) > 1:
                fragments = self._runs[number][1].fragments([piece - start for piece in pieces])
                changed = mended(fragments, [told.get(piece) for piece in pieces], self._network)
                self._mended |= {pieces[i]: ink for i, ink in changed.items()}
        if self._mended:
            self.edges = self._read(list(self._mended))

    def _read(self, pieces: Sequence[int]) -> Edges:
        """Show pieces to the network.

        Returns:
            All pieces, with its opinion of those that it was ever shown; the others are no digits.

        """
        self._glyphs |= {piece: as_mnist(self._ink(piece)[2]) for piece in pieces}
        self._network_says[pieces] = predict(self._network, np.stack([self._glyphs[piece] for piece in pieces]))
        looks = self._looks
        shown, digit, values = self._shown, np.full(len(looks.digit), -np.inf), looks.values.copy()
        values[shown] = _agreed(self._network_says[shown], values[shown])
        clear = np.log(np.maximum(self._network_says[shown].max(axis=1), _FAINT))
        digit[shown] = looks.digit[shown] + CLEAR * clear
        return replace(looks, digit=digit, values=values)

    def digit(self, piece: int, as_digit: NDArray[np.float64]) -> FoundDigit:
        """Return a piece as a digit, which is as probable as all pieces in its place together.

        Args:
            piece: which.
            as_digit: the probability of each piece to be a digit, (n,).

        """
        line, run, own = self._place(piece)
        alike = self._starts[self._number(piece)] + _alike(run, own)
        probability = np.minimum(as_digit[alike] @ self.edges.values[alike], 1.0)
        glyph = self._glyphs[piece]
        whole = float(np.exp(np.logaddexp.reduce(run.spans[own, :MARK])))
        return FoundDigit(line, self.box(piece), glyph, probability, whole, float(self._network_says[piece].max()))

    def box(self, piece: int) -> Corners:
        """Return where a piece is, in pixels of the ink."""
        x, y, ink = self._ink(piece)
        left, top, width, height = cv2.boundingRect((ink >= CORE).astype(np.uint8))
        if not width:
            left, top, height, width = 0, 0, *ink.shape
        return self._place(piece)[1].canvas.box(x + left, y + top, x + left + width, y + top + height)

    def _ink(self, piece: int) -> PlacedInk:
        if piece in self._mended:
            return self._mended[piece]
        _, run, own = self._place(piece)
        return run.ink_of(own)

    def _place(self, piece: int) -> tuple[int, Lattice, int]:
        """Return the line and the run that a piece is in, and its number there."""
        number = self._number(piece)
        line, run = self._runs[number]
        return line, run, piece - int(self._starts[number])

    def _number(self, piece: int) -> int:
        return int(np.searchsorted(self._starts, piece, side="right")) - 1


def _alike(run: Lattice, piece: int) -> NDArray[np.intp]:
    """Return the pieces that are in the same place: more of both is shared than not."""
    begin, end = run.left[run.pieces[:, 0]], run.left[run.pieces[:, 1]]
    shared = np.minimum(end, end[piece]) - np.maximum(begin, begin[piece])
    either = np.maximum(end, end[piece]) - np.minimum(begin, begin[piece])
    return np.flatnonzero(shared > either / 2)


def log_odds(probability: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the logarithms of probabilities' odds, (n,), none nearer to 0 and 1 than a ten-thousandth."""
    within = np.clip(probability.astype(np.float64), _FAINT, 1 - _FAINT)
    return np.asarray(np.log(within / (1 - within)))
