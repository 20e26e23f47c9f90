"""Numbers that vary from page to page: a range, and what is drawn from it."""

from typing import TypeAlias

import numpy as np

Range: TypeAlias = tuple[float, float]
"""From, to. Both alike: no variation."""


def drawn(span: Range, generator: np.random.Generator) -> float:
    """Return a number from the range, any of them as likely."""
    return float(generator.uniform(*span))


def one_of(choices: tuple, generator: np.random.Generator):
    """Return one of the choices."""
    return choices[generator.integers(len(choices))]
