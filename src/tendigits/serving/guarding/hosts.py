"""The names by which a server may be asked for.

A page of a stranger's can have its own name lead to this machine (DNS rebinding), and the browser then takes the two
for one site. The browser still says that name, so a request by a name that is not ours is refused.
"""

import re
import socket
from contextlib import suppress
from ipaddress import ip_address

from tendigits.serving.settings import Settings

__all__ = ["Hosts", "is_loopback"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/\s]+)(?::[0-9]{1,5})?")
"""A Host header: a name or an address, and the port, which may be another than ours: containers forward ports."""


class Hosts:
    """The names of a server that runs with these settings.

    One that listens on loopback has loopback's. Any other has the machine's name and every address, as that by which a
    router or a container's host lets clients in is not known here, and only names can be made to lead elsewhere.
    """

    def __init__(self, settings: Settings) -> None:
        own = _LOOPBACK if is_loopback(settings.host) else _LOOPBACK | _names_of_the_machine()
        listed = (_bracketed(name) for name in (settings.host, *settings.allowed_hosts))
        self._names = frozenset(name.lower().encode() for name in (*own, *listed))
        self._any_address = not is_loopback(settings.host)

    def know(self, host: bytes) -> bool:
        """Say whether a Host header has one of these names."""
        parts = _HOST.fullmatch(host)
        if parts is None:
            return False
        name = parts[1].lower()
        return name in self._names or (self._any_address and _is_address(name))


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches what listens there."""
    if host.lower() == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def _names_of_the_machine() -> frozenset[str]:
    name = socket.gethostname()
    short = name.partition(".")[0]
    return frozenset({name, short, f"{short}.local"})


def _bracketed(host: str) -> str:
    """Return a host as URLs spell it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_address(name: bytes) -> bool:
    with suppress(ValueError):
        ip_address(name.strip(b"[]").decode("ascii", "replace"))
        return True
    return False
