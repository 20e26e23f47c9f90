"""What a request to read holds: images, bare or in a multipart body."""

from collections.abc import Iterator
from io import BytesIO

from starlette.requests import Request

from tendigits.serving.body import Upload, body_of, check_encoding, media_type
from tendigits.serving.multipart import files_in
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Limits

__all__ = ["MULTIPART", "Images", "Sent"]

MULTIPART = "multipart/form-data"


class Sent(BytesIO):
    """An image as the reader takes it, whose errors call it by the name of its file."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.content)
        self.name = upload.name or "the image sent"


class Images:
    """The images of one request, found in its body when they are asked for: that takes time where they are large.

    Args:
        body: the request's.
        content_type: the request's header.
        most: images that there may be.

    """

    def __init__(self, body: bytes, content_type: str, most: int) -> None:
        self._body = body
        self._content_type = content_type
        self._most = most

    @classmethod
    async def of(cls, request: Request, limits: Limits) -> "Images":
        """Take a request's body.

        Raises:
            Refused: it is of another type than images have, compressed, or cut short.

        """
        kind = media_type(request.headers)
        if not (kind.startswith("image/") or kind in ("application/octet-stream", MULTIPART)):
            raise Refused(
                415,
                "an image is expected: its bytes, with the type image/png, image/jpeg or alike or"
                f" application/octet-stream, or files in {MULTIPART}",
            )
        check_encoding(request.headers.get("content-encoding"))
        body = await body_of(request.receive)
        return cls(body, request.headers.get("content-type", "") if kind == MULTIPART else "", limits.images)

    def __iter__(self) -> Iterator[Upload]:
        """Find them.

        Raises:
            Refused: there are too many, none, or the body is damaged.

        """
        if not self._content_type:
            return iter([Upload(None, self._body)])
        return iter(files_in(self._body, self._content_type, self._most))
