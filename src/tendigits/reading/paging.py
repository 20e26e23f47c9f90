"""The pages of an image, each with its number where there are several, its pixels, and what it says."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tendigits.errors import ImageError
from tendigits.image.pages import undecoded
from tendigits.image.picture import RGB, Undecoded
from tendigits.image.source import Source
from tendigits.reading.result import Reading

if TYPE_CHECKING:
    from tendigits.reading.reader import Reader

__all__ = ["PageRead", "numbered_pages", "read_each_page"]


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

    def as_dict(self, path: str | None, model: str) -> dict[str, Any]:
        """Return it as `tendigits read --json` shows it.

        Args:
            path: the image's; None where it has no name.
            model: whose weights it was read with.

        """
        number = {} if self.number is None else {"page": self.number}
        seconds = {"seconds": round(self.seconds, 4)}
        return {"path": path} | number | {"model": model} | self.reading.as_dict() | seconds


def read_each_page(
    reader: "Reader", source: Source, length: tuple[int, int] | None = None, *, single: bool = False
) -> Iterator[PageRead]:
    """Read the pages of an image, one at a time: none is held here while the next is decoded.

    Raises:
        ImageError: it cannot be read, or the page concerned; those before it have been read then.
        LengthError: ``length`` is no number of digits, or is given where the image is ``single``.

    """
    for number, decode in numbered_pages(source):
        yield _read(reader, number, decode, length, single=single)


def _read(
    reader: "Reader", number: int | None, decode: Undecoded, length: tuple[int, int] | None, *, single: bool
) -> PageRead:
    began = time.perf_counter()
    pixels = decode()
    reading = reader.read_pixels(pixels, length, single=single)
    return PageRead(number, pixels, reading, time.perf_counter() - began)


def numbered_pages(source: Source) -> Iterator[tuple[int | None, Undecoded]]:
    """Yield each page of an image, not decoded yet, with its number from 1; None where there is no other.

    Raises:
        ImageError: the image cannot be read, or the page concerned; those before it have been yielded then.

    """
    found = undecoded(source)
    waiting, number = next(found, None), None  # whether the first is the only one, the second says
    while waiting is not None:
        failure = following = None
        try:
            following = next(found, None)
        except ImageError as error:
            failure = error
        if number is None and (following is not None or failure is not None):
            number = 1
        yield number, waiting
        if failure is not None:
            raise failure
        waiting = following
        number = None if number is None else number + 1
