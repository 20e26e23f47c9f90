"""Images read, as ``tendigits read --json`` shows them, and more about each digit where that is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tendigits.errors import ImageError, ImageTooLargeError, MissingExtraError
from tendigits.models import Model
from tendigits.png import data_url, grey_png
from tendigits.reading.paging import PageRead, read_each_page
from tendigits.reading.reader import Reader
from tendigits.reading.result import Digit
from tendigits.saliency import saliency
from tendigits.serving.images import Images, Sent
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Limits

__all__ = ["INCLUDED", "ReadQuery", "parse_include", "readings", "unreadable"]

INCLUDED = ("alternatives", "glyphs", "saliency")
"""What can be shown of each digit beside what it is."""


@dataclass(frozen=True)
class ReadQuery:
    """What a request wants to know.

    Attributes:
        single: each image is one digit.
        length: the fewest and the most digits; None for any number.
        min_confidence: a digit that is less sure is not told; None for the reader's own.
        include: what of :data:`INCLUDED` is to be shown.

    """

    single: bool
    length: tuple[int, int] | None
    min_confidence: float | None
    include: frozenset[str]


def parse_include(text: str) -> frozenset[str]:
    """Return what is to be shown.

    >>> sorted(parse_include("glyphs,alternatives")), parse_include("")
    (['alternatives', 'glyphs'], frozenset())

    Raises:
        Refused: something else stands there.

    """
    wanted = frozenset(text.split(",")) if text else frozenset()
    if not wanted <= set(INCLUDED):
        raise Refused(422, f"include: expected some of {', '.join(INCLUDED)}, with commas between them")
    return wanted


def readings(model: Model, images: Images, query: ReadQuery, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield what each page of each image says, and what is wrong with an image that cannot be read.

    Raises:
        Refused: there are no images, or too many, or more in them than is told at once, or the only one cannot be
            read.

    """
    told = 0
    most = limits.shown if query.include else limits.told
    reader = Reader(model, query.min_confidence)
    uploads = list(images)
    for upload in uploads:
        read = 0
        try:
            for page in read_each_page(reader, Sent(upload), query.length, single=query.single):
                read += 1
                told += 1 + len(page.reading.digits) + len(page.reading.marks)
                if told > most:
                    raise _too_much(most, query.include)
                yield page.as_dict(upload.name, model.name) | _digits(page, model, query.include)
        except ImageError as error:
            if len(uploads) == 1 and not read:
                raise unreadable(error) from error
            yield {"path": upload.name, "error": _reason(error)}


def _too_much(most: int, include: frozenset[str]) -> Refused:
    remedy = "send less at once, or ask for it without include" if include else "send less at once"
    return Refused(413, f"there are more than {most:,} pages, digits and marks in what was sent: {remedy}")


def unreadable(error: ImageError) -> Refused:
    """Return the refusal of an image that is all that was sent."""
    return Refused(413 if isinstance(error, ImageTooLargeError) else 422, _reason(error))


def _reason(error: ImageError) -> str:
    """Return why an image cannot be read, to a client: what is to be installed for it is the server's affair."""
    missing = error.__cause__
    if not isinstance(missing, MissingExtraError):
        return str(error)
    what = str(error).removesuffix(f". {missing}")
    return f"{what}, which this server cannot read as it is installed: send it as JPEG or PNG"


def _digits(page: PageRead, model: Model, include: frozenset[str]) -> dict[str, Any]:
    """Return a page's digits with what is to be shown of each; nothing where nothing is."""
    digits = page.reading.digits
    if not include or not digits:
        return {}
    spoken = _saliencies(digits, model) if "saliency" in include else [[]] * len(digits)
    return {"digits": [_digit(digit, own, include) for digit, own in zip(digits, spoken, strict=True)]}


def _digit(digit: Digit, spoken: list[list[float]], include: frozenset[str]) -> dict[str, Any]:
    shown = digit.as_dict()
    if "alternatives" in include:
        shown["alternatives"] = [
            {"digit": value, "confidence": round(confidence, 4)} for value, confidence in digit.alternatives
        ]
    if "glyphs" in include:
        shown["glyph"] = data_url(grey_png(digit.glyph))
    if "saliency" in include:
        shown["saliency"] = spoken
    return shown


def _saliencies(digits: tuple[Digit, ...], model: Model) -> list[list[list[float]]]:
    """Return for each digit what each pixel says for it, as a fraction of what the most telling pixel says."""
    glyphs = np.stack([digit.glyph for digit in digits])
    spoken = saliency(model.weights, glyphs, np.array([digit.best for digit in digits])).astype(np.float64)
    most = np.abs(spoken).max(axis=(1, 2), keepdims=True)
    shares: list[list[list[float]]] = np.round(spoken / np.where(most > 0, most, 1), 4).tolist()
    return shares
