"""Routes that FastAPI does not make of itself: of what is answered without it, and of HEAD."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI
from starlette.routing import Match, Route
from starlette.types import Scope

__all__ = ["CountedRoute", "add_head"]


class CountedRoute(Route):
    """A route that leaves word which it is, as FastAPI's own do: requests are counted by that."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for this route, and with what scope it goes on."""
        match, found = super().matches(scope)
        return match, {**found, "route": self} if found else found


def add_head(app: FastAPI, path: str, endpoint: Callable[..., Coroutine[Any, Any, Any]]) -> None:
    """Have HEAD answered as GET is, but for the body, which the connection leaves out; it goes without saying."""
    app.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
