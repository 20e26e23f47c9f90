"""The page, served: each of its files at one address, and nothing else."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from tendigits.serving.route import CountedRoute

__all__ = ["mount_page"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What the page is made of; other files of this folder are not served."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "Cache-Control": "no-cache",  # asked for each time, and sent only where it has changed
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_Endpoint = Callable[[Request], Awaitable[Response]]


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/`` and its other files below ``/page/``."""
    for path in _parts():
        address = "/" if path.name == "index.html" else f"/page/{path.name}"
        endpoint = _serving(path.read_bytes(), _TYPES[path.suffix])
        app.router.routes.append(CountedRoute(address, endpoint, include_in_schema=False))


def _parts() -> Iterator[Path]:
    return (path for path in sorted(Path(__file__).parent.iterdir()) if path.suffix in _TYPES)


def _serving(content: bytes, media_type: str) -> _Endpoint:
    """Return what answers with a file, or says that it has not changed."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = _HEADERS | {"ETag": tag}

    async def answer(request: Request) -> Response:
        if tag in _known(request.headers.get("If-None-Match", "")):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=media_type)

    return answer


def _known(tags: str) -> list[str]:
    """Return the tags of what a browser has, whether it calls them weak or not."""
    return [tag.strip().removeprefix("W/") for tag in tags.split(",")]
