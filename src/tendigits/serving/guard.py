"""The guard: stands before the app, refuses what should not reach it, and answers for it when it fails."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from tendigits.serving.guarding.exchange import FAILED, STOPPED, Exchange, declared_length, too_large
from tendigits.serving.guarding.hosts import Hosts
from tendigits.serving.guarding.origins import Origins
from tendigits.serving.guarding.room import Room, Rooms
from tendigits.serving.logs import LOGGER
from tendigits.serving.refusal import Refusal
from tendigits.serving.settings import Settings

__all__ = ["Guard"]

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing and cost little."""

_BODIES = 4
"""Bodies of the greatest size that a server's processes together have room for, and each for one at least.

More would only lie about: reading waits for cores. A body takes up to three times its size while its parts are put
together and looked at, so by default all of them come to at most 384 MiB in one process; what is made of it, as JSON
that is parsed or a picture, has limits of its own."""

_NO_HOST = Refusal(400, "a request has one Host header, with the name by which it asks for the server")
_FOREIGN_HOST = Refusal(
    421,
    "this server is not asked for by that name: whoever runs it can allow it with  tendigits serve --allow-host NAME",
)
_FOREIGN_ORIGIN = Refusal(
    403,
    "pages of that site may not ask this server: whoever runs it can allow it with  tendigits serve --allow-origin URL",
)


class Guard:
    """An app with its guard, in ASGI's terms.

    Args:
        app: what is guarded.
        settings: by which names and from which pages it may be asked, and what a request may take.

    Raises:
        ServingError: one of the allowed hosts or origins is none.

    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._limits = settings.limits
        self._hosts = Hosts(settings)
        self._origins = Origins(settings.allowed_origins)
        size = max(_BODIES // settings.workers, 1) * settings.limits.body_bytes
        self._rooms = Rooms(Room(size), Room(size))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the app, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        exchange = Exchange(scope, headers, receive, send, self._limits, self._rooms, self._origins.answer(origin))
        try:
            refusal = self._refusal(scope, headers)
            if refusal is not None:
                await exchange.refuse(refusal)
            elif _is_preflight(scope, headers):
                await exchange.send(self._origins.preflight(headers))
                await exchange.send({"type": "http.response.body"})
            else:
                await self._app(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:  # the server ends, and does not wait any longer
            await exchange.refuse(STOPPED)
        except ClientDisconnect:  # the client left, or was told why the rest of its body is not wanted
            pass
        except Exception:  # noqa: BLE001 - whatever the app did, it is answered
            LOGGER.exception("the app failed", extra={"request": {"request": exchange.id}})
            await exchange.refuse(FAILED)
        finally:
            exchange.end()

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> Refusal | None:
        """Return why a request is not let through; None if it is."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return _NO_HOST
        if not self._hosts.know(hosts[0]):
            return _FOREIGN_HOST
        acts = scope["method"] not in _HARMLESS or _is_preflight(scope, headers)
        if acts and not self._origins.may_act(headers.get(b"origin"), hosts[0]):
            return _FOREIGN_ORIGIN
        if (declared_length(headers) or 0) > self._limits.body_bytes:
            return too_large(self._limits)
        return None


def _is_preflight(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Say whether a browser asks what another site's page may send."""
    return scope["method"] == "OPTIONS" and b"access-control-request-method" in headers and b"origin" in headers
