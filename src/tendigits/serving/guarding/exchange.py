"""One request and its answer, watched: the body's size and time, the answer's headers, and the line in the log.

A body is held by the app from when it is read until it is answered, and that is where memory goes. Its first 64 KiB are
let through, as much as lies in the connection's buffer anyway; for the rest of it room is taken as it arrives. An
answer is held until the client has taken it, and needs room in the same way, but elsewhere: bodies are not to be
refused for the answers to others. Where none is left the request is refused at once, so what is held is bounded.
"""

import asyncio
import re
import time
from collections.abc import Iterable
from random import getrandbits

from starlette.types import Message, Receive, Scope, Send

from tendigits.serving.connections.connection import WHOLE
from tendigits.serving.guarding.pace import Pace
from tendigits.serving.guarding.room import Rooms
from tendigits.serving.logs import LEFT, log_request
from tendigits.serving.refusal import Headers, Refusal
from tendigits.serving.settings import Limits

__all__ = ["FAILED", "STOPPED", "Exchange", "too_large"]

FAILED = Refusal(500, "the server failed at this request, and its log says why: look there for the request's id")
STOPPED = Refusal(
    503, "the server is stopping, and did not get to it: ask again", ((b"retry-after", b"5"),), closes=True
)
_NO_ROOM = Refusal(
    503, "other requests take all the room that there is: send it again later", ((b"retry-after", b"2"),), closes=True
)

_LET_THROUGH = 64 * 2**10
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_DISCONNECT: Message = {"type": "http.disconnect"}

_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Exchange:
    """What the app receives and sends, with what has to be seen to on the way.

    Args:
        scope: the request's head, in ASGI's terms.
        headers: its headers, by name.
        receive: to be called for the body.
        send: to be called with the answer.
        limits: what the body may take.
        rooms: where bodies and answers find their place.
        answer: headers that the answer has beside the app's.

    """

    def __init__(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        receive: Receive,
        send: Send,
        limits: Limits,
        rooms: Rooms,
        answer: Headers,
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._limits, self._rooms, self._answer = limits, rooms, answer
        self._began = time.perf_counter()
        given = headers.get(b"x-request-id", b"")
        self.id = given.decode() if _ID.fullmatch(given) else f"{getrandbits(64):016x}"
        self._received = self._sent = self._taken = self._answer_taken = 0
        self._pace: Pace | None = None
        self._body_is_here = self._refused = self._left = False
        self._status: int | None = None

    async def receive(self) -> Message:
        """Return the next part of the body, or that there is nobody to answer any more."""
        if self._body_is_here:
            message = await self._receive()
        elif self._refused:
            return _DISCONNECT
        else:
            message = await self._part()
        if message["type"] == "http.disconnect":
            self._left = self._status is None
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the app's answer, unless somebody was refused one or did not wait for it."""
        if self._refused or self._left:
            return
        if message["type"] == "http.response.start":
            if message["status"] == FAILED.status:  # in whose words ever: it may say something about the server
                await self.refuse(FAILED)
                return
            headers = message.get("headers", ())
            if not self._has_room_for_answer(headers):
                await self.refuse(_NO_ROOM)
                return
            self._status = message["status"]
            message = {**message, "headers": self._with_ours(headers)}
        else:
            body = message.get("body", b"")
            self._sent += len(body)
            if len(body) > _LET_THROUGH:
                await self._send_in_parts(body, more=message.get("more_body", False))
                return
        await self._send(message)

    async def _send_in_parts(self, body: bytes, *, more: bool) -> None:
        """Send each part when the one before was taken: what is handed over at once is in no room any more."""
        for begin in range(0, len(body), _LET_THROUGH):
            end = begin + _LET_THROUGH
            await self._send(
                {"type": "http.response.body", "body": body[begin:end], "more_body": more or end < len(body)}
            )

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal, if nothing was answered yet."""
        if self._status is not None or self._left:
            return
        self._refused, self._status = True, refusal.status
        body = refusal.body(self.id if refusal is FAILED else None)
        self._sent = len(body)
        start = {"type": "http.response.start", "status": refusal.status}
        await self._send(start | {"headers": self._with_ours(refusal.head(body))})
        await self._send({"type": "http.response.body", "body": body})

    def end(self) -> None:
        """Give back the room, and write the log's line."""
        self._rooms.bodies.give_back(self._taken)
        self._rooms.answers.give_back(self._answer_taken)
        log_request(
            LEFT if self._left else self._status or FAILED.status,
            request=self.id,
            method=self._scope["method"],
            path=getattr(self._scope.get("route"), "path", None) or self._scope["path"],
            milliseconds=(time.perf_counter() - self._began) * 1000,
            received=self._received,
            sent=self._sent,
        )

    async def _part(self) -> Message:
        """Return the next part of a body of which more is to come."""
        try:
            message = await (self._receive() if WHOLE in self._scope.get("state", ()) else self._part_in_time())
        except TimeoutError:
            return await self._cut(too_slow(self._limits))
        self._received += len(message.get("body", b""))
        if self._received > self._limits.body_bytes:
            return await self._cut(too_large(self._limits))
        if not self._has_room():
            return await self._cut(_NO_ROOM)
        self._body_is_here = not message.get("more_body", False)
        return message

    async def _part_in_time(self) -> Message:
        clock = asyncio.get_running_loop().time
        self._pace = self._pace or Pace(self._limits, clock())
        async with asyncio.timeout_at(self._pace.deadline):
            message = await self._receive()
        self._pace.came(len(message.get("body", b"")), clock())
        return message

    def _has_room(self) -> bool:
        """Take room for what has come beyond what is let through, and say whether it was there."""
        wanted = max(self._received - _LET_THROUGH, 0) - self._taken
        if not self._rooms.bodies.take(wanted):
            return False
        self._taken += wanted
        return True

    def _has_room_for_answer(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Take room for what an answer has beyond what is let through, and say whether it was there."""
        for name, value in headers:
            if name == b"content-length" and (wanted := int(value) - _LET_THROUGH) > 0:
                if not self._rooms.answers.take(wanted):
                    return False
                self._answer_taken = wanted
        return True

    async def _cut(self, refusal: Refusal) -> Message:
        """Refuse the rest of a body; to the app its client has left."""
        await self.refuse(refusal)
        return _DISCONNECT

    def _with_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Return an answer's headers with those that every answer has; the app may be stricter, or laxer."""
        given = list(headers)
        names = {name for name, _ in given}
        secure = [header for header in _SECURITY if header[0] not in names]
        return [*given, (b"x-request-id", self.id.encode()), *secure, *self._answer]


def declared_length(headers: dict[bytes, bytes]) -> int | None:
    """Return how many bytes a request's body has according to its head; None where that does not say."""
    if b"transfer-encoding" in headers:
        return None
    return int(headers.get(b"content-length", b"0"))


def too_large(limits: Limits) -> Refusal:
    """Return the refusal of a body that is larger than any may be."""
    return Refusal(413, f"the body is larger than {limits.body_bytes:,} bytes: send less at once", closes=True)


def too_slow(limits: Limits) -> Refusal:
    """Return the refusal of a body that takes longer than any may."""
    return Refusal(
        408,
        f"the body did not arrive within {limits.body_seconds:g} s, or came with less than"
        f" {limits.bytes_per_second:,} bytes a second for {limits.stall_seconds:g} s: send it faster",
        closes=True,
    )
