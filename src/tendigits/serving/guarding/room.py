"""Room for bodies and answers: how much of the memory those that are held at once may take."""

from typing import NamedTuple

__all__ = ["Room", "Rooms"]


class Room:
    """A number of bytes that bodies take parts of as they arrive, so that what is only announced takes nothing.

    Nobody waits for room: who finds none is refused, and gives back what it had. So bodies that are half there cannot
    wait for each other for ever. Nor are all of them refused: each refusal leaves more to the others, and in a room for
    four of the largest bodies four that are left always find enough. Bodies that are all there give theirs back when
    they are answered, and for that there is a time limit.

    Args:
        size: the bytes.

    """

    def __init__(self, size: int) -> None:
        self._free = size

    def take(self, size: int) -> bool:
        """Take bytes, and say whether they were there."""
        if size > self._free:
            return False
        self._free -= size
        return True

    def give_back(self, size: int) -> None:
        """Return bytes that were taken."""
        self._free += size


class Rooms(NamedTuple):
    """One for the bodies of requests, and one for answers."""

    bodies: Room
    answers: Room
