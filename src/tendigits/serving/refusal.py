"""A refusal: what is answered in place of what was asked for, as JSON with one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

__all__ = ["Headers", "Refusal", "Refused"]

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Refusal:
    """An answer that says why there is no other.

    Attributes:
        status: its code.
        sentence: what was wrong and what to do; it names no file of the server's.
        headers: that it has beside those of every JSON answer.
        closes: whether the connection ends with it, as where the rest of a body is not wanted.

    """

    status: int
    sentence: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    closes: bool = False

    def body(self, request: str | None = None) -> bytes:
        """Return the JSON, with the request's id where somebody is to look for it in the log."""
        named = {} if request is None else {"request": request}
        return json.dumps({"error": self.sentence} | named).encode()

    def head(self, body: bytes) -> Headers:
        """Return the answer's headers."""
        about = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return [*about, *self.headers, *([(b"connection", b"close")] if self.closes else [])]

    def on_the_wire(self) -> bytes:
        """Return the whole answer where there is no request to answer: it ends the connection."""
        body = self.body()
        lines = [b": ".join(header) for header in self.head(body)]
        status = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}".encode()
        return b"\r\n".join([status, *lines, b"x-content-type-options: nosniff", b"", body])


class Refused(Exception):  # noqa: N818 - nothing failed: it is an answer
    """A request is not answered as it was asked: raised where that is found out.

    Args:
        status: the HTTP status code.
        sentence: what was wrong, and what to do.
        headers: that go with it.

    """

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers

    def response(self) -> Response:
        """Return the answer that says so."""
        content = Refusal(self.status, str(self)).body()
        return Response(content, self.status, self.headers, media_type="application/json")
