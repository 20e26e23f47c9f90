"""The port: taken before anything else, so that a server that cannot have it says so at once."""

import errno
import os
import socket

from tendigits.errors import ServingError
from tendigits.serving.addresses import in_url

__all__ = ["address_of", "listen"]

_QUEUE = 2048
"""Connections that the kernel keeps for us until they are accepted."""

_LAST_PORT = 65_535
_LAST_RESERVED = 1023


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        ServingError: it cannot; the message says why and what to do.

    """
    if not 0 <= port <= _LAST_PORT:  # looking it up below would take 70,000 for 4,464
        raise ServingError(f"port {port:,} is none: choose one from 1 to {_LAST_PORT:,}, or 0 for any that is free")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise ServingError(f"{host!r} is neither an address of this machine nor a name of one") from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it lets two servers have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_QUEUE)
    except OSError as error:
        listener.close()
        raise ServingError(_why_not(error, host, port)) from error
    return listener


def address_of(listener: socket.socket, host: str) -> str:
    """Return the URL of a socket that listens on this host."""
    return f"http://{in_url(host)}:{listener.getsockname()[1]}"


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: stop what listens there, or choose another with --port"
    if error.errno == errno.EACCES and port <= _LAST_RESERVED:
        return f"port {port} is reserved for the system's administrator: choose one above {_LAST_RESERVED} with --port"
    if error.errno == errno.EACCES:  # Windows keeps ranges of ports for itself
        return f"the system keeps port {port} for itself: choose another with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: choose one with --host; 0.0.0.0 stands for all of them"
    return f"cannot listen on port {port} of {host}: {error.strerror or error}"
