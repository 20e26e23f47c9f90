"""The pages of an image, each with its number where there are several, its pixels, and what it says."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tendigits.errors import ImageError
from tendigits.reading.image.pages import pages
from tendigits.reading.image.picture import RGB
from tendigits.reading.image.source import Source
from tendigits.reading.result import Reading

if TYPE_CHECKING:
    from tendigits.reading.reader import Reader

__all__ = ["PageRead", "read_each_page"]


@dataclass(frozen=True, eq=False)
class PageRead:
    """A page and what it says.

    Attributes:
        number: from 1; None where the image has no other.
        pixels: uint8 (height, width, 3), RGB.
        reading: what it says.
        seconds: decoding and reading it took.

    """

    number: int | None
    pixels: RGB
    reading: Reading
    seconds: float


def read_each_page(
    reader: "Reader", source: Source, length: tuple[int, int] | None = None, *, single: bool = False
) -> Iterator[PageRead]:
    """Read the pages of an image, one at a time.

    Raises:
        ImageError: it cannot be read, or the page concerned; those before it have been read then.

    """
    for number, pixels, decoding in _numbered(pages(source)):
        began = time.perf_counter()
        reading = reader.read_pixels(pixels, length, single=single)
        yield PageRead(number, pixels, reading, decoding + time.perf_counter() - began)


def _numbered(decoded: Iterator[RGB]) -> Iterator[tuple[int | None, RGB, float]]:
    """Yield number, pixels and seconds of each page: whether the first is the only one, the second says."""
    waiting, seconds = _timed_next(decoded)
    number = None
    while waiting is not None:
        failure = following = None
        try:
            following, more_seconds = _timed_next(decoded)
        except ImageError as error:
            failure = error
        if number is None and (following is not None or failure is not None):
            number = 1
        yield number, waiting, seconds
        if failure is not None:
            raise failure
        waiting, seconds = following, more_seconds
        number = None if number is None else number + 1


def _timed_next(decoded: Iterator[RGB]) -> tuple[RGB | None, float]:
    began = time.perf_counter()
    page = next(decoded, None)
    return page, time.perf_counter() - began
