"""A server on a port of its own, which can be stopped, be made to refuse, and be held up."""

import asyncio
import json
import socket
import threading
import time
from dataclasses import dataclass, field

import uvicorn

__all__ = ["Backend"]


@dataclass
class Refusal:
    """What is answered instead of the application's answer."""

    path: str
    status: int
    error: str
    headers: dict[str, str] = field(default_factory=dict)


class Backend:
    """An application, served by one thread; `asked` are the images that it was sent, with their paths."""

    def __init__(self, make_app):
        self.asked: list[tuple[str, bytes]] = []
        self.refusals: list[Refusal] = []
        self.held: threading.Event | None = None
        self.most_at_once = self._at_once = 0
        self._make_app = make_app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/"

    def start(self):
        """Serve a new application: one that has been shut down is not started again."""
        self._app = self._make_app()
        config = uvicorn.Config(self, port=self._port, log_level="critical", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self):
        self._server.should_exit = True
        self._thread.join()

    def refuse(self, status, error="", of="/v1/read", **headers):
        """Answer the next image so that is sent to this path."""
        self.refusals.append(Refusal(of, status, error, headers))

    def hold(self):
        """Answer no image until the event is set."""
        self.held = threading.Event()
        return self.held

    def images(self, path="/v1/read"):
        return [image for asked, image in self.asked if asked == path]

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._answer(scope, await whole(receive), receive, send)
        finally:
            self._at_once -= 1

    async def _answer(self, scope, body, receive, send):
        self.asked.append((scope["path"], body))
        if self.held:
            await asyncio.to_thread(self.held.wait)
        if self.refusals and self.refusals[0].path == scope["path"]:
            await refuse(send, self.refusals.pop(0))
            return

        given = iter([{"type": "http.request", "body": body}])

        async def once_more():
            return next(given, None) or await receive()

        await self._app(scope, once_more, send)


async def whole(receive):
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def refuse(send, refusal):
    headers = {"content-type": "application/json"} | refusal.headers
    encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": encoded})
    await send({"type": "http.response.body", "body": json.dumps({"error": refusal.error}).encode()})
