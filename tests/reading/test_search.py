"""The search over ways to cut lines, against all ways one by one."""

import itertools

import numpy as np
import pytest

from tendigits.reading.glyphs.search import (
    Edges,
    joined,
    length_probability,
    marginals,
    most_probable,
    text_probability,
)


@pytest.fixture(params=range(6))
def edges(request):
    """All pieces between five nodes, with random weights; the first and last node of a line of four pieces."""
    return random_edges(np.random.default_rng(request.param), nodes=5)


def random_edges(generator, nodes):
    first, last = np.triu_indices(nodes, 1)
    values = generator.dirichlet(np.full(10, 0.3), len(first))
    return Edges(nodes, first, last, generator.normal(0, 2, len(first)), generator.normal(-1, 2, len(first)), values)


def every_way(edges, length):
    """Yield each way with its weight: edges, whether each is a digit, and which digit each is."""
    by_first = {node: np.flatnonzero(edges.first == node) for node in range(edges.nodes)}

    def onwards(node):
        if node == edges.nodes - 1:
            yield ()
            return
        for edge in by_first[node]:
            for rest in onwards(int(edges.last[edge])):
                yield (int(edge), *rest)

    for way in onwards(0):
        for is_digit in itertools.product((True, False), repeat=len(way)):
            if length and not length[0] <= sum(is_digit) <= length[1]:
                continue
            weight = sum(
                edges.digit[edge] if digit else edges.mark[edge] for edge, digit in zip(way, is_digit, strict=True)
            )
            yield way, is_digit, float(np.exp(weight))


LENGTHS = [None, (2, 2), (1, 3), (0, 1), (4, 4)]


@pytest.mark.parametrize("length", LENGTHS)
def test_the_way_found_is_the_best_of_all(edges, length):
    found = most_probable(edges, length)
    best = max(
        every_way(edges, length),
        key=lambda way: way[2] * np.prod([edges.values[e].max() ** d for e, d in zip(way[0], way[1], strict=True)]),
    )
    assert (found.edges, found.is_digit) == best[:2]


@pytest.mark.parametrize("length", LENGTHS)
def test_marginals_are_sums_over_all_ways(edges, length):
    as_digit, as_mark = np.zeros(len(edges.first)), np.zeros(len(edges.first))
    total = 0.0
    for way, is_digit, weight in every_way(edges, length):
        total += weight
        for edge, digit in zip(way, is_digit, strict=True):
            (as_digit if digit else as_mark)[edge] += weight
    found = marginals(edges, length)
    np.testing.assert_allclose(found[0], as_digit / total, atol=1e-12)
    np.testing.assert_allclose(found[1], as_mark / total, atol=1e-12)


@pytest.mark.parametrize("length", [None, (2, 2), (1, 3)])
def test_the_probability_of_a_text_is_that_of_all_ways_that_give_it(edges, length):
    text = [3, 7]
    total = given = 0.0
    for way, is_digit, weight in every_way(edges, length):
        total += weight
        digits = [edge for edge, digit in zip(way, is_digit, strict=True) if digit]
        if len(digits) == len(text):
            given += weight * np.prod([edges.values[edge][digit] for edge, digit in zip(digits, text, strict=True)])
    assert text_probability(edges, text, length) == pytest.approx(given / total)


@pytest.mark.parametrize("length", [(2, 2), (1, 3), (4, 4)])
def test_the_probability_of_a_length_is_that_of_all_ways_of_it(edges, length):
    given, total = (sum(weight for _, _, weight in every_way(edges, only)) for only in (length, None))
    assert length_probability(edges, length) == pytest.approx(given / total)


def test_no_way_has_more_digits_than_there_are_pieces(edges):
    assert most_probable(edges, (5, 9)) is None
    assert text_probability(edges, [1] * 5) == 0


def test_lines_are_read_one_after_the_other():
    generator = np.random.default_rng(9)
    lines = [random_edges(generator, nodes) for nodes in (3, 4)]
    whole = most_probable(joined(lines))
    first, second = (most_probable(line) for line in lines)
    n = len(lines[0].first)
    assert whole.edges == (*first.edges, *(edge + n for edge in second.edges))


def test_the_number_of_digits_is_that_of_all_lines_together():
    generator = np.random.default_rng(10)
    way = most_probable(joined([random_edges(generator, 4), random_edges(generator, 4)]), (6, 6))
    assert sum(way.is_digit) == 6
