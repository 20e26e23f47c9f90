"""What has come over a socket and was not read yet."""

import asyncio
import socket
import sys
from contextlib import suppress

if sys.platform != "win32":
    import fcntl
    import termios

__all__ = ["has_bytes"]

_NONE = bytes(4)
"""A C int, 0."""


def has_bytes(transport: asyncio.BaseTransport) -> bool:
    """Say whether something has come that the event loop has yet to deliver."""
    descriptor = transport.get_extra_info("socket").fileno()
    if sys.platform != "win32":  # a tenth of the time
        return fcntl.ioctl(descriptor, termios.FIONREAD, _NONE) != _NONE
    with suppress(OSError), socket.socket(fileno=socket.dup(descriptor)) as same:  # the loop's own has no recv
        same.setblocking(False)  # noqa: FBT003 - the standard library's
        return bool(same.recv(1, socket.MSG_PEEK))
    return False
