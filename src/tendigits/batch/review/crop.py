"""A part of a page as a picture for the eye, small enough that a thousand of them are one file.

A person has to see what the reader has not: the whole page where its digits are large enough then, else what was read
with plenty of room around it, and besides where on the page that is.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from tendigits.image.picture import RGB
from tendigits.png import data_url

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

_OVERVIEW = 320
"""Pixels of the longer side of a page on which its part is framed."""

_AROUND = 0.85
"""How light the page is around the part, of how light it was."""

_FRAME = (214, 69, 0)

_QUALITIES = (80, 65, 50, 35, 20)
_MOST_BYTES, _MOST_OF_OVERVIEW = 6_500, 3_000
"""Above this a picture is made with the next quality."""

_Part = tuple[int, int, int, int]
"""Left, top, right and bottom."""


def crop(page: RGB, digits: Sequence[Box], marks: Sequence[Box]) -> tuple[str, str]:
    """Return a picture as the ``src`` of an ``img``; and where it is but a part, the page with a frame around that.

    Args:
        page: uint8 (height, width, 3), RGB.
        digits: where they were read.
        marks: where strokes were left out.

    """
    part = left, top, right, bottom = _part(page, digits, marks)
    picture = _encoded(_fitted(page[top:bottom, left:right], _WIDTH, _HEIGHT), _MOST_BYTES)
    if (right - left, bottom - top) == page.shape[1::-1]:
        return picture, ""
    return picture, _encoded(_framed(page, part), _MOST_OF_OVERVIEW)


def _part(page: RGB, digits: Sequence[Box], marks: Sequence[Box]) -> _Part:
    """Return what is shown of a page."""
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


def _framed(page: RGB, part: _Part) -> RGB:
    """Return a small page on which a part is framed, and all around it darker."""
    small = _fitted(page, _OVERVIEW, _OVERVIEW)
    left, top, right, bottom = (round(edge * small.shape[0] / page.shape[0]) for edge in part)
    framed = (small * _AROUND).astype(np.uint8)
    framed[top:bottom, left:right] = small[top:bottom, left:right]
    last = small.shape[1] - 2, small.shape[0] - 2
    start, end = np.maximum((left - 2, top - 2), 1).tolist(), np.minimum((right + 1, bottom + 1), last).tolist()
    return np.asarray(cv2.rectangle(framed, start, end, _FRAME, 2), np.uint8)


def _fitted(picture: RGB, most_wide: int, most_high: int) -> RGB:
    height, width = picture.shape[:2]
    scale = min(1.0, most_wide / width, most_high / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encoded(picture: RGB, most_bytes: int) -> str:
    """Return a picture as PNG where every pixel counts, else as WebP of a quality that is small enough."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if max(picture.shape) <= _SMALL:
        return data_url(cv2.imencode(".png", bgr)[1].tobytes())
    made = (cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes() for quality in _QUALITIES)
    content = b""
    for content in made:
        if len(content) <= most_bytes:
            break
    return data_url(content, "webp")
