"""The pace of a body: whether it comes as fast as it should."""

from tendigits.serving.settings import Limits

__all__ = ["Pace"]


class Pace:
    """What a body has to keep up with: a deadline for all of it, and a least rate meanwhile.

    The rate is asked for in one stretch of ``stall_seconds`` after another, each from when the one before has brought
    its share: a connection may falter for so long, and what came fast earlier is no excuse to stop.

    Args:
        limits: how long it may take.
        now: when its first part is waited for, in seconds by any clock.

    """

    def __init__(self, limits: Limits, now: float) -> None:
        self._stretch = limits.stall_seconds
        self._share = limits.stall_seconds * limits.bytes_per_second
        self._end = now + limits.body_seconds
        self._begin(now)

    @property
    def deadline(self) -> float:
        """When more must have come."""
        return min(self._end, self._stretch_ends)

    def came(self, size: int, now: float) -> None:
        """Take note of a part of so many bytes."""
        self._missing -= size
        if self._missing <= 0:
            self._begin(now)

    def _begin(self, now: float) -> None:
        self._stretch_ends = now + self._stretch
        self._missing = self._share
