"""How clients come in: many at a time, and those for whom there is no place are told so where they stand.

An event loop's own server takes one connection each time round, in which it also hears all that are open. Where more
come than that, they wait in the kernel's queue, the last of them for a minute, and nobody tells them to come later.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from tendigits.serving.connections.connection import Connection
from tendigits.serving.connections.door import Door
from tendigits.serving.logs import log_refusal
from tendigits.serving.processes.port import accept_all, accepted
from tendigits.serving.refusal import Refusal

__all__ = ["Acceptor"]

_OFTEN = 0.01
"""Seconds after which the queue is looked at again, however many connections are heard in the meantime."""

_SHARE = 0.15
"""Of the time, what those who wait in the queue get: the others belong to who is in, or a flood would take all."""

_LONGEST = 1.0
"""Seconds of which they get that share at the most: after an idle hour, too, nobody who is in waits for long."""

_PAUSE = 1.0
"""Seconds in which refusals are counted together."""

_READ = 2**16

_FULL = Refusal(503, "too many connections are open: ask again later", ((b"retry-after", b"1"),), closes=True)
_FULL_ON_THE_WIRE = _FULL.on_the_wire()


class Acceptor:
    """Accepts the connections of a process.

    Args:
        listener: the port.
        connect: makes what hears a connection; it is told whether there is a place for it.
        door: how many may be in.
        refused: called with a status and how many clients were answered with it where they stood.

    """

    def __init__(
        self,
        listener: socket.socket,
        connect: Callable[[bool], Connection],
        door: Door,
        refused: Callable[[int, int], None],
    ) -> None:
        listener.setblocking(False)  # noqa: FBT003 - the standard library's
        self._listener, self._connect, self._door = listener, connect, door
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._coming: set[asyncio.Task[None]] = set()
        self._refused_now = 0
        self._looked = time.monotonic()
        door.look_outside = self._look
        self._accepting: asyncio.Task[None] | None = None
        try:
            self._loop.add_reader(listener, self._take_who_waits)
        except NotImplementedError:  # Windows
            self._accepting = self._loop.create_task(self._accept())

    async def close(self) -> None:
        """Close the port; who waits in its queue is seen to before."""
        if self._accepting:
            self._accepting.cancel()
        else:
            self._loop.remove_reader(self._listener)
        for client in accept_all(self._listener):
            self._meet(client)
        self._listener.close()
        await asyncio.gather(*self._coming)
        self._tell_of_refusals()

    async def _accept(self) -> None:
        """Accept where the loop does not tell that somebody waits; who is accepted at the very end may be lost."""
        while True:
            with suppress(OSError):  # who has left before
                client, _ = await self._loop.sock_accept(self._listener)
                self._meet(client)
                self._take_who_waits()
            await asyncio.sleep(0)

    def _look(self, now: float) -> None:
        """See to those who wait if it is time to: a round of all that are open may take a tenth of a second."""
        if now - self._looked > _OFTEN:
            self._take_who_waits()

    def _take_who_waits(self) -> None:
        began = time.monotonic()
        until = began + min(began - self._looked, _LONGEST) * _SHARE / (1 - _SHARE)
        while time.monotonic() < until and (client := accepted(self._listener)):
            self._meet(client)
        self._looked = time.monotonic()

    def _meet(self, client: socket.socket) -> None:
        place = self._door.has_place()
        if not place:
            self._refuse(client)
            if self._door.is_crowded():
                client.close()
                return
        connection = self._connect(place)
        if place:
            self._door.note_in(connection)
        else:
            self._door.note_turned_away(connection)
        task = self._loop.create_task(self._let_in(client, connection))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _let_in(self, client: socket.socket, connection: Connection) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: connection, client)
        except OSError:  # it has left
            self._door.note_left(connection)

    def _refuse(self, client: socket.socket) -> None:
        """Refuse a client where it stands: a connection takes several times as long, and is heard a round later."""
        with suppress(OSError):  # nothing has come
            client.recv(_READ)  # what is not read when it is closed resets the connection
        with suppress(OSError):  # it has left
            client.send(_FULL_ON_THE_WIRE)
        if not self._refused_now:
            self._loop.call_later(_PAUSE, self._tell_of_refusals)
        self._refused_now += 1

    def _tell_of_refusals(self) -> None:
        if self._refused_now:
            log_refusal(_FULL.status, f"{_FULL.sentence} (to {self._refused_now:,} clients)")
            self._refused(_FULL.status, self._refused_now)
            self._refused_now = 0
