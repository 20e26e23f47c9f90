"""Whether this server was asked to stop."""

from dataclasses import dataclass

__all__ = ["Drain"]


@dataclass
class Drain:
    """Whether this server was asked to stop.

    Attributes:
        begun: it was: it still answers, and is not ready for more.

    """

    begun: bool = False
