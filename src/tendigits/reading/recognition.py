"""Lines that were cut into pieces, read: the most probable digits, and how probable they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.inference import predict
from tendigits.reading.glyphs.glyph import as_mnist
from tendigits.reading.glyphs.judges import DIGITS, MARK
from tendigits.reading.glyphs.lattice import Lattice
from tendigits.reading.glyphs.parts import CORE
from tendigits.reading.glyphs.search import (
    Edges,
    joined,
    length_probability,
    marginals,
    most_probable,
    text_probability,
)
from tendigits.weights import Weights

__all__ = ["FoundDigit", "FoundMark", "Recognition", "recognise"]

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the ink."""

WHOLE = 0.01
"""A piece that is a whole digit with less probability than this is none: many wrong ones would outweigh the right."""

LIKELY = 0.002
"""Pieces that are on the way with less probability than this, as the judges see it, are not shown to the network."""

SHARPNESS = 0.6
"""How much the judge of pieces is to be believed: its log odds, for pieces that share ink, are not independent."""

SEAMS = 0.3
"""The same for the judge of seams."""

CLEAR = 2.0
"""How much of the network's confidence counts for a piece: a digit that is none of ten is cut wrongly."""

CONTEXT = 0.5
"""How much the judge's own opinion of the digit counts beside the network's."""

RARE = 4.0
"""By how much, in log odds, a mark must be the better explanation: most of what people write in numbers is digits."""

TRUST = 0.99
"""How probable it is, before the image is seen, that a number has as many digits as the caller says."""

_FAINT = 1e-4
_DOUBT = 1e-3
"""No digit is thought less probable than this by the judge of pieces."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit.

    Attributes:
        line: which, from 0.
        box: where, in pixels of the ink.
        glyph: uint8 (28, 28), what the network saw.
        probability: of each digit, that it is in this place: float64 (10,), summing to at most 1.
        whole: the probability that the judge of pieces gives it to be a digit, cut out rightly.
        seen: the probability that the network gives the digit that it takes it for.

    """

    line: int
    box: Box
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

    box: Box


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
        length: the least and the most digits; None for any number.

    Returns:
        None where no reading has so many digits.

    """
    runs = [run for line in lines for run in line]
    if not runs:
        return Recognition((), (), 1.0) if not length or not length[0] else None
    seen = [_Seen(run, network) for run in runs]
    edges = joined([each.edges for each in seen])
    way = most_probable(edges, length)
    if way is None:
        return None
    belief = _belief(edges, length)
    as_digit = belief * marginals(edges, length)[0]
    starts = np.cumsum([0, *(len(run.pieces) for run in runs)])
    line_of = [number for number, line in enumerate(lines) for _ in line]
    digits, marks = [], []
    for edge, is_digit in zip(way.edges, way.is_digit, strict=True):
        run = int(np.searchsorted(starts, edge, side="right")) - 1
        piece, own = edge - int(starts[run]), np.s_[starts[run] : starts[run + 1]]
        if is_digit:
            digits.append(seen[run].digit(piece, line_of[run], as_digit[own], edges.values[own]))
        else:
            marks.append(FoundMark(seen[run].box(piece)))
    text = [
        int(edges.values[edge].argmax()) for edge, is_digit in zip(way.edges, way.is_digit, strict=True) if is_digit
    ]
    return Recognition(tuple(digits), tuple(marks), belief * text_probability(edges, text, length))


def _belief(edges: Edges, length: tuple[int, int] | None) -> float:
    """Return how probable it is that there are as many digits as was said, now that the image is seen."""
    if not length:
        return 1.0
    probability = length_probability(edges, length)
    agreed, contradicted = TRUST * probability, (1 - TRUST) * (1 - probability)
    return agreed / (agreed + contradicted)


class _Seen:
    """A line whose likely pieces the network has seen."""

    def __init__(self, line: Lattice, network: Weights) -> None:
        self._line = line
        judged = self._judged()
        self._opinion = np.zeros(len(line.pieces))
        self._shown = np.flatnonzero(marginals(judged)[0] > LIKELY)
        self._glyphs = [as_mnist(line.ink_of(int(piece))[2]) for piece in self._shown]
        self.edges = self._read(judged, network) if self._glyphs else judged

    def _judged(self) -> Edges:
        """Return the pieces as the judges see them."""
        line = self._line
        first, last = line.pieces.T
        seam = np.where(last < len(line.seams) - 1, SEAMS * _log_odds(line.certainty)[last], 0.0)
        kinds = line.kinds[:, DIGITS]
        whole = kinds.sum(axis=1)
        digit = np.where(whole > WHOLE, SHARPNESS * _log_odds(whole) + seam, -np.inf)
        mark = SHARPNESS * _log_odds(line.kinds[:, MARK]) + seam - RARE
        return Edges(len(line.seams), first, last, digit, mark, np.full(kinds.shape, 0.1))

    def _read(self, judged: Edges, network: Weights) -> Edges:
        """Return the pieces with the network's opinion of those that are shown to it; the others are no digits."""
        shown, values = self._shown, judged.values.copy()
        seen = predict(network, np.stack(self._glyphs)).astype(np.float64)
        self._opinion[shown] = seen.max(axis=1)
        both = seen * (self._line.kinds[shown, DIGITS] + _DOUBT) ** CONTEXT
        values[shown] = both / both.sum(axis=1, keepdims=True)
        digit = np.full(len(values), -np.inf)
        digit[shown] = judged.digit[shown] + CLEAR * np.log(np.maximum(seen.max(axis=1), _FAINT))
        return replace(judged, digit=digit, values=values)

    def digit(self, piece: int, line: int, as_digit: NDArray[np.float64], values: NDArray[np.float64]) -> FoundDigit:
        """Return a piece as a digit, which is as probable as all pieces in its place together.

        Args:
            piece: which.
            line: that it stands in.
            as_digit: the probability of each piece of this run to be a digit, (n,).
            values: the probabilities of digits, given that it is one, (n, 10).

        """
        alike = self._alike(piece)
        probability = np.minimum(as_digit[alike] @ values[alike], 1.0)
        glyph = self._glyphs[int(np.searchsorted(self._shown, piece))]
        whole = float(self._line.kinds[piece, DIGITS].sum())
        return FoundDigit(line, self.box(piece), glyph, probability, whole, float(self._opinion[piece]))

    def _alike(self, piece: int) -> NDArray[np.intp]:
        """Return the pieces that are in the same place: more of both is shared than not."""
        left = self._line.left
        begin, end = left[self._line.pieces[:, 0]], left[self._line.pieces[:, 1]]
        shared = np.minimum(end, end[piece]) - np.maximum(begin, begin[piece])
        either = np.maximum(end, end[piece]) - np.minimum(begin, begin[piece])
        return np.flatnonzero(shared > either / 2)

    def box(self, piece: int) -> Box:
        """Return where a piece is, in pixels of the ink."""
        x, y, ink = self._line.ink_of(piece)
        left, top, width, height = cv2.boundingRect((ink >= CORE).astype(np.uint8))
        if not width:
            left, top, height, width = 0, 0, *ink.shape
        return self._line.canvas.box(x + left, y + top, x + left + width, y + top + height)


def _log_odds(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    within = np.clip(probability.astype(np.float64), _FAINT, 1 - _FAINT)
    return np.log(within / (1 - within))
