"""PBM, PGM and PPM (Netpbm), raw and plain: so simple that NumPy reads them, where Pillow's readers take minutes.

::

    P1 P4       bits, 1 is ink            P1 P2 P3    numbers as text
    P2 P5       greys                     P4 P5 P6    numbers as bytes, two each where white is beyond 255
    P3 P6       red, green, blue
    width height (white, unless bits), each after space or comments; one space; the numbers
"""

import re
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tendigits.image.damage import cut_short, damaged
from tendigits.image.limits import MAX_PIECES, check_size
from tendigits.image.picture import RGB, assembled
from tendigits.image.tones import scaled

__all__ = ["is_pnm", "page"]

_START = re.compile(rb"P[1-6][\s#]")
_NUMBER = rb"(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})"
_BITS_HEADER = re.compile(rb"P[14]" + 2 * _NUMBER + rb"\s")
_HEADER = re.compile(rb"P[2356]" + 3 * _NUMBER + rb"\s")
_COMMENT = re.compile(rb"#[^\r\n]*")

_MAX_HEADER = 2**16
"""Bytes. Each space before a number takes some memory while it is matched."""


class _Header(NamedTuple):
    kind: int
    width: int
    height: int
    white: int
    end: int

    @property
    def plain(self) -> bool:
        return self.kind <= 3

    @property
    def bits(self) -> bool:
        return self.kind in (1, 4)

    @property
    def channels(self) -> int:
        return 3 if self.kind in (3, 6) else 1


def is_pnm(content: bytes) -> bool:
    """Tell a PBM, PGM or PPM by its first three bytes."""
    return _START.match(content) is not None


def page(content: bytes, name: str) -> RGB:
    """Decode the first page of a PBM, PGM or PPM.

    Raises:
        ImageError: the file is cut short, malformed or too large.

    """
    header = _header(content, name)
    cost = 12 if header.plain else 4  # a number of text takes four bytes until its row is converted
    check_size(header.width, header.height, name, bytes_a_pixel=3 + cost * header.channels)
    rows = _plain(content, header, name) if header.plain else _raw(content, header, name)
    return assembled(header.width, header.height, lambda first, end: _levels(rows[first:end], header, name))


def _levels(values: NDArray[Any], header: _Header, name: str) -> NDArray[np.uint8]:
    """Return rows of a picture as uint8 (rows, width, channels), of bits as well: 0 ink, 255 paper."""
    if header.kind == 4:
        values = np.unpackbits(values, axis=1, count=header.width)[..., None]
    if values.max() > header.white:
        raise damaged(name, f"a value of {values.max()}, where white is {header.white}")
    levels = scaled(values, header.white)
    return ~levels if header.bits else levels


def _header(content: bytes, name: str) -> _Header:
    pattern = _BITS_HEADER if content[1:2] in b"14" else _HEADER
    match = pattern.match(content, 0, _MAX_HEADER)
    if match is None:
        raise damaged(name, "its header is not P1 to P6, width, height and the value of white")
    width, height, white = (*(int(number) for number in match.groups()), 1)[:3]
    if not 0 < white < 2**16:
        raise damaged(name, f"white is {white}; expected 1 to 65,535")
    return _Header(int(content[1:2]), width, height, white, match.end())


def _raw(content: bytes, header: _Header, name: str) -> NDArray[Any]:
    dtype = np.dtype(np.uint8 if header.white < 256 else ">u2")
    row = -(-header.width // 8) if header.bits else header.width * header.channels
    if len(content) - header.end < header.height * row * dtype.itemsize:
        raise cut_short(name)
    values = np.frombuffer(content, dtype, header.height * row, header.end)
    return values.reshape((header.height, row) if header.bits else (header.height, header.width, header.channels))


def _plain(content: bytes, header: _Header, name: str) -> NDArray[Any]:
    if content.count(b"#", header.end) > MAX_PIECES:
        raise damaged(name, f"more than {MAX_PIECES:,} comments")
    text = _COMMENT.sub(b"", content[header.end :])
    count = header.height * header.width * header.channels
    values = _digits(text) if header.bits else _numbers(text)
    if values is None:
        raise damaged(name, "something else than numbers among its numbers")
    if len(values) < count:
        raise cut_short(name)
    return values[:count].reshape(header.height, header.width, header.channels)


def _digits(text: bytes) -> NDArray[np.uint8] | None:
    """Return the bits of a plain PBM, between which there need be no space."""
    bits = text.translate(None, b" \t\r\n\v\f")
    return None if bits.translate(None, b"01") else np.frombuffer(bits, np.uint8) - ord("0")


def _numbers(text: bytes) -> NDArray[np.int32] | None:
    """Return the numbers of a text; ten digits or more are no number of less than 65,536."""
    if text.translate(None, b"0123456789 \t\r\n\v\f") or re.search(rb"\d{10}", text):
        return None
    return np.fromstring(text, np.int32, sep=" ") if text.strip() else np.empty(0, np.int32)
