"""A connection: uvicorn's HTTP protocol with deadlines, a bound on heads, and errors in JSON.

What uvicorn leaves open: a client may take for ever to send a head, and make it as long as it likes; after an error it
is answered in plain text; a request that asks for another protocol loses its body; and a connection that is closed
because it is idle may have a request under way.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tendigits.serving.connections.door import Door
from tendigits.serving.connections.ending import EndingTransport
from tendigits.serving.connections.socket_buffer import has_bytes
from tendigits.serving.drain import Drain
from tendigits.serving.logs import log_refusal
from tendigits.serving.refusal import Refusal
from tendigits.serving.settings import Limits

__all__ = ["WHOLE", "Connection"]

WHOLE = "tendigits.whole"
"""In the state of a request's scope: all of its body has come, and need not be waited for."""

_HEAD = 16 * 2**10
"""Bytes that a head may have, and the part of a chunked body that is not its content."""

_PIPELINED = 16
"""Requests that may wait on one connection while another is answered; the last of them ends it."""

_MALFORMED = Refusal(400, "this is not a well-formed HTTP/1.1 request", closes=True)
_LONG_HEAD = Refusal(431, f"the request's head is longer than {_HEAD:,} bytes: send less of it", closes=True)


class _LongHeadError(Exception):
    """Stops the parser."""


class _NoProxyError(Exception):
    """Stops the parser."""


class _ManyRequestsError(Exception):
    """Stops the parser."""


class Connection(HttpToolsProtocol):
    """One client's connection.

    Args:
        limits: how long it may take.
        drain: whether the server was asked to stop.
        door: the other connections.
        place: whether there is one for it; otherwise its client was told so, and is only seen off.
        refused: called with the status of what is answered where there is no request.
        uvicorns: what uvicorn's protocol takes.

    """

    transport: EndingTransport

    def __init__(
        self,
        *,
        limits: Limits,
        drain: Drain,
        door: Door,
        place: bool,
        refused: Callable[[int], None],
        **uvicorns: Any,
    ) -> None:
        super().__init__(**uvicorns)
        self.timeout_keep_alive = limits.idle_seconds  # type: ignore[assignment]  # its option is in whole seconds
        self._limits, self._drain, self._door, self._place, self._refused = limits, drain, door, place, refused
        self._deaf = False
        self._heard = self._in_head = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_size = 0
        self._unexplained = 0
        self._last: RequestResponseCycle | None = None
        self._unanswered: deque[RequestResponseCycle] = deque()

    # What the event loop calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Expect a head, or see the client off."""
        self.transport = EndingTransport(transport, self.loop, self._limits)
        if self._place:
            super().connection_made(self.transport)
            self._expect_head()
        else:
            self._end_with(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._door.note_left(self)
        self._head_is_here()
        self.transport.relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has come."""
        if self._deaf or self.transport.is_closing():
            return
        self._heard = True
        self._unexplained += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            self._give_up(_LONG_HEAD if isinstance(error.__context__, _LongHeadError) else _MALFORMED)
        else:
            if self._unexplained > _HEAD:
                self._give_up(_LONG_HEAD if self._in_head else _MALFORMED)

    def pause_writing(self) -> None:
        """Hold back the answer, but not for ever."""
        super().pause_writing()
        self.transport.expect_progress()

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        if not self.transport.is_closing():
            self.transport.relax()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Take note of the first byte of a request."""
        super().on_message_begin()
        self._door.note_busy(self)
        self._unset_keepalive_if_required()
        self._in_head = self.transport.unread = True
        self._head_size = 0
        self._expect_head()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer, which nobody asked for, goes no further: it would be taken for one (RFC 9110)."""
        self._count(len(name) + len(value) + 4)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start to answer, unless another protocol is asked for: see :meth:`_feed`."""
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise _NoProxyError
            return
        if len(self.pipeline) == _PIPELINED:
            raise _ManyRequestsError
        self._in_head = False
        self._unexplained = 0
        self._head_is_here()
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # which such a client does not know
        before = self.cycle
        super().on_headers_complete()
        self._unanswered.append(self.cycle)
        if self._drain.begun:
            if before is not None and before is self._last and not before.response_started:
                before.keep_alive = True
            self._make_last(self.cycle)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._unexplained = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note of the last byte of a request."""
        if not self._in_head:
            self._unexplained = 0
            self.transport.unread = False
            self.scope["state"][WHOLE] = True
            super().on_message_complete()

    # What uvicorn's protocol calls

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._unanswered.popleft()
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None:
            self._door.note_idle(self)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if still nothing has come."""
        if not self.close_if_idle() and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    # What the server calls when it stops

    def end_soon(self) -> None:
        """Let the answer that is to come be the connection's last."""
        if self.cycle is not None:
            self._make_last(self.cycle)

    def close_if_idle(self) -> bool:
        """Close the connection if nothing of a request has come that is not answered; say whether it is closed so."""
        answered = self.cycle is None or self.cycle.response_complete
        if self._in_head or not answered or self.pipeline or self.transport.is_closing():
            return False
        if not self.transport.unread and has_bytes(self.transport):
            return False
        self.transport.close()
        return True

    def _make_last(self, cycle: RequestResponseCycle) -> None:
        if cycle.keep_alive and not cycle.response_started:  # later, it could not be told to the client any more
            cycle.keep_alive = False
            self._last = cycle

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self._limits.head_seconds, self._head_is_late)

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if not self._heard and self.close_if_idle():  # browsers connect ahead of what they may ask
            return
        seconds = self._limits.head_seconds
        self._give_up(
            Refusal(408, f"the request's head did not arrive within {seconds:g} s: send it faster", closes=True)
        )

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > _HEAD:
            raise _LongHeadError

    def _feed(self, data: bytes) -> None:
        """Parse bytes; where they ask for another protocol, which is nobody's duty to speak, as if they did not.

        The parser takes what follows such a head for the other protocol's, and the body for nothing.
        """
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._head_without_upgrade() + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
            else:
                return

    def _head_without_upgrade(self) -> bytes:
        request = self.parser.get_method() + b" " + self.url + b" HTTP/" + self.parser.get_http_version().encode()
        headers = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([request, *headers, b"", b""])

    def _give_up(self, refusal: Refusal) -> None:
        """Take nothing more from a client: what it sent is not, or not in time, what it should be."""
        self._deaf, self._in_head = True, False
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._end_with(refusal)
        elif self.pipeline and cycle.more_body:  # the last one is spoilt, and those before it are to be answered
            cycle.disconnected = True
            self.pipeline.popleft()
            self._unanswered.pop()
            self._unanswered[-1].keep_alive = False
        elif cycle.more_body:  # the request in hand is spoilt
            cycle.disconnected = True
            cycle.message_event.set()
            self._end_with(None if cycle.response_started else refusal)
        else:  # it is whole, and what follows it is spoilt
            cycle.keep_alive = False

    def _end_with(self, refusal: Refusal | None) -> None:
        self._deaf = True
        if refusal is not None:
            self.transport.write(refusal.on_the_wire())
            log_refusal(refusal.status, refusal.sentence)
            self._refused(refusal.status)
        self.transport.unread = True
        self.transport.close()
