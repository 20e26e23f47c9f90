"""Words that several commands need: numbers of things, names of several files."""

import os
from collections.abc import Sequence

from tendigits.printable import printable

__all__ = ["counted", "some"]

_MOST_NAMED = 5
"""Files that are named; more are counted."""


def counted(count: int, thing: str) -> str:
    """Write a number of things.

    >>> counted(1, "stroke"), counted(1200, "stroke")
    ('1 stroke', '1,200 strokes')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def some(paths: Sequence[str]) -> str:
    """Name files, of many the first."""
    named = ", ".join(printable(os.path.normpath(path)) for path in paths[:_MOST_NAMED])
    return f"{named} and {len(paths) - _MOST_NAMED:,} more" if len(paths) > _MOST_NAMED else named
