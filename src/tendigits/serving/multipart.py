"""The files in a multipart body: RFC 7578, parsed in memory, so that nothing that is sent comes to a disk."""

from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tendigits.serving.body import Upload
from tendigits.serving.refusal import Refused

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["files_in"]


_FIELDS = 64
"""Parts that are no files, at most: to go through a million of them would keep a core busy for seconds."""


def files_in(body: bytes, content_type: str, most: int) -> list[Upload]:
    """Return the files in a body, in their order; fields that are no files are passed over.

    Args:
        body: the request's, all of it.
        content_type: the request's header, which names the boundary.
        most: files that there may be.

    Raises:
        Refused: there are more files, or none, or the body is not what its header says.

    """
    collected = _Collected(most)
    try:
        parser = MultipartParser(_boundary(content_type), collected.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Refused(400, f"the multipart body is damaged: {error}; send it again") from error
    if not collected.ended:
        raise Refused(400, "the multipart body is damaged: it ends before its last boundary; send it again")
    if not collected.files:
        raise Refused(422, "the multipart body holds no file; send an image in it, as  curl -F image=@photo.jpg  does")
    return collected.files


def _boundary(content_type: str) -> bytes:
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise Refused(400, "the header Content-Type says multipart/form-data, and no boundary; let your client set it")
    return boundary


class _Collected:
    """Files, put together from what the parser calls out."""

    def __init__(self, most: int) -> None:
        self.files: list[Upload] = []
        self.ended = False
        self._most = most
        self._begun = 0
        self._name = self._value = b""
        self._disposition = b""
        self._filename: bytes | None = None
        self._parts: list[bytes] = []

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all,
        }

    def _begin(self) -> None:
        self._begun += 1
        if self._begun > self._most + _FIELDS:
            raise Refused(413, f"more than {self._most:,} files and {_FIELDS} fields in one request; send less at once")
        self._disposition, self._parts = b"", []

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        self._filename = parse_options_header(self._disposition)[1].get(b"filename")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._filename is not None:
            self._parts.append(data[start:end])

    def _end(self) -> None:
        if self._filename is None:
            return
        if len(self.files) == self._most:
            raise Refused(413, f"more than {self._most:,} files in one request; send fewer at once")
        self.files.append(Upload(_text(self._filename) or None, b"".join(self._parts)))

    def _all(self) -> None:
        self.ended = True


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
