"""Room for bodies: how much of the memory those that are held at once may take."""

import asyncio
from collections import deque
from contextlib import suppress

__all__ = ["Room"]


class Room:
    """A number of bytes that requests take parts of; who comes when there is too little waits, first come first served.

    Who waits has sent a head and a little, and is not read any further: the rest stays with the client.

    Args:
        size: the bytes; nobody can take more.

    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int, seconds: float) -> bool:
        """Take bytes, and say whether they were there within so many seconds."""
        if not self._waiting and size <= self._free:
            self._free -= size
            return True
        turn = asyncio.get_running_loop().create_future()
        place = (size, turn)
        self._waiting.append(place)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as gone:
            self._leave(place)
            if isinstance(gone, TimeoutError):
                return False
            raise
        return True

    def give_back(self, size: int) -> None:
        """Return bytes that were taken, and let in who fits."""
        self._free += size
        while self._waiting:
            wanted, turn = self._waiting[0]
            if not turn.cancelled():
                if wanted > self._free:
                    return
                self._free -= wanted
                turn.set_result(None)
            self._waiting.popleft()

    def _leave(self, place: "tuple[int, asyncio.Future[None]]") -> None:
        size, turn = place
        if not turn.cancelled():  # it was granted, and nobody is there to use it
            self.give_back(size)
            return
        with suppress(ValueError):
            self._waiting.remove(place)
        self.give_back(0)  # who stood behind may fit where this one did not
