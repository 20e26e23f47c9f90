"""WebP (RFC 9649): the chunks that say what the pixels are, and EXIF; checked to be all there, and kept."""

from collections.abc import Iterator

from tendigits.image.damage import cut_short, damaged
from tendigits.image.decoding import decoded
from tendigits.image.limits import MAX_PIECES
from tendigits.image.picture import RGB

__all__ = ["is_webp", "page"]

_BYTES_A_PIXEL, _COPIES = 19, 4
"""libwebp holds two canvases of four bytes; then there are its answer, Pillow's copy of that, and RGB."""

_KEPT = {b"VP8X", b"ANIM", b"ALPH", b"VP8 ", b"VP8L", b"EXIF"}
_FRAME = b"ANMF"


def is_webp(content: bytes) -> bool:
    """Tell a WebP by its first twelve bytes."""
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def page(content: bytes, name: str) -> RGB:
    """Decode the one page of a WebP, the first picture of an animation; what is raised is said in ``decoded``."""
    from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    return decoded(WebPImageFile, _stripped(content, name), name, bytes_a_pixel=_BYTES_A_PIXEL, copies=_COPIES)


def _stripped(content: bytes, name: str) -> bytes:
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise cut_short(name)
    parts, frames = [], 0
    for kind, part in _chunks(memoryview(content)[:end], name):
        frames += kind == _FRAME
        if kind in _KEPT or (kind == _FRAME and frames == 1):
            parts.append(part)
    body = b"".join((b"WEBP", *parts))
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunks(view: memoryview, name: str) -> Iterator[tuple[bytes, memoryview]]:
    """Yield each chunk's kind and the chunk, with the byte that makes its length even."""
    start = 12
    for _ in range(MAX_PIECES):
        if start + 8 > len(view):
            return
        length = int.from_bytes(view[start + 4 : start + 8], "little")
        end = start + 8 + length + length % 2
        if end > len(view) + 1:  # some writers leave out the last byte of padding
            raise cut_short(name)
        yield bytes(view[start : start + 4]), view[start:end]
        start = end
    raise damaged(name, f"more than {MAX_PIECES:,} chunks")
