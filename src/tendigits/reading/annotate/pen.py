"""Boxes and words on a picture, with a white edge that shows them on any ground."""

import functools
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

from tendigits.reading.result import Box, Corners

__all__ = ["Pen", "font"]

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_WHITE = "#FFFFFF"


@functools.lru_cache(maxsize=32)
def font(height: int) -> Font:
    """Return Pillow's own font in a height in pixels."""
    return ImageFont.load_default(height)


class Pen:
    """Draws on a picture, with lines as wide as goes with a height of text.

    Attributes:
        text_height: in pixels.
        line: the width of lines.
        edge: the width of the white edge on each side of them.

    """

    def __init__(self, picture: Image.Image, text_height: float) -> None:
        self.text_height = text_height
        self.line = max(1, round(text_height / 9))
        self.edge = max(1, round(text_height / 16))
        self._draw = ImageDraw.Draw(picture)
        self._width, self._height = picture.size

    def box(self, box: Box, colour: str, dash: int = 0) -> None:
        """Draw a box around ink: dashes of so many times the line's width, or 0 for an unbroken line."""
        x, y, width, height = box
        away = 2 * self.line
        left, top = max(0, x - away), max(0, y - away)
        right, bottom = min(self._width, x + width + away), min(self._height, y + height + away)
        sides = _sides(left, top, right, bottom, self.line)
        pieces = [piece for side in sides for piece in _dashes(side, dash * self.line)]
        for piece in pieces:
            self._fill(piece, _WHITE, self.edge)
        for piece in pieces:
            self._fill(piece, colour, 0)

    def place(self, x: float, y: float, text: str, height: float, anchor: str) -> Corners:
        """Return where a text goes, moved to be wholly in the picture; what is at x and y, a Pillow anchor says."""
        left, top, right, bottom = self._draw.textbbox(
            (x, y), text, font(round(height)), anchor, stroke_width=2 * self.edge
        )
        across = max(-left, min(0.0, self._width - right))
        down = max(-top, min(0.0, self._height - bottom))
        return left + across, top + down, right + across, bottom + down

    def text(self, corners: Corners, text: str, height: float, colour: str) -> None:
        """Write a text where :meth:`place` puts it."""
        edge = 2 * self.edge
        left, top, _, _ = self._draw.textbbox((0, 0), text, font(round(height)), "lt", stroke_width=edge)
        self._draw.text(
            (corners[0] - left, corners[1] - top), text, colour, font(round(height)), "lt",
            stroke_width=edge, stroke_fill=_WHITE,
        )  # fmt: skip

    def _fill(self, piece: tuple[int, int, int, int], colour: str, edge: int) -> None:
        left, top, right, bottom = piece
        self._draw.rectangle((left - edge, top - edge, right + edge - 1, bottom + edge - 1), colour)


def _sides(left: int, top: int, right: int, bottom: int, line: int) -> tuple[tuple[int, int, int, int], ...]:
    """Return the four sides of a box, inside its corners."""
    return (
        (left, top, right, top + line),
        (left, bottom - line, right, bottom),
        (left, top, left + line, bottom),
        (right - line, top, right, bottom),
    )


def _dashes(side: tuple[int, int, int, int], length: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut a side into dashes of a length, with as much between them; of length 0 it stays whole."""
    left, top, right, bottom = side
    if not length:
        yield side
    elif right - left > bottom - top:
        for x in range(left, right, 2 * length):
            yield x, top, min(x + length, right), bottom
    else:
        for y in range(top, bottom, 2 * length):
            yield left, y, right, min(y + length, bottom)
