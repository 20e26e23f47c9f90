"""A small app to be served: it answers with what it was sent, slowly, at length or not at all, as its path says."""

import asyncio
import os
from types import SimpleNamespace

from starlette.requests import ClientDisconnect

from tendigits.errors import WeightsError
from tendigits.serving.drain import Drain
from tendigits.serving.metrics import Metrics

__all__ = ["Echo", "create_damaged", "create_echo", "create_failing"]


class Echo:
    """An app in ASGI's terms.

    ========================  ========================================================
    ``/sleep/SECONDS``        waits, then answers as all others do
    ``/large/BYTES``          answers with so many bytes
    ``/unread``               answers without looking at the body
    ``/raise``, ``/500``      fails, by an exception or by its own account
    ``/half``                 fails in the middle of its answer
    ``/ready``                503 when the server was asked to stop
    ``/process``              answers with the process's number
    ``/die``                  ends the process
    any other                 answers with the body
    ========================  ========================================================
    """

    def __init__(self, settings):
        self.state = SimpleNamespace(drain=Drain(), metrics=Metrics())

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        _, first, *rest = scope["path"].split("/")
        body = b"" if first == "unread" else await read(receive)
        status = 200
        if first == "sleep":
            await asyncio.sleep(float(rest[0]))
        elif first == "large":
            body = b"x" * int(rest[0])
        elif first == "raise":
            raise ValueError("/a/path/on/the/server")
        elif first == "500":
            status, body = 500, b"/a/path/on/the/server"
        elif first == "ready":
            status = 503 if self.state.drain.begun else 200
        elif first == "process":
            body = str(os.getpid()).encode()
        elif first == "die":
            os._exit(3)
        length = len(body) + (first == "half")
        headers = [(b"content-type", b"text/plain"), (b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if first == "half":
            await send({"type": "http.response.body", "body": body, "more_body": True})
            raise ValueError
        await send({"type": "http.response.body", "body": body})

    async def live(self, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


class Damaged(Echo):
    """An app whose weights are damaged, as is found out when it begins."""

    async def live(self, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
        raise WeightsError("weights.safetensors is damaged")


async def read(receive):
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def create_echo(settings):
    return Echo(settings)


def create_damaged(settings):
    return Damaged(settings)


def create_failing(settings):
    raise WeightsError("weights.safetensors does not exist")
