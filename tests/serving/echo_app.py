"""A small app to be served: it answers with what it was sent, slowly, at length or not at all, as its path says."""

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from starlette.requests import ClientDisconnect

from tendigits.errors import WeightsError
from tendigits.serving.drain import Drain
from tendigits.serving.metrics import Metrics

__all__ = ["Echo", "create_damaged", "create_echo", "create_failing", "not_sent_the_third_time"]


class Echo:
    """An app in ASGI's terms.

    ========================  ========================================================
    ``/sleep/SECONDS``        waits, then answers as all others do
    ``/large/BYTES``          answers with so many bytes
    ``/thread/SECONDS``       keeps a thread busy for so long, then answers as all others do
    ``/unread``               answers without looking at the body
    ``/raise``, ``/500``      fails, by an exception or by its own account
    ``/half``                 fails in the middle of its answer
    ``/ready``                503 when the server was asked to stop
    ``/metrics``              answers with what is counted
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
        await do(first, *rest)
        status, body = self.said(first, rest, body)
        length = len(body) + (first == "half")
        headers = [(b"content-type", b"text/plain"), (b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if first == "half":
            await send({"type": "http.response.body", "body": body, "more_body": True})
            raise ValueError
        await send({"type": "http.response.body", "body": body})

    def said(self, first, rest, body):
        """Return the status and the body of an answer."""
        if first == "large":
            return 200, b"x" * int(rest[0])
        if first == "500":
            return 500, b"/a/path/on/the/server"
        if first == "ready":
            return (503 if self.state.drain.begun else 200), body
        if first == "process":
            return 200, str(os.getpid()).encode()
        if first == "metrics":
            return 200, self.state.metrics.exposed()
        return 200, body

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


async def do(first, seconds=None, *_):
    """Do what a path says before there is an answer."""
    if first == "sleep":
        await asyncio.sleep(float(seconds))
    elif first == "thread":
        await asyncio.wrap_future(ThreadPoolExecutor(1).submit(time.sleep, float(seconds)))
    elif first == "raise":
        raise ValueError("/a/path/on/the/server")
    elif first == "die":
        os._exit(3)


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


class NotSentTheThirdTime:
    """What makes an echo in each worker, and cannot be sent to the third one, as where there is no memory for it."""

    def __init__(self):
        self.sent = 0

    def __reduce__(self):
        self.sent += 1
        if self.sent == 3:
            raise OSError(12, "Cannot allocate memory")
        return the_creator, ()


def the_creator():
    return create_echo


not_sent_the_third_time = NotSentTheThirdTime()


def create_failing(settings):
    raise WeightsError("weights.safetensors does not exist")
