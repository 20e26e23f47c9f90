"""Words that several commands need: numbers of things, names that stay on their line."""

import os
from collections.abc import Sequence

__all__ = ["counted", "printable", "some"]

_MOST_NAMED = 5
"""Files that are named; more are counted."""


def counted(count: int, thing: str) -> str:
    """Write a number of things.

    >>> counted(1, "stroke"), counted(1200, "stroke")
    ('1 stroke', '1,200 strokes')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def printable(name: str) -> str:
    r"""Return a name that stays on its line, whatever is in it.

    >>> printable("a\nb")
    'a\\nb'
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)


def some(paths: Sequence[str]) -> str:
    """Name files, of many the first."""
    named = ", ".join(printable(os.path.normpath(path)) for path in paths[:_MOST_NAMED])
    return f"{named} and {len(paths) - _MOST_NAMED:,} more" if len(paths) > _MOST_NAMED else named
