"""The pages that may ask a server to do something: its own, and those of sites that were allowed.

A browser lets any page send a request to any server, with the user none the wiser, and says in ``Origin`` whose page it
was. Without that header it was no page.
"""

import re

from starlette.types import Message

from tendigits.errors import ServingError
from tendigits.serving.refusal import Headers

__all__ = ["Origins"]

_ORIGIN = re.compile(r"https?://[^/?#\s]+")

_SECONDS = b"600"
"""For which a browser need not ask again."""

_READABLE = b"x-request-id, retry-after, inference-header-content-length"
"""Headers of answers that other sites' pages may see."""


class Origins:
    """The sites whose pages may ask, beside the server's own.

    Raises:
        ServingError: one of them is no origin.

    """

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = frozenset(_checked(origin) for origin in allowed)

    def allow(self, origin: bytes | None) -> bool:
        """Say whether this is an allowed site, and not only the server's own."""
        return origin is not None and origin.lower() in self._allowed

    def may_act(self, origin: bytes | None, host: bytes) -> bool:
        """Say whether a request from there may change or cost something; ``host`` is its Host header."""
        return origin is None or _site(origin) == host.lower() or self.allow(origin)

    def answer(self, origin: bytes | None) -> Headers:
        """Return the headers that let an allowed site's page read an answer."""
        if not self._allowed:
            return []
        varying = (b"vary", b"Origin")  # for caches: what is answered depends on it
        if origin is None or not self.allow(origin):
            return [varying]
        return [varying, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", _READABLE)]

    def preflight(self, asked: dict[bytes, bytes]) -> Message:
        """Return the start of the answer to a browser that asks, with these headers, what a page may send."""
        granted = [
            (b"access-control-allow-methods", asked[b"access-control-request-method"]),
            (b"access-control-allow-headers", asked.get(b"access-control-request-headers", b"content-type")),
            (b"access-control-max-age", _SECONDS),
        ]
        return {"type": "http.response.start", "status": 204, "headers": granted}


def _checked(origin: str) -> bytes:
    plain = origin.rstrip("/").lower()
    if _ORIGIN.fullmatch(plain) is None:
        raise ServingError(f"{origin!r} is no origin: write it as  https://example.org  or  http://localhost:3000")
    return plain.encode()


def _site(origin: bytes) -> bytes:
    """Return the host and port of an origin; nothing for one that is no site's."""
    scheme, _, site = origin.lower().partition(b"://")
    return site if scheme in {b"http", b"https"} else b""
