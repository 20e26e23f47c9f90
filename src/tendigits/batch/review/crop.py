"""A part of a page as a picture for the eye, small enough that a thousand of them are one file.

A person has to see what the reader has not: the whole page where its digits are large enough then, else what was read
with plenty of room around it.
"""

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from tendigits.image.picture import RGB

__all__ = ["Box", "crop"]

Box = Sequence[int]
"""x and y of the upper left corner, width and height, in the page's own pixels."""

_WIDTH, _HEIGHT = 640, 320

_LEGIBLE = 32
"""Pixels that digits are high at least if the whole page is shown."""

_ACROSS, _DOWN = 4.0, 2.0
"""Heights of a digit around what was read."""

_SMALL = 64
"""Pixels of a side up to which every pixel counts."""

_QUALITIES = (80, 65, 50, 35, 20)
_MOST_BYTES = 6_500
"""Above this a picture is made with the next quality."""


def crop(page: RGB, digits: Sequence[Box], marks: Sequence[Box]) -> tuple[str, bool]:
    """Return a picture as the ``src`` of an ``img``, and whether it is but a part of the page.

    Args:
        page: uint8 (height, width, 3), RGB.
        digits: where they were read.
        marks: where strokes were left out.

    """
    left, top, right, bottom = _part(page, digits, marks)
    return _encoded(_fitted(page[top:bottom, left:right])), (right - left, bottom - top) != page.shape[1::-1]


def _part(page: RGB, digits: Sequence[Box], marks: Sequence[Box]) -> tuple[int, int, int, int]:
    """Return what is shown of a page: left, top, right and bottom."""
    height, width = page.shape[:2]
    boxes = np.array([*digits, *marks], np.int64).reshape(-1, 4)
    if not len(boxes):
        return 0, 0, width, height
    high = float(np.median([box[3] for box in digits or marks]))
    if high * min(1.0, _WIDTH / width, _HEIGHT / height) >= min(high, _LEGIBLE):
        return 0, 0, width, height
    room = np.array([_ACROSS, _DOWN]) * high
    left, top = np.maximum(boxes[:, :2].min(axis=0) - room, 0).astype(int).tolist()
    right, bottom = np.minimum((boxes[:, :2] + boxes[:, 2:]).max(axis=0) + room, (width, height)).astype(int).tolist()
    return left, top, right, bottom


def _fitted(picture: RGB) -> RGB:
    height, width = picture.shape[:2]
    scale = min(1.0, _WIDTH / width, _HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encoded(picture: RGB) -> str:
    """Return a picture as PNG where every pixel counts, else as WebP of a quality that is small enough."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if max(picture.shape) <= _SMALL:
        return _uri("png", cv2.imencode(".png", bgr)[1].tobytes())
    made = (cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes() for quality in _QUALITIES)
    content = b""
    for content in made:
        if len(content) <= _MOST_BYTES:
            break
    return _uri("webp", content)


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
