"""The end of a connection: its last answer arrives, and nobody keeps it open.

A socket that is closed while the client still sends, or before it was read, is reset, and the client may never see the
answer. So it is closed in one direction first, and what still comes is thrown away. A client that neither takes its
answer nor leaves is given up.
"""

import asyncio
from typing import Any

__all__ = ["EndingTransport"]

_LEAVING = 2.0
"""Seconds that a client has to leave once all of the last answer went out."""


class EndingTransport(asyncio.Transport):
    """A transport whose ``close`` lets the client read the answer.

    Args:
        transport: the connection.
        loop: the event loop that it belongs to.
        patience: seconds after which a client that takes nothing of its answer is given up.

    Attributes:
        unread: whether more of a request may come.

    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        super().__init__()
        self._transport, self._loop, self._patience = transport, loop, patience
        self._closing = False
        self._watch: asyncio.TimerHandle | None = None
        self._stalled = 0.0
        self.unread = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, unless the last ones were sent."""
        if not self._closing:
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection when what was written is sent and, where more may come, the client has left."""
        if self._closing:
            return
        self._closing = True
        if self._transport.is_closing():
            return
        if self.unread:
            self._transport.write_eof()
            self.resume_reading()
        else:
            self._transport.close()
        if self.unread or self._transport.get_write_buffer_size():
            self.expect_progress()

    def abort(self) -> None:
        """Close the connection at once."""
        self._closing = True
        self._transport.abort()

    def is_closing(self) -> bool:
        """Say whether it is closed, or about to be."""
        return self._closing or self._transport.is_closing()

    def expect_progress(self) -> None:
        """From now on, give the client up if for too long it takes nothing of what is written."""
        if self._watch is None:
            self._stalled = 0.0
            self._look_later()

    def relax(self) -> None:
        """Watch the client no longer."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look_later(self) -> None:
        self._watch = self._loop.call_later(_LEAVING, self._look, self._transport.get_write_buffer_size())

    def _look(self, before: int) -> None:
        left = self._transport.get_write_buffer_size()
        self._stalled = 0.0 if left < before else self._stalled + _LEAVING
        if left and self._stalled < self._patience:
            self._look_later()
        else:
            self.abort()

    def pause_reading(self) -> None:
        """Leave what the client sends with the client."""
        if not self._closing:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take what the client sends."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known about the connection."""
        return self._transport.get_extra_info(name, default)
