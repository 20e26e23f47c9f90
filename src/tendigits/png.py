"""Small grey pictures as PNG, and in a page's own text: no image library is needed to show a digit."""

import base64
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.grey import grey_range

__all__ = ["data_url", "grey_png", "ink_png"]

_MAX_SIDE = 64
"""Pixels that a picture has at most in height and width: of larger ones, blocks of pixels are averaged."""


def data_url(content: bytes, kind: str = "png") -> str:
    """Return the content of an image file as the ``src`` of an ``img``."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def ink_png(image: npt.NDArray[Any]) -> bytes:
    """Return an image (height, width), ink bright, as PNG, ink dark on white.

    Values are uint8, 0 to 255, or floating, 0 to 1 or wherever the image's own go beyond.
    """
    blank, ink = grey_range(image)
    darkness = (_reduced(image) - blank) / (ink - blank)
    return grey_png(np.rint(255 * (1 - darkness)).astype(np.uint8))


def grey_png(image: npt.NDArray[np.uint8]) -> bytes:
    """Return a picture, uint8 (height, width), 0 black and 255 white, as PNG (W3C, PNG Specification, 3rd edition)."""
    height, width = image.shape
    rows = np.pad(image, ((0, 0), (1, 0)))  # each row begins with its filter: 0, none
    header = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)  # 8 bits a pixel, grey, not interlaced
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


def _reduced(image: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return an image with at most 64 pixels a side: the means of square blocks, of smaller ones at two edges."""
    block = -(-max(image.shape) // _MAX_SIDE)
    return _block_sums(image, block) / _block_sums(np.ones_like(image), block)


def _block_sums(image: npt.NDArray[Any], block: int) -> npt.NDArray[np.float64]:
    rows, columns = (np.arange(0, side, block) for side in image.shape)
    return np.add.reduceat(np.add.reduceat(image.astype(np.float64), rows, axis=0), columns, axis=1)
