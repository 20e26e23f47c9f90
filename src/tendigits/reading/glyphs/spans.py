"""How probable it is that some frames of a line hold one digit, or one mark, and nothing else."""

import numpy as np
from numpy.typing import NDArray

from tendigits.reading.glyphs.frames import BLANK

__all__ = ["LEAST", "spans"]

LEAST = -60.0
"""No span is held for less probable than this, as a logarithm: of all that a piece is judged by, this is a part."""


def spans(frames: NDArray[np.float64], first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the logarithm of the probability of each class to be all that some frames hold: (n, 11).

    That is the sum over all ways to have blanks, then one or more frames of that class, then blanks or none (the
    forward variables of Graves et al. 2006, section 4.1, for a label of one class). A span begins with a blank: the
    frames in which a digit is noticed would be two of it if a cut could run between them. Computed for all first
    frames at once, and for spans of any length one after another.

    Args:
        frames: logarithms of probabilities, (frames, 12), as `frames` gives them.
        first: the first frame of each span, (n,).
        last: the frame behind its last, (n,); a span without frames holds nothing.

    """
    starts, which = np.unique(first, return_inverse=True)
    lengths = (last - first).clip(0)
    longest = int(lengths.max(initial=0))
    beyond = np.zeros((longest, frames.shape[1]))  # of lines that end before the longest span does: not looked at
    padded = np.concatenate([frames, beyond])
    shape = (len(starts), BLANK)
    before = np.zeros((len(starts), 1))
    within, behind = np.full(shape, -np.inf), np.full(shape, -np.inf)
    held = np.full((longest + 1, *shape), LEAST)
    for length in range(longest):
        frame = padded[starts + length]
        blank, one = frame[:, BLANK:], frame[:, :BLANK]
        behind = np.logaddexp(within, behind) + blank
        within = (np.logaddexp(before, within) if length else within) + one
        before = before + blank
        held[length + 1] = np.logaddexp(within, behind)
    return np.asarray(np.maximum(held[lengths, which], LEAST))
