"""The most probable way through lines that are cut into pieces, and how probable it is against all others.

Each way from the first seam to the last is a reading. Its weight is the product of its pieces' odds to be what they are
taken for and its seams' odds to be right; all ways together have probability 1. Sums over all ways are those of the
forward-backward algorithm (Rabiner 1989, "A tutorial on hidden Markov models"); a number of digits that is asked for
is a second coordinate of the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Edges", "Way", "joined", "length_probability", "marginals", "most_probable", "text_probability"]

Floats = NDArray[np.float64]

NEVER = -np.inf


@dataclass(frozen=True, eq=False)
class Edges:
    """Pieces between nodes, which are numbered from left to right and line after line.

    Attributes:
        nodes: how many there are.
        first, last: the nodes that each piece lies between, (n,), first < last.
        digit: the logarithm of its weight as a digit, whichever, (n,).
        mark: the logarithm of its weight as a mark, (n,).
        values: the probabilities of digits, given that it is one, (n, 10).

    """

    nodes: int
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    digit: Floats
    mark: Floats
    values: Floats


@dataclass(frozen=True)
class Way:
    """A way through all lines.

    Attributes:
        edges: the pieces, in order.
        is_digit: whether each is taken for a digit, or for a mark.

    """

    edges: tuple[int, ...]
    is_digit: tuple[bool, ...]


def joined(lines: Sequence[Edges]) -> Edges:
    """Return several lines' pieces as one chain: one line ends where the next begins."""
    starts = np.cumsum([0, *(line.nodes - 1 for line in lines)])
    return Edges(
        int(starts[-1]) + 1,
        np.concatenate([line.first + start for line, start in zip(lines, starts, strict=False)]),
        np.concatenate([line.last + start for line, start in zip(lines, starts, strict=False)]),
        np.concatenate([line.digit for line in lines]),
        np.concatenate([line.mark for line in lines]),
        np.concatenate([line.values for line in lines]),
    )


def most_probable(edges: Edges, length: tuple[int, int] | None = None) -> Way | None:
    """Return the way of greatest weight; None where there is none.

    Args:
        edges: the pieces.
        length: the least and the most digits on it; None for any number.

    """
    counts = length[1] + 1 if length else 1
    one = 1 if length else 0
    best = np.full((edges.nodes, counts), NEVER)
    best[0, 0] = 0.0
    came: dict[tuple[int, int], tuple[int, bool]] = {}
    weight = edges.digit + np.log(edges.values.max(axis=1, initial=0))
    for node, into in _by_last(edges):
        before = best[edges.first[into]]
        as_digit = _moved(before, one) + weight[into, None]
        as_mark = before + edges.mark[into, None]
        for count in range(counts):
            digit, mark = as_digit[:, count].argmax(), as_mark[:, count].argmax()
            is_digit = bool(as_digit[digit, count] >= as_mark[mark, count])
            which = digit if is_digit else mark
            best[node, count] = (as_digit if is_digit else as_mark)[which, count]
            came[node, count] = (int(into[which]), is_digit)
    least = length[0] if length else 0
    end = best[-1, least:]
    if not end.size or end.max() == NEVER:
        return None
    return _traced(edges, came, least + int(end.argmax()), one)


def _traced(edges: Edges, came: dict[tuple[int, int], tuple[int, bool]], count: int, one: int) -> Way:
    way: list[tuple[int, bool]] = []
    node = edges.nodes - 1
    while node:
        edge, is_digit = came[node, count]
        way.append((edge, is_digit))
        node, count = int(edges.first[edge]), count - one * is_digit
    way.reverse()
    return Way(tuple(edge for edge, _ in way), tuple(is_digit for _, is_digit in way))


def marginals(edges: Edges, length: tuple[int, int] | None = None) -> tuple[Floats, Floats]:
    """Return the probability of each piece to be on the way as a digit, and as a mark: (n,) each."""
    forward = _sums(edges, length)
    backward = _sums(_reversed(edges), length)[::-1]
    one = 1 if length else 0
    least = length[0] if length else 0
    total = np.logaddexp.reduce(forward[-1, least:])
    if total == NEVER:
        return np.zeros(len(edges.first)), np.zeros(len(edges.first))
    before, rest = forward[edges.first], _missing(backward, length)[edges.last]
    as_digit = np.logaddexp.reduce(_moved(before, one) + rest, axis=1) + edges.digit - total
    as_mark = np.logaddexp.reduce(before + rest, axis=1) + edges.mark - total
    return np.exp(as_digit), np.exp(as_mark)


def text_probability(edges: Edges, text: Sequence[int], length: tuple[int, int] | None = None) -> float:
    """Return the probability of all ways together that give this text.

    Args:
        edges: the pieces.
        text: its digits, all lines after one another.
        length: as the way was asked for.

    """
    total = np.logaddexp.reduce(_sums(edges, length)[-1, (length[0] if length else 0) :])
    reached = np.full((edges.nodes, len(text) + 1), NEVER)
    reached[0, 0] = 0.0
    with np.errstate(divide="ignore"):
        values = np.log(edges.values[:, list(text)]) if text else np.zeros((len(edges.first), 0))
    for node, into in _by_last(edges):
        before = reached[edges.first[into]]
        as_digit = np.full_like(before, NEVER)
        as_digit[:, 1:] = before[:, :-1] + values[into] + edges.digit[into, None]
        both = np.concatenate([as_digit, before + edges.mark[into, None]])
        reached[node] = np.logaddexp.reduce(both, axis=0)
    if total == NEVER or reached[-1, -1] == NEVER:
        return 0.0
    return float(np.exp(min(reached[-1, -1] - total, 0.0)))


def length_probability(edges: Edges, length: tuple[int, int]) -> float:
    """Return the probability of all ways together that have so many digits, against all ways of any number."""
    with_length = np.logaddexp.reduce(_sums(edges, length)[-1, length[0] :])
    total = np.logaddexp.reduce(_sums(edges, None)[-1])
    return float(np.exp(min(with_length - total, 0.0))) if with_length > NEVER else 0.0


def _sums(edges: Edges, length: tuple[int, int] | None) -> Floats:
    """Return the logarithm of the weight of all ways to each node, for each number of digits: (nodes, counts)."""
    counts, one = (length[1] + 1, 1) if length else (1, 0)
    reached = np.full((edges.nodes, counts), NEVER)
    reached[0, 0] = 0.0
    for node, into in _by_last(edges):
        before = reached[edges.first[into]]
        both = np.concatenate([_moved(before, one) + edges.digit[into, None], before + edges.mark[into, None]])
        reached[node] = np.logaddexp.reduce(both, axis=0)
    return reached


def _missing(after: Floats, length: tuple[int, int] | None) -> Floats:
    """Return the weight of all ways on from each node that make up a number of digits so far: (nodes, counts)."""
    if not length:
        return after
    least, most = length
    windows = [after[:, max(least - count, 0) : most - count + 1] for count in range(most + 1)]
    return np.stack([np.logaddexp.reduce(window, axis=1) for window in windows], axis=1)


def _reversed(edges: Edges) -> Edges:
    last = edges.nodes - 1
    return Edges(edges.nodes, last - edges.last, last - edges.first, edges.digit, edges.mark, edges.values)


def _moved(counts: Floats, one: int) -> Floats:
    """Return what each number of digits comes from: one digit less."""
    if not one:
        return counts
    moved = np.full_like(counts, NEVER)
    moved[:, 1:] = counts[:, :-1]
    return moved


def _by_last(edges: Edges) -> list[tuple[int, NDArray[np.intp]]]:
    """Return the pieces that end in each node, node after node."""
    order = np.argsort(edges.last, kind="stable")
    ends, starts = np.unique(edges.last[order], return_index=True)
    return [(int(end), into) for end, into in zip(ends, np.split(order, starts[1:]), strict=True)]
