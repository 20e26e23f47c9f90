"""The end of a connection: its last answer arrives, and nobody keeps it open.

A socket that is closed while the client still sends, or before it was read, is reset, and the client may never see the
answer. So it is closed in one direction first, and what still comes is thrown away. A client that takes its
answer too slowly, or does not leave, is given up.
"""

import asyncio
from typing import Any

from tendigits.serving.settings import Limits

__all__ = ["EndingTransport"]

_LEAVING = 2.0
"""Seconds that a client has to leave, at the least, once all of the last answer went out; and between two looks."""


class EndingTransport(asyncio.Transport):
    """A transport whose ``close`` lets the client read the answer.

    Args:
        transport: the connection.
        loop: the event loop that it belongs to.
        limits: the least rate at which a client takes its answer, and how far behind it may be.

    Attributes:
        unread: whether more of a request may come.

    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        super().__init__()
        self._transport, self._loop, self._limits = transport, loop, limits
        self._closing = False
        self._watch: asyncio.TimerHandle | None = None
        self._written = self._taken = 0
        self._all_out = False
        self._behind = 0.0
        self.unread = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, unless the last ones were sent."""
        if not self._closing:
            self._written += len(data)
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection when what was written is sent and, where more may come, the client has left."""
        if self._closing:
            return
        self._closing = True
        if self._transport.is_closing():
            return
        if self.unread:
            self._say_goodbye()
        else:
            self._transport.close()
        self._all_out = not self._transport.get_write_buffer_size()
        if self.unread or not self._all_out:
            self.relax()
            self.expect_progress()

    def _say_goodbye(self) -> None:
        """Send nothing more, and throw away what still comes."""
        try:
            self._transport.write_eof()
        except OSError:  # the client has reset the connection
            self.abort()
        else:
            self.resume_reading()

    def abort(self) -> None:
        """Close the connection at once."""
        self._closing = True
        self._transport.abort()

    def is_closing(self) -> bool:
        """Say whether it is closed, or about to be."""
        return self._closing or self._transport.is_closing()

    def expect_progress(self) -> None:
        """From now on, give the client up if it takes what is written too slowly for too long.

        How far it is behind is kept when it is watched no longer: else it would only have to catch up a little.
        """
        if self._watch is None:
            self._look_later()

    def relax(self) -> None:
        """Watch the client no longer."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look_later(self) -> None:
        self._watch = self._loop.call_later(_LEAVING, self._look)

    def _look(self) -> None:
        left = self._transport.get_write_buffer_size()
        before, self._taken = self._taken, self._written - left
        self._behind = max(self._behind + _LEAVING - (self._taken - before) / self._limits.bytes_per_second, 0.0)
        if self._all_out or self._behind >= self._limits.answer_seconds:
            self.abort()
        else:
            self._all_out = self._closing and not left
            self._look_later()

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
