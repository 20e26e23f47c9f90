"""Sheets of what was read wrong: each image with its boxes, what is written in it, and what was read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tendigits.errors import ImageError
from tendigits.image.pages import pages
from tendigits.image.picture import RGB
from tendigits.reading.annotate.pen import font
from tendigits.reading.annotate.picture import annotated
from tendigits.reading.labelled import ReadImage
from tendigits.reading.result import Box, Reading, on_one_line

__all__ = ["PER_SHEET", "failure_sheets"]

_WIDTH, _HEIGHT, _CAPTION, _GAP = 420, 300, 92, 14
_COLUMNS = 4

PER_SHEET = 40
"""Failures on a sheet."""

_INK, _WRONG, _QUIET, _GROUND, _EMPTY = "#111111", "#BB2244", "#666666", "#FFFFFF", "#DDDDDD"

_COLUMN = 82
"""Pixels from a caption's left to what is written and read, so that the two stand below one another."""


def failure_sheets(failures: Sequence[ReadImage]) -> Iterator[RGB]:
    """Draw sheets of failures, uint8 (height, width, 3), RGB: in rows of four, in the order given."""
    for first in range(0, len(failures), PER_SHEET):
        yield _sheet(failures[first : first + PER_SHEET])


def _sheet(failures: Sequence[ReadImage]) -> RGB:
    columns = min(_COLUMNS, len(failures))
    rows = -(-len(failures) // columns)
    size = columns * (_WIDTH + _GAP) + _GAP, rows * (_HEIGHT + _CAPTION + _GAP) + _GAP
    sheet = Image.new("RGB", size, _GROUND)
    for i, failure in enumerate(failures):
        row, column = divmod(i, columns)
        _draw(sheet, failure, _GAP + column * (_WIDTH + _GAP), _GAP + row * (_HEIGHT + _CAPTION + _GAP))
    return np.asarray(sheet)


def _draw(sheet: Image.Image, failure: ReadImage, left: int, top: int) -> None:
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((left, top, left + _WIDTH - 1, top + _HEIGHT - 1), _EMPTY)
    picture = _picture(failure)
    if picture is not None:
        height, width = picture.shape[:2]
        sheet.paste(Image.fromarray(picture), (left + (_WIDTH - width) // 2, top + (_HEIGHT - height) // 2))
    below = top + _HEIGHT + 8
    read, confidence = _read(failure)
    draw.text((left, below), "written", _QUIET, font(16))
    draw.text((left, below + 24), "read", _QUIET, font(16))
    end = _write(draw, (left + _COLUMN, below), on_one_line(failure.image.label), _INK, _WIDTH - _COLUMN)
    end = _write(draw, (left + _COLUMN, below + 24), read, _WRONG, _WIDTH - _COLUMN - 56)
    draw.text((end + 12, below + 24), confidence, _QUIET, font(16))
    about = ", ".join(part for part in (failure.image.name, failure.image.kind) if part)
    _write(draw, (left, below + 54), about, _QUIET, _WIDTH, largest=13)


def _read(failure: ReadImage) -> tuple[str, str]:
    if failure.reading is None:
        return "cannot be read", ""
    return on_one_line(failure.reading.text), f"{min(99, int(100 * failure.reading.confidence))}%"


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str, width: float, largest: int = 18
) -> float:
    """Write what fits into a width, of longer texts the end, and return where it ends."""
    height = next((size for size in range(largest, 10, -1) if draw.textlength(text, font(size)) <= width), 11)
    shown = text
    while len(shown) > 2 and draw.textlength(shown, font(height)) > width:
        shown = "…" + shown[2:]
    draw.text(at, shown, colour, font(height))
    return at[0] + draw.textlength(shown, font(height))


def _picture(failure: ReadImage) -> RGB | None:
    """Return the part of an image where something was read, with its boxes, to fit; None where it cannot be read."""
    if failure.reading is None:
        return None
    try:
        page = next(pages(failure.image.path))
    except ImageError:  # it has changed since
        return None
    part = _part(page, failure.reading, len(failure.image.label.replace("\n", "")))
    return _fitted(annotated(*_cut(page, failure.reading, part)))


def _part(page: RGB, reading: Reading, written: int) -> Box:
    """Return what to show of a page: all of it where less was found than is written, else what was found."""
    height, width = page.shape[:2]
    if not reading.digits or len(reading.digits) < written:
        return 0, 0, width, height
    boxes = [digit.box for digit in reading.digits] + [mark.box for mark in reading.marks]
    edges = np.array([(x, y, x + w, y + h) for x, y, w, h in boxes])
    around = 1.2 * float(np.median([digit.box[3] for digit in reading.digits]))
    left, top = (int(max(0, edge - around)) for edge in edges[:, :2].min(axis=0))
    right, bottom = (
        int(min(most, edge + around)) for edge, most in zip(edges[:, 2:].max(axis=0), (width, height), strict=True)
    )
    return left, top, right - left, bottom - top


def _cut(page: RGB, reading: Reading, part: Box) -> tuple[RGB, Reading]:
    x, y, width, height = part
    digits = tuple(replace(digit, box=_moved(digit.box, -x, -y)) for digit in reading.digits)
    marks = tuple(replace(mark, box=_moved(mark.box, -x, -y)) for mark in reading.marks)
    return page[y : y + height, x : x + width], replace(reading, digits=digits, marks=marks)


def _moved(box: Box, across: int, down: int) -> Box:
    x, y, width, height = box
    return x + across, y + down, width, height


def _fitted(picture: RGB) -> RGB:
    height, width = picture.shape[:2]
    scale = min(_WIDTH / width, _HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)
