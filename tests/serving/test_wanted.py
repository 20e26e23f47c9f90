"""Nobody works for a client that has left."""

import asyncio
import threading

import cv2
import pytest
from starlette.requests import ClientDisconnect

from tendigits.serving import v1
from tendigits.serving.app import create_app
from tendigits.serving.samples import DIGITS, drawn
from tendigits.serving.settings import Settings
from tendigits.serving.wanted import while_wanted


def receiving(*messages):
    """A request's ``receive``: these messages, and then none for ever."""
    waiting = iter(messages)

    async def receive():
        kind = next(waiting, None)
        return {"type": kind} if kind else await asyncio.Event().wait()

    return receive


async def answer(given, cancelled):
    try:
        await asyncio.sleep(0.01)
        if isinstance(given, Exception):
            raise given
        return await given.wait() if isinstance(given, asyncio.Event) else given
    except asyncio.CancelledError:
        cancelled.append(given)
        raise


async def unheard(message):
    """A ``send`` at whose other end nobody is."""


def test_an_answer_is_returned_and_its_error_raised():
    async def scene():
        assert await while_wanted(receiving(), answer(7, [])) == 7
        assert await while_wanted(receiving("http.request"), answer(7, [])) == 7
        with pytest.raises(ValueError, match="no answer"):
            await while_wanted(receiving(), answer(ValueError("no answer"), []))
        assert len(asyncio.all_tasks()) == 1  # nobody listens any more

    asyncio.run(scene())


def test_an_answer_is_given_up_when_its_client_leaves():
    async def scene():
        never, cancelled = asyncio.Event(), []
        with pytest.raises(ClientDisconnect):
            await while_wanted(receiving("http.request", "http.disconnect"), answer(never, cancelled))
        assert cancelled == [never]

    asyncio.run(asyncio.wait_for(scene(), 10))


def test_an_answer_is_given_up_when_its_request_is():
    async def scene():
        never, cancelled = asyncio.Event(), []
        request = asyncio.create_task(while_wanted(receiving(), answer(never, cancelled)))
        await asyncio.sleep(0.1)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert cancelled == [never]

    asyncio.run(asyncio.wait_for(scene(), 10))


def test_pages_that_nobody_waits_for_are_not_read(monkeypatch):
    begun, go_on, read = threading.Event(), threading.Event(), []

    def pages():
        for number in range(3):
            read.append(number)
            begun.set()
            assert go_on.wait(60)
            yield {"digits": []}

    asked = iter([pages(), iter([])])
    monkeypatch.setattr(v1, "readings", lambda *_: next(asked))
    app = create_app(Settings(workers=1000))  # one thread
    body = {"type": "http.request", "body": cv2.imencode(".png", drawn(DIGITS[0]))[1].tobytes(), "more_body": False}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/read",
        "query_string": b"",
        "headers": [(b"content-type", b"image/png")],
    }

    async def scene():
        messages = asyncio.Queue()
        messages.put_nowait(body)
        request = asyncio.create_task(app(scope, messages.get, unheard))
        await asyncio.to_thread(begun.wait, 60)
        messages.put_nowait({"type": "http.disconnect"})
        with pytest.raises(ClientDisconnect):
            await request
        go_on.set()
        messages.put_nowait(body)
        await app(scope, messages.get, unheard)  # behind the first one in the thread

    asyncio.run(asyncio.wait_for(scene(), 60))
    assert read == [0]
