"""The door of a process: how many connections are open at once, and who makes room for the next.

Without it, a flood of connections takes all file descriptors, and then the server can open no file either.
"""

import sys
from typing import Protocol

from tendigits.serving.settings import Limits

__all__ = ["Door", "Visitor"]

_KEPT = 64
"""File descriptors that are kept for everything else."""


class Visitor(Protocol):
    """A connection."""

    def close_if_idle(self) -> bool:
        """Close the connection if nothing of a request has come; say whether it is closed so."""
        ...


class Door:
    """Who is in, of those who may be.

    Args:
        limits: how many may be.

    """

    def __init__(self, limits: Limits) -> None:
        self._places = min(limits.connections, max(_file_descriptors() - 2 * _KEPT, 1))
        self._idle: dict[Visitor, None] = {}  # the one that has been so the longest first
        self._turned_away: set[Visitor] = set()

    def has_place(self, connections: int) -> bool:
        """Say whether one more may come in where so many are; one that is idle is closed for it."""
        return connections < self._places or any(visitor.close_if_idle() for visitor in list(self._idle))

    def note_idle(self, visitor: Visitor) -> None:
        """Note that a connection waits for a request."""
        self._idle[visitor] = None

    def note_busy(self, visitor: Visitor) -> None:
        """Note that a connection has one."""
        self._idle.pop(visitor, None)

    def note_turned_away(self, visitor: Visitor) -> None:
        """Note that a connection is told that there is no place."""
        self._turned_away.add(visitor)

    def is_crowded(self) -> bool:
        """Say whether so many are being turned away that nobody can wait for them to leave."""
        return len(self._turned_away) > _KEPT

    def note_left(self, visitor: Visitor) -> None:
        """Note that a connection is no more."""
        self._idle.pop(visitor, None)
        self._turned_away.discard(visitor)


def _file_descriptors() -> int:
    """Return how many this process may have."""
    if sys.platform == "win32":
        return 8192
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft
