"""Addresses: how URLs spell them, who reaches what listens there, and under which a server can be opened."""

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

__all__ = ["addresses", "in_url", "is_loopback", "own_addresses"]

_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses for documentation (RFC 5737, RFC 3849): nothing is sent, but the system says from where it would be."""


def addresses(host: str, port: int) -> list[str]:
    """Return the URLs of a server that listens on a host: where it listens on all addresses, this machine's first.

    >>> addresses("127.0.0.1", 8000), addresses("::1", 8000)
    (['http://127.0.0.1:8000'], ['http://[::1]:8000'])
    """
    address = _resolved(host)
    hosts = [host]
    if address is not None and address.is_unspecified:
        here = "127.0.0.1" if isinstance(address, IPv4Address) else "::1"
        hosts = [here, *own_addresses(_families(address))]
    return [f"http://{in_url(each)}:{port}" for each in hosts]


def in_url(host: str) -> str:
    """Return a host as URLs spell it: an IPv6 address in brackets.

    >>> in_url("::1"), in_url("[::1]"), in_url("localhost")
    ('[::1]', '[::1]', 'localhost')
    """
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches what listens there.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    address = _resolved(host)
    return address is not None and address.is_loopback


def own_addresses(families: tuple[socket.AddressFamily, ...]) -> list[str]:
    """Return this machine's addresses on the network, those that others reach it by."""
    found = []
    for family in families:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:  # it has none of this kind
            probe.connect((_ELSEWHERE[family], 9))
            found.append(str(probe.getsockname()[0]))
    return found


def _resolved(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a server listens on; None where the host is none."""
    with suppress(OSError, UnicodeError):
        first, *_ = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return ip_address(first[4][0])
    return None


def _families(unspecified: IPv4Address | IPv6Address) -> tuple[socket.AddressFamily, ...]:
    """Return the families of the addresses that are answered by what listens on all of them."""
    if isinstance(unspecified, IPv4Address):
        return (socket.AF_INET,)
    with suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        if not probe.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):  # the system's default: listeners leave it
            return (socket.AF_INET6, socket.AF_INET)
    return (socket.AF_INET6,)
