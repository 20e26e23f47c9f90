"""Lines that were cut into pieces, read: the most probable digits, and how probable they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tendigits.inference import predict
from tendigits.reading.glyphs.glyph import as_mnist
from tendigits.reading.glyphs.judges import DIGITS, MARK
from tendigits.reading.glyphs.lattice import Lattice
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

LIKELY = 0.01
"""Pieces that are digits with less probability than this are not shown to the network."""

SHARPNESS = 0.5
"""How much the judge of pieces is to be believed: its log odds, for pieces that share ink, are not independent."""

SEAMS = 0.5
"""The same for the judge of seams."""

CLEAR = 1.0
"""How much of the network's confidence counts for a piece: a digit that is none of ten is cut wrongly."""

CONTEXT = 0.6
"""How much the judge's own opinion of the digit counts beside the network's."""

RARE = 3.0
"""By how much, in log odds, a mark must be the better explanation: most of what people write in numbers is digits."""

TRUST = 0.99
"""How probable it is, before the image is seen, that a number has as many digits as the caller says."""

_FAINT = 1e-4


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit.

    Attributes:
        run: of which of the lattices.
        box: where.
        glyph: uint8 (28, 28), what the network saw.
        probability: of each digit, that it is in this place: float64 (10,), summing to at most 1.

    """

    run: int
    box: Box
    glyph: NDArray[np.uint8]
    probability: NDArray[np.float64]


@dataclass(frozen=True)
class FoundMark:
    """What is no digit.

    Attributes:
        run: of which of the lattices.
        box: where.

    """

    run: int
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


def recognise(runs: Sequence[Lattice], network: Weights, length: tuple[int, int] | None = None) -> Recognition | None:
    """Return what is written.

    Args:
        runs: pieces of lines, in reading order.
        network: which reads digits.
        length: the least and the most digits; None for any number.

    Returns:
        None where no reading has so many digits.

    """
    if not runs:
        return Recognition((), (), 1.0) if not length or not length[0] else None
    seen = [_Seen(run, network) for run in runs]
    edges = joined([each.edges for each in seen])
    way = most_probable(edges, length)
    if way is None:
        return None
    belief = _belief(edges, length)
    as_digit = belief * marginals(edges, length)[0]
    owner = np.repeat(np.arange(len(runs)), [len(run.pieces) for run in runs])
    starts = np.cumsum([0, *(len(run.pieces) for run in runs)])
    digits, marks, text = [], [], []
    for edge, is_digit in zip(way.edges, way.is_digit, strict=True):
        run = int(owner[edge])
        piece = edge - int(starts[run])
        box = seen[run].box(piece)
        if not is_digit:
            marks.append(FoundMark(run, box))
            continue
        alike = starts[run] + seen[run].alike(piece)
        probability = as_digit[alike] @ edges.values[alike]
        digits.append(FoundDigit(run, box, seen[run].glyph(piece), np.minimum(probability, 1.0)))
        text.append(int(edges.values[edge].argmax()))
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
        whole = line.kinds[:, DIGITS].sum(axis=1)
        self._shown = np.flatnonzero(whole > LIKELY)
        self._glyphs = [as_mnist(line.ink_of(int(piece))[2]) for piece in self._shown]
        self.edges = self._edges(whole, network)

    def _edges(self, whole: NDArray[np.float32], network: Weights) -> Edges:
        n, shown = len(self._line.pieces), self._shown
        first, last = self._line.pieces.T
        seam = np.where(last < len(self._line.seams) - 1, SEAMS * _log_odds(self._line.certainty)[last], 0.0)
        digit, values = np.full(n, -np.inf), np.full((n, 10), 0.1)
        if len(shown):
            seen = predict(network, np.stack(self._glyphs)).astype(np.float64)
            clear = CLEAR * np.log(np.maximum(seen.max(axis=1), _FAINT))
            both = seen * (self._line.kinds[shown, DIGITS] + 1e-3) ** CONTEXT
            values[shown] = both / both.sum(axis=1, keepdims=True)
            digit[shown] = SHARPNESS * _log_odds(whole[shown]) + clear + seam[shown]
        mark = SHARPNESS * _log_odds(self._line.kinds[:, MARK]) + seam - RARE
        return Edges(len(self._line.seams), first, last, digit, mark, values)

    def glyph(self, piece: int) -> NDArray[np.uint8]:
        """Return what the network saw of a piece."""
        return self._glyphs[int(np.searchsorted(self._shown, piece))]

    def alike(self, piece: int) -> NDArray[np.intp]:
        """Return the pieces that are in the same place: more of both is shared than not."""
        left = self._line.left
        begin, end = left[self._line.pieces[:, 0]], left[self._line.pieces[:, 1]]
        shared = np.minimum(end, end[piece]) - np.maximum(begin, begin[piece])
        either = np.maximum(end, end[piece]) - np.minimum(begin, begin[piece])
        return np.flatnonzero(shared > either / 2)

    def box(self, piece: int) -> Box:
        """Return where a piece is, in pixels of the ink."""
        x, y, ink = self._line.ink_of(piece)
        return self._line.canvas.box(x, y, x + ink.shape[1], y + ink.shape[0])


def _log_odds(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    within = np.clip(probability.astype(np.float64), _FAINT, 1 - _FAINT)
    return np.log(within / (1 - within))
