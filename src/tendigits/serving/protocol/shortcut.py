"""The way to inference past the framework, whose middleware takes as long as the network does and is not needed for it.

What is asked for by the names that are served goes this way; by any other it goes through the app, which refuses it.
"""

from collections.abc import Mapping

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Shortcut"]


class Shortcut:
    """Leaves word of the route and of the names in its path, as a router would."""

    def __init__(self, app: ASGIApp, route: Route, names: Mapping[str, str]) -> None:
        self._app = app
        self._route = route
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        scope["route"] = self._route
        scope["path_params"] = self._names
        await self._app(scope, receive, send)
