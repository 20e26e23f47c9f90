"""The body of a request, all of it in memory."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Receive

from tendigits.serving.refusal import Refused

__all__ = ["Upload", "body_of", "check_encoding", "media_type"]


@dataclass(frozen=True)
class Upload:
    """An image that was sent.

    Attributes:
        name: of its file; None where it came without one.
        content: the file.

    """

    name: str | None
    content: bytes


async def body_of(receive: Receive) -> bytes:
    """Return a request's body.

    Args:
        receive: gives the body's parts; the guard has seen to it that they are not too large.

    Raises:
        Refused: it ends before its end.

    """
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the connection was closed before all of the request had come")
        part, more = message.get("body", b""), message.get("more_body", False)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def check_encoding(encoding: str | None) -> None:
    """Check that a body is sent as it is.

    Raises:
        Refused: it is compressed.

    """
    if encoding is not None and encoding.strip().lower() not in ("", "identity"):
        raise Refused(415, "the request is compressed (Content-Encoding); send it as it is")


def media_type(headers: Headers) -> str:
    """Return a body's media type in small letters, without parameters; octet-stream where it says none (RFC 9110)."""
    return headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
