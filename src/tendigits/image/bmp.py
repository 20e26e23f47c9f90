"""BMP, as Windows has it: nothing to leave out, but one kind of it is decoded in Python."""

from tendigits.errors import ImageError
from tendigits.image.damage import AS_PNG
from tendigits.image.decoding import decoded
from tendigits.image.picture import RGB

__all__ = ["is_bmp", "page"]

_HEADERS = {12, 40, 52, 56, 64, 108, 124}
_RUN_LENGTHS = {1, 2}
_MAX_RUN_LENGTH_PIXELS = 10_000_000
"""Pillow decodes run lengths byte by byte; so many take some seconds, and such a BMP is from the days of small ones."""


def is_bmp(content: bytes) -> bool:
    """Tell a BMP by the length of its header too: any text may begin with BM."""
    return content.startswith(b"BM") and int.from_bytes(content[14:18], "little") in _HEADERS


def page(content: bytes, name: str) -> RGB:
    """Decode the one page of a BMP; what is raised is said in ``decoded``."""
    from PIL.BmpImagePlugin import BmpImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    width, height, compression = (int.from_bytes(content[at : at + 4], "little", signed=True) for at in (18, 22, 30))
    if content[14] != 12 and compression in _RUN_LENGTHS and width * abs(height) > _MAX_RUN_LENGTH_PIXELS:
        raise ImageError(
            f"{name}: a BMP of {width:,} x {abs(height):,} pixels as run lengths; at most"
            f" {_MAX_RUN_LENGTH_PIXELS // 10**6} million of such are read: {AS_PNG}"
        )
    return decoded(BmpImageFile, content, name)
