"""The addresses under which a server can be opened."""

import ipaddress
import socket
from contextlib import suppress

__all__ = ["addresses", "is_loopback", "own_addresses"]

_ELSEWHERE = ("192.0.2.1", 9), ("2001:db8::1", 9)
"""Addresses for documentation (RFC 5737, RFC 3849): nothing is sent, but the system says from where it would be."""


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a server that listens on a host: on the network where others reach it, else here.

    >>> addresses("127.0.0.1", 8000), addresses("::1", 8000)
    (['http://127.0.0.1:8000'], ['http://[::1]:8000'])
    """
    here = "::1" if ":" in host else "127.0.0.1"
    hosts = [here, *own_addresses()] if _is_any(host) else [host]
    return [f"http://{f'[{each}]' if ':' in each else each}:{port}" for each in hosts]


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server that listens on a host.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_addresses() -> list[str]:
    """Return this machine's addresses on the network, those that others reach it by."""
    found = []
    for family, elsewhere in zip((socket.AF_INET, socket.AF_INET6), _ELSEWHERE, strict=True):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:  # it has none of this kind
            probe.connect(elsewhere)
            found.append(str(probe.getsockname()[0]))
    return found


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host
