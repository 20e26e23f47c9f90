"""Draining: the time between being asked to stop and stopping."""

from dataclasses import dataclass

__all__ = ["Drain"]


@dataclass
class Drain:
    """Whether this server was asked to stop.

    Attributes:
        begun: it was: it says that it is not ready, and every answer is its connection's last.

    """

    begun: bool = False
