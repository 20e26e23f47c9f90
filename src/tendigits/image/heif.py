"""AVIF and HEIC: boxes of ISO base media (ISO/IEC 14496-12 and 23008-12), checked to be all there, then decoded.

Both turn the picture by properties of their own, which the decoders apply; by the standard EXIF's orientation does not
count. AVIF is decoded by Pillow where it was built with it, HEIC by pillow-heif, which the extra ``heic`` installs.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import features

from tendigits.errors import ImageError, MissingExtraError
from tendigits.extras import require
from tendigits.image.array import from_rows
from tendigits.image.damage import cut_short, damaged, not_read
from tendigits.image.decoding import decoded, decoder_errors
from tendigits.image.limits import check_size
from tendigits.image.picture import RGB

__all__ = ["avif_page", "heic_page", "is_avif", "is_heic"]

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_BOX = re.compile(rb".{4}[ -~]{4}", re.DOTALL)
"""A length, and a kind of four letters."""

_MAX_BOXES = 10_000
_AVIF_BYTES_A_PIXEL, _HEIC_BYTES_A_PIXEL, _COPIES = 18, 16, 3
"""The decoder's planes, its answer, the copy in Python, and RGB; with ten bits a channel and no subsampling."""


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


def is_avif(content: bytes) -> bool:
    """Tell an AVIF by its brands."""
    return not _brands(content).isdisjoint(_AVIF_BRANDS)


def is_heic(content: bytes) -> bool:
    """Tell a HEIC by its brands; an AVIF too may have the general ones among them, ``mif1`` and ``msf1``."""
    return not _brands(content).isdisjoint(_HEIC_BRANDS) and not is_avif(content)


def _brands(content: bytes) -> set[bytes]:
    """Return the brands that a file says it conforms to; none where it is not made of boxes."""
    length = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or not 16 <= length <= 4096:
        return set()
    kinds = content[8:12] + content[16:length]
    return {kinds[at : at + 4] for at in range(0, len(kinds), 4)}


def avif_page(content: bytes, name: str) -> RGB:
    """Decode the one page of an AVIF; what is raised is said in ``decoded``."""
    if not features.check("avif"):
        raise not_read(name, "an AVIF image, and this Pillow was built without it")
    from PIL.AvifImagePlugin import AvifImageFile  # noqa: PLC0415 - other builds need not have it

    stripped = _stripped(content, name)
    return decoded(AvifImageFile, stripped, name, bytes_a_pixel=_AVIF_BYTES_A_PIXEL, copies=_COPIES)


def heic_page(content: bytes, name: str) -> RGB:
    """Decode the one page of a HEIC, its primary picture.

    Raises:
        ImageError: pillow-heif is not installed, or the file is cut short, damaged or too large.

    """
    try:
        pillow_heif = require("pillow_heif", "heic")
    except MissingExtraError as error:
        raise ImageError(f"{name}: a HEIC photo. {error}") from error
    stripped = _stripped(content, name)
    with decoder_errors(name):
        image = pillow_heif.open_heif(BytesIO(stripped), convert_hdr_to_8bit=True)
        width, height = image.size
        check_size(width, height, name, bytes_a_pixel=_HEIC_BYTES_A_PIXEL, file_bytes=_COPIES * len(content))
        pixels = np.asarray(image)
    return from_rows(pixels.reshape(*pixels.shape[:2], -1), 255)  # in a damaged file another size than it says


def _boxes(content: bytes, name: str) -> Iterator[_Box]:
    """Yield the outermost boxes, up to the end or what is none: some phones put data of their own behind the last."""
    start = 0
    for _ in range(_MAX_BOXES):
        if not _BOX.match(content, start):
            return
        box = _Box(content[start + 4 : start + 8], start, _end_of_box(content, start, name))
        yield box
        start = box.end
    raise damaged(name, f"more than {_MAX_BOXES:,} boxes")


def _end_of_box(content: bytes, start: int, name: str) -> int:
    """Return where a box ends. A length of 0 reaches to the end of the file; 1 stands for one of 64 bits."""
    length = int.from_bytes(content[start : start + 4], "big")
    if length == 1:
        length = int.from_bytes(content[start + 8 : start + 16], "big")
    end = start + length if length else len(content)
    if end > len(content):
        raise cut_short(name)
    if end < start + 8:
        raise damaged(name, "a box of no length")
    return end


def _stripped(content: bytes, name: str) -> bytes:
    """Return the boxes alone, with EXIF items called by a name that no decoder knows: none reads what it would warn of.

    Nothing may be left out before the last box, for the index points at places in the file.
    """
    boxes = list(_boxes(content, name))
    content = content[: boxes[-1].end]
    meta = next((box for box in boxes if box.kind == b"meta"), None)
    if meta is None:
        return content
    index = content[meta.start : meta.end].replace(b"Exif", b"none")
    return content[: meta.start] + index + content[meta.end :]
