"""The door of a process: how many connections are open at once, and who makes room for the next.

Without it, a flood of connections takes all file descriptors, and then the server can open no file either.
"""

import sys
import time
from itertools import islice
from typing import Protocol

from tendigits.serving.settings import Limits

__all__ = ["Door", "Visitor"]

_KEPT = 64
"""File descriptors that are kept for everything else."""

_SETTLED = 0.05
"""Seconds after which one that waits for a request is asked to leave for the next: sooner, it may be about to ask."""

_ASKED = 8
"""How many are asked: in a flood most have got a request meanwhile."""


class Visitor(Protocol):
    """A connection."""

    def close_if_idle(self) -> bool:
        """Close the connection if nothing of a request has come; say whether it is closed so."""
        ...


class Door:
    """Who is in, of those who may be.

    Args:
        limits: how many may be.

    Attributes:
        look_outside: called with the time after each request, so that those who wait to come in are seen to even if
            many are in.

    """

    def __init__(self, limits: Limits) -> None:
        self._places = min(limits.connections, max(_file_descriptors() - 2 * _KEPT, 1))
        self._in: set[Visitor] = set()
        self._idle: dict[Visitor, float] = {}  # since when, the longest first
        self._turned_away: set[Visitor] = set()
        self.look_outside = _nobody_waits

    def has_place(self) -> bool:
        """Say whether one more may come in; one that is idle is closed for it."""
        return len(self._in) < self._places or (
            not self.is_crowded()  # for those that leave take their last answer with them, in their own time
            and self._somebody_leaves()
        )

    def _somebody_leaves(self) -> bool:
        now = time.monotonic()
        for visitor, since in list(islice(self._idle.items(), _ASKED)):
            if now - since < _SETTLED:
                return False
            if visitor.close_if_idle():
                del self._idle[visitor]
                return True
        return False

    def note_in(self, visitor: Visitor) -> None:
        """Note that a connection takes a place."""
        self._in.add(visitor)

    def note_idle(self, visitor: Visitor) -> None:
        """Note that a connection waits for a request."""
        now = time.monotonic()
        self._idle[visitor] = now
        self.look_outside(now)

    def note_busy(self, visitor: Visitor) -> None:
        """Note that a connection has one."""
        self._idle.pop(visitor, None)

    def note_turned_away(self, visitor: Visitor) -> None:
        """Note that a connection is told that there is no place."""
        self._turned_away.add(visitor)

    def is_crowded(self) -> bool:
        """Say whether so many are in or are being turned away that nobody else can be waited for until they leave."""
        return len(self._in) + len(self._turned_away) >= self._places + _KEPT

    def note_left(self, visitor: Visitor) -> None:
        """Note that a connection is no more."""
        self._idle.pop(visitor, None)
        self._in.discard(visitor)
        self._turned_away.discard(visitor)


def _nobody_waits(_: float, /) -> None:
    """See to nobody, until somebody is charged with it."""


def _file_descriptors() -> int:
    """Return how many this process may have."""
    if sys.platform == "win32":
        return 8192
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft
