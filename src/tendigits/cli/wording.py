"""Words that several commands need: numbers of things, names of several files."""

import os
from collections.abc import Sequence

from tendigits.printable import printable

__all__ = ["counted", "some"]


def counted(count: int, thing: str) -> str:
    """Write a number of things.

    >>> counted(1, "stroke"), counted(1200, "stroke")
    ('1 stroke', '1,200 strokes')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def some(paths: Sequence[str], most: int = 5) -> str:
    """Name files, of many the first."""
    named = ", ".join(printable(os.path.normpath(path)) for path in paths[:most])
    return f"{named} and {len(paths) - most:,} more" if len(paths) > most else named
