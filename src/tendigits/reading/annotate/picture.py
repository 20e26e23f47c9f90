"""A page with what was read drawn on it, in a size in which it can be read.

Small images and small writing are enlarged, and the largest images made smaller. The colours are after Paul Tol's
high-contrast scheme, which colour-blind eyes tell apart; what is not sure has a dashed box besides, and what was left
out a dotted one.
"""

import cv2
import numpy as np
from PIL import Image

from tendigits.errors import TendigitsError
from tendigits.image.picture import RGB
from tendigits.reading.annotate.labels import colour_of, write_labels
from tendigits.reading.annotate.pen import Pen
from tendigits.reading.result import Box, Reading

__all__ = ["annotated", "as_png", "encoded"]

_LEFT_OUT = "#555555"

_DIGIT_HEIGHT = 64
"""Pixels that digits are enlarged to, so that a percentage fits beside them."""

_SMALLEST_SIDE = 480
"""Pixels that the longer side of a picture is enlarged to."""

_MOST_PIXELS = 20_000_000
"""Pixels that nothing is enlarged beyond. What has more is made smaller: drawn on, 80 million took more than 1 GB."""

_PNG_PIXELS = 1_500_000
"""Pixels up to which a picture is a PNG: photographs of more would be files of many megabytes."""

_JPEG_SIDE = 65_500
"""Pixels that libjpeg writes in a row or column."""


def annotated(page: RGB, reading: Reading) -> RGB:
    """Return a picture of a page with what was read on it.

    Each digit has its box, itself above it and its probability below it, or where there is room; a digit that is not
    sure is what it may most probably be, with a question mark, in a dashed box. Strokes left out have a dotted box and
    nothing beside it.

    Args:
        page: uint8 (height, width, 3), RGB; it stays as it is.
        reading: of this page.

    Returns:
        uint8 (height, width, 3), RGB: as large as the page, larger by a whole factor, or of 20 million pixels at most.

    """
    factor = _factor(page, reading)
    picture = Image.fromarray(_resized(page, factor))
    pen = Pen(picture, _text_height(reading, factor, max(picture.size)))
    for mark in reading.marks:
        pen.box(_times(mark.box, factor), _LEFT_OUT, dash=1)
    for digit in reading.digits:
        pen.box(_times(digit.box, factor), colour_of(digit), dash=3 if digit.digit is None else 0)
    write_labels(pen, [(_times(digit.box, factor), digit) for digit in reading.digits])
    return np.asarray(picture)


def encoded(picture: RGB) -> tuple[bytes, str]:
    """Return a picture as the bytes of a file, and the ending of its name: a PNG, or where it is large a JPEG.

    Raises:
        TendigitsError: it is larger than either can be.

    """
    height, width = picture.shape[:2]
    if height * width <= _PNG_PIXELS or max(height, width) > _JPEG_SIDE:
        return as_png(picture), ".png"
    return _as(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92]), ".jpg"


def as_png(picture: RGB) -> bytes:
    """Return a picture as the bytes of a PNG.

    Raises:
        TendigitsError: it is larger than one can be.

    """
    return _as(".png", picture, [])


def _as(ending: str, picture: RGB, how: list[int]) -> bytes:
    done, content = cv2.imencode(ending, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), how)
    if not done:
        height, width = picture.shape[:2]
        raise TendigitsError(f"a picture of {width:,} x {height:,} pixels cannot be written as {ending}")
    return content.tobytes()


def _factor(page: RGB, reading: Reading) -> float:
    """Return how many times larger a page is shown: a whole number, or less than 1."""
    height, width = page.shape[:2]
    largest = float(np.sqrt(_MOST_PIXELS / (height * width)))
    if largest < 1:
        return largest
    wanted = _SMALLEST_SIDE / max(height, width)
    if reading.digits:
        wanted = max(wanted, _DIGIT_HEIGHT / _usual_height(reading))
    return max(1, int(min(np.ceil(wanted), largest)))


def _resized(page: RGB, factor: float) -> RGB:
    """Make a page larger, up to four times smoothly, beyond that its pixels are to be seen; or smaller."""
    size = [max(1, int(factor * side)) for side in page.shape[1::-1]]
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC if factor <= 4 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(page, size, interpolation=method), np.uint8)


def _usual_height(reading: Reading) -> float:
    return float(np.median([digit.box[3] for digit in reading.digits]))


def _text_height(reading: Reading, factor: float, side: int) -> float:
    """Return the height of text: by the digits, within what can be read in a picture of this size."""
    smallest, largest = max(12.0, side / 110), max(16.0, side / 14)
    if not reading.digits:
        return smallest
    return min(max(0.3 * factor * _usual_height(reading), smallest), largest)


def _times(box: Box, factor: float) -> Box:
    x, y, width, height = (round(factor * side) for side in box)
    return x, y, width, height
