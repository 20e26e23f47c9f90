"""Whether one network is better than another on the same images, or was luckier."""

__all__ = ["mcnemar"]


def mcnemar(only_a: int, only_b: int) -> float:
    """Return the exact two-sided p-value of McNemar's test.

    Images that both networks read right, or both wrong, say nothing about which is better. Of the others, either is
    right on half by chance: the p-value is the probability that chance alone divides them at least as unevenly
    (McNemar 1947; the exact conditional test of Fagerland, Lydersen and Laake 2013).

    Args:
        only_a: images that only the first network reads right.
        only_b: images that only the second reads right.

    >>> mcnemar(1, 6)
    0.125

    Raises:
        ValueError: a count is below 0.

    """
    if only_a < 0 or only_b < 0:
        raise ValueError(f"there are no {min(only_a, only_b)} images")
    only_a, only_b = int(only_a), int(only_b)  # NumPy's would overflow without an error
    n, fewer = only_a + only_b, min(only_a, only_b)
    # Of no success in n throws of a coin, and of at most so many: whole numbers, so that nothing is rounded.
    ways = total = 1
    for successes in range(1, fewer + 1):
        ways = ways * (n - successes + 1) // successes
        total += ways
    return min(1.0, 2 * total / (1 << n))
