"""Ends of strokes that a cut left with the next digit, given back.

A cut goes where it divides the line best as a whole. Where it goes through a 4's bar or a 9's foot, the end of the
stroke is left beside the next digit; whether it belongs there is asked of the network that reads digits.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tendigits.inference import predict
from tendigits.reading.glyphs.fragments import SMALL, Fragments, Loose, PlacedInk
from tendigits.reading.glyphs.glyph import as_mnist
from tendigits.reading.glyphs.lattice import without_slivers
from tendigits.weights import Weights

__all__ = ["mended"]

WORSE = 0.02
"""Two digits may be so much less clear when a fragment has gone from one to the other, and it is right still: the
logarithm of both probabilities together. On 160 lines of digits apart whose boxes are known, with the networks before
those that ship, 12 of 823 boxes were off by more than 0.15 of their height with it, 20 with 0, and 66 where nothing was
given back."""

_LEAST = 1e-12
"""No probability is taken for less."""


def mended(fragments: Fragments, told: Sequence[int | None], network: Weights) -> dict[int, PlacedInk]:
    """Return the pieces that gain or lose a fragment.

    Args:
        fragments: of all pieces of a line.
        told: which digit each piece is taken for; None where it is none.
        network: which reads digits; of what is changed it may think otherwise, if not by much.

    Returns:
        Their ink, by the numbers of the pieces.

    """
    trial = _Trial(fragments, told, network)
    for loose in fragments.loose():
        if told[loose.piece] is not None and told[loose.neighbour] is not None:
            trial.give_back(loose)
    return trial.changed


class _Trial:
    """Fragments, one after another, with the digit that they hang together with, and left there if it is clear."""

    def __init__(self, fragments: Fragments, told: Sequence[int | None], network: Weights) -> None:
        self._fragments, self._told, self._network = fragments, told, network
        self._owners = fragments.pieces.copy()
        self._given: defaultdict[int, float] = defaultdict(float)
        self._clear: dict[int, float] = {}
        self.changed: dict[int, PlacedInk] = {}

    def give_back(self, loose: Loose) -> None:
        given = self._given[loose.piece] + loose.share
        if given >= SMALL:  # of a digit most stays where the search saw it
            return
        both = (loose.piece, loose.neighbour)
        before = sum(self._clear[piece] if piece in self._clear else self._shown(piece)[1] for piece in both)
        self._owners[loose.fragment] = loose.neighbour
        inks, clear = zip(*map(self._shown, both), strict=True)
        if sum(clear) < before - WORSE:
            self._owners[loose.fragment] = loose.piece
            return
        self._given[loose.piece] = given
        self._clear |= zip(both, clear, strict=True)
        self.changed |= zip(both, inks, strict=True)

    def _shown(self, piece: int) -> tuple[PlacedInk, float]:
        """Return a piece's ink, and the logarithm of the probability that it is what it was told as."""
        ink = without_slivers(*self._fragments.ink_of(piece, self._owners))
        [probabilities] = predict(self._network, as_mnist(ink[2])[None])
        return ink, float(np.log(max(probabilities[self._told[piece]], _LEAST)))
