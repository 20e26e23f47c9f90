"""Files that are served as they are: a browser asks each time whether one has changed."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from tendigits.serving.route import CountedRoute

__all__ = ["add_file"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def add_file(app: FastAPI, address: str, content: bytes, suffix: str, headers: Mapping[str, str]) -> None:
    """Serve a file at one address.

    Args:
        app: which serves it.
        address: its path.
        content: the file.
        suffix: of its name, which says of what type it is.
        headers: that go with it.

    """
    endpoint = _serving(content, _TYPES[suffix], headers)
    app.router.routes.append(CountedRoute(address, endpoint, include_in_schema=False))


def _serving(content: bytes, media_type: str, headers: Mapping[str, str]) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a file, or says that it has not changed."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    every = {"Cache-Control": "no-cache", "ETag": tag, **headers}

    async def answer(request: Request) -> Response:
        if tag in _known(request.headers.get("If-None-Match", "")):
            return Response(status_code=304, headers=every)
        return Response(content, headers=every, media_type=media_type)

    return answer


def _known(tags: str) -> list[str]:
    """Return the tags of what a browser has, whether it calls them weak or not."""
    return [tag.strip().removeprefix("W/") for tag in tags.split(",")]
