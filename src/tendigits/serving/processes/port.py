"""The end of a port: everybody whom the kernel has let in is served, and nobody else is let in.

A socket that is closed resets the connections in its queue, which their clients take for made. So on Linux the kernel
first stops to shake hands, by a filter that drops a client's first packet; the client tries again after a second, and
finds the port closed. Elsewhere, a connection that is made between the last look at the queue and the closing is lost.
"""

import ctypes
import socket
import struct
import sys
from contextlib import suppress
from functools import partial

__all__ = ["accept_all", "accepted", "let_nobody_in"]

_SO_ATTACH_FILTER = 26
"""Of Linux; Python has no name for it."""

_DROP_FIRST_PACKETS = (
    (0x30, 0, 0, 13),  # load the byte of TCP's header with the flags
    (0x45, 0, 1, 0x02),  # SYN?
    (0x06, 0, 0, 0),  # yes: drop the packet
    (0x06, 0, 0, 0xFFFFFFFF),  # no: keep all of it
)
"""A program of classic BPF: code, where to go on if so and if not, operand."""


def let_nobody_in(listener: socket.socket) -> None:
    """Let no more connections into a socket's queue, in all processes that share it."""
    if sys.platform != "linux":
        return
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in _DROP_FIRST_PACKETS))
    program = struct.pack("HP", len(_DROP_FIRST_PACKETS), ctypes.addressof(code))
    with suppress(OSError):  # where it is not supported, as in some sandboxes, it is as elsewhere
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def accept_all(listener: socket.socket) -> list[socket.socket]:
    """Accept the connections that wait in the queue of a socket that does not block."""
    return list(iter(partial(accepted, listener), None))


def accepted(listener: socket.socket) -> socket.socket | None:
    """Return a connection that waits in the queue of a socket that does not block; None where none does."""
    try:
        client, _ = listener.accept()
    except OSError:
        return None
    client.setblocking(False)  # noqa: FBT003 - the standard library's
    return client
