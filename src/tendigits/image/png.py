"""PNG (W3C, PNG Specification, 3rd edition): the chunks that say what the pixels are, checked and kept.

Text, colour profiles and the rest are left out unseen: they can be small and unpack to anything. Of an animation that
leaves the picture that programs show which do not know of animations.
"""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from tendigits.image.damage import cut_short, damaged
from tendigits.image.decoding import decoded
from tendigits.image.limits import MAX_PIECES
from tendigits.image.picture import RGB

__all__ = ["is_png", "page"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"}
_TRUECOLOUR = 2


class _Chunk(NamedTuple):
    kind: bytes
    whole: memoryview
    """Length, kind, content and checksum."""


def is_png(content: bytes) -> bool:
    """Tell a PNG by its first eight bytes."""
    return content.startswith(_SIGNATURE)


def page(content: bytes, name: str) -> RGB:
    """Decode the one page of a PNG; what is raised is said in ``decoded``."""
    from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    return decoded(PngImageFile, _stripped(content, name), name)


def _stripped(content: bytes, name: str) -> bytes:
    chunks = list(_chunks(content, name))
    header = chunks[0].whole[8:-4]
    if chunks[0].kind != b"IHDR" or len(header) != 13:
        raise damaged(name, "a PNG that does not begin with its header")
    depth, colour = header[8:10]
    if (depth, colour) == (16, _TRUECOLOUR):  # Pillow compares a transparent colour of 16 bits with 8 bits of a pixel
        chunks = [chunk for chunk in chunks if chunk.kind != b"tRNS"]
    return b"".join((_SIGNATURE, *(chunk.whole for chunk in chunks)))


def _chunks(content: bytes, name: str) -> Iterator[_Chunk]:
    """Yield the chunks that are kept, up to the end of the PNG; what comes after it is nobody's."""
    view, start = memoryview(content), len(_SIGNATURE)
    for _ in range(MAX_PIECES):
        end = start + 12 + int.from_bytes(view[start : start + 4], "big")
        if end > len(view):
            raise cut_short(name)
        kind = bytes(view[start + 4 : start + 8])
        if kind in _KEPT:
            if zlib.crc32(view[start + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
                raise damaged(name, f"the checksum of its {kind.decode()} chunk is wrong")
            yield _Chunk(kind, view[start:end])
        if kind == b"IEND":
            return
        start = end
    raise damaged(name, f"more than {MAX_PIECES:,} chunks")
