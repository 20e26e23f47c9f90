"""One process that serves: from its start, over the time in which it says that it will stop, to its end.

It stops so that no request is lost. For a while it still accepts connections, says that it is not ready, and makes each
answer its connection's last, so that clients and load balancers go elsewhere. Then nobody is let in any more,
connections on which nothing has come are closed, and it ends when all others have had their answer.
"""

import asyncio
import functools
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

import uvicorn

from tendigits.serving.connections.connection import Connection
from tendigits.serving.connections.door import Door
from tendigits.serving.logs import LOGGER
from tendigits.serving.processes.acceptor import Acceptor
from tendigits.serving.processes.app import Served
from tendigits.serving.processes.lifespan import Lifespan
from tendigits.serving.processes.port import let_nobody_in
from tendigits.serving.settings import Limits

__all__ = ["ServingProcess"]

_HANDSHAKE = 0.2
"""Seconds in which connections that are being made when the port is closed are made."""

_LAST_LOOK = 1.0
"""Seconds that a request has to arrive which was on its way when the port was closed."""

_FAREWELL = 1.0
"""Seconds in which requests that are not waited for any longer are told so."""

_TICK = 0.02


class ServingProcess(uvicorn.Server):
    """A server of one process.

    Args:
        served: what answers, and what goes with it.
        limits: how long stopping may take, and what each connection may.
        started: called when the app has begun and connections are accepted.

    Attributes:
        closes_port: the port ends with this process, and not only its part in it.
        interrupted: somebody waits at a terminal for it to stop: it does not first say that it will.

    """

    def __init__(self, served: Served, limits: Limits, started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                lambda: served.app,
                factory=True,
                http=Connection,
                ws="none",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,  # anybody can send them
                server_header=False,
            )
        )
        self.closes_port = True
        self.interrupted = False
        self._served, self._limits, self._started = served, limits, started
        self._door = Door(limits)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve on the one socket given, which listens, until asked to stop.

        Raises:
            Exception: what the app raised when it was to begin.

        """
        listener = (sockets or [])[0]
        self.config.load()
        with self.capture_signals():
            async with Lifespan(self._served.app, {"drain": self._served.drain}) as lifespan:
                connect = functools.partial(self._connection, lifespan.state)
                await self.on_tick(0)  # so that the first answers have a date, too
                acceptor = Acceptor(listener, connect, self._door, self._served.metrics.turned_away)
                self._started()
                await self.main_loop()
                await self._say_that_it_stops()
                await self._close_port(acceptor, listener)
                await self._answer_the_rest()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's arguments
        """Stop, at the user's second Ctrl-C without waiting for anything."""
        if sig == signal.SIGINT:
            self.force_exit = self.interrupted
            self.interrupted = True
        self.should_exit = True

    @property
    def _connections(self) -> set[Connection]:
        return cast("set[Connection]", self.server_state.connections)

    def _connection(self, state: dict[str, Any], place: bool) -> Connection:  # noqa: FBT001 - called by what knows no name of it
        return Connection(
            place=place,
            limits=self._limits,
            drain=self._served.drain,
            refused=self._served.metrics.turned_away,
            door=self._door,
            config=self.config,
            server_state=self.server_state,
            app_state=state,
        )

    async def _say_that_it_stops(self) -> None:
        self._served.drain.begun = True
        for connection in self._connections:
            connection.end_soon()
        until = time.monotonic() + self._limits.drain_seconds
        while time.monotonic() < until and not self.interrupted:  # noqa: ASYNC110 - which a signal's handler sets
            await asyncio.sleep(_TICK)

    async def _close_port(self, acceptor: Acceptor, listener: socket.socket) -> None:
        if self.closes_port:
            let_nobody_in(listener)
            await asyncio.sleep(_HANDSHAKE)
        await acceptor.close()

    async def _answer_the_rest(self) -> None:
        began = time.monotonic()
        while self._connections or self.server_state.tasks:
            waited = time.monotonic() - began
            if self.force_exit or waited > self._limits.end_seconds:
                await self._cut_off()
                return
            if waited > _LAST_LOOK:
                for connection in list(self._connections):
                    connection.close_if_idle()
            await asyncio.sleep(_TICK)

    async def _cut_off(self) -> None:
        tasks = list(self.server_state.tasks)
        if tasks:
            LOGGER.error("requests were in flight that took too long when the server stopped: %d", len(tasks))
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_FAREWELL)
        for connection in list(self._connections):
            connection.transport.abort()
