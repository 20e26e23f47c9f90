"""The reader: from an image to digits, and how far to trust them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tendigits.data.named import NAMED_SETS
from tendigits.data.normalization import SIDE
from tendigits.errors import ImageError, LengthError, WeightsError
from tendigits.image.pages import undecoded
from tendigits.image.source import Source
from tendigits.models import Model, open_model
from tendigits.reading.confidence import digits_confidence, reading_confidence
from tendigits.reading.glyphs.canvas import canvas
from tendigits.reading.glyphs.lattice import lattice
from tendigits.reading.glyphs.lines import text_lines, without_dust, writing
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.piece import Piece, united
from tendigits.reading.ink import find_ink
from tendigits.reading.length import Length, as_length
from tendigits.reading.recognition import FoundDigit, FoundMark, Recognition, recognise, recognise_one
from tendigits.reading.result import UNSURE, Box, Corners, Digit, Mark, Reading

if TYPE_CHECKING:
    import os

__all__ = ["MIN_CONFIDENCE", "Reader"]

MIN_CONFIDENCE = 0.2
"""Below this confidence a digit is not told. Of 3,120 synthetic pages without any 3 % have a digit told then, and would
have without this 47 %; of digits that are read rightly on others 1.1 % are not told, of those read wrong 17 %."""

_NOT_THERE = Recognition((), (), 0.0)

_EXPECTED = "expected uint8 (height, width, 3), RGB, with pixels: Reader.read takes images and arrays of other kinds"

_DISBELIEVED = 1e-6
"""What is left of digits' probabilities where there cannot be as many: which is the likeliest is still to be seen."""


class Reader:
    """Reads handwritten numbers.

    Args:
        model: a run folder, a weights file, ``robust`` or ``tutorial``, or a :class:`tendigits.models.Model` that was
            opened before; None for the robust weights, which ship.
        min_confidence: a number from 0 to 1; digits of less are not told. None for :data:`MIN_CONFIDENCE`.

    Attributes:
        name: whose weights they are: ``shipped 1.0 968842bf``.

    Raises:
        WeightsError: the model is neither a run folder with weights nor a weights file, or does not read digits.
        ValueError: ``min_confidence`` is no number from 0 to 1.

    """

    def __init__(
        self, model: "str | os.PathLike[str] | Model | None" = None, min_confidence: float | None = None
    ) -> None:
        if min_confidence is not None and not _is_probability(min_confidence):
            raise ValueError(f"min_confidence is {min_confidence!r}, and should be a number from 0 to 1")
        opened = model if isinstance(model, Model) else open_model(None if model is None else Path(model))
        if opened.weights.inputs != SIDE * SIDE or opened.weights.labels != tuple("0123456789"):
            raise WeightsError(
                f"{opened.name} does not read digits: it takes {opened.weights.inputs:,} values and knows"
                f" {len(opened.weights.labels)} classes, and should take 784 and know the digits from 0 to 9"
            )
        trained_on = NAMED_SETS.get(opened.data or "")
        if trained_on and not trained_on.shows_digits:
            raise WeightsError(
                f"{opened.name} does not read digits: it was trained on {trained_on.name}; name another model, or none"
                " for the weights that ship"
            )
        self.name = opened.name
        self._network = opened.weights
        self._min_confidence = MIN_CONFIDENCE if min_confidence is None else min_confidence

    def read(self, source: Source | NDArray[Any], length: Length = None, *, single: bool = False) -> Reading:
        """Return what an image says; of a file of several pages, the first.

        Args:
            source: as :func:`tendigits.image.pages` takes it: a path, bytes, a file object or an array.
            length: how many digits it has: 4, ``"4"``, ``(4, 6)`` or ``"4-6"``; None for any number.
            single: the image shows one digit, and all its ink is that digit's.

        Raises:
            ImageError: the image cannot be read.
            LengthError: ``length`` is no such number, or is given where the image is ``single``.

        """
        return next(self.read_pages(source, length, single=single))

    def read_pages(
        self, source: Source | NDArray[Any], length: Length = None, *, single: bool = False
    ) -> Iterator[Reading]:
        """Return an iterator over what each page of an image says.

        A page is decoded and read when it is asked for; the one before is not held then.

        Args:
            source: as for :meth:`read`.
            length: as for :meth:`read`; how many digits each page has.
            single: as for :meth:`read`; each page shows one digit.

        Raises:
            ImageError: the image cannot be read; when the page concerned is asked for.
            LengthError: as of :meth:`read`; at once.

        """
        wanted = _checked(length, single=single)
        return (self.read_pixels(decode(), wanted, single=single) for decode in undecoded(source))

    def read_pixels(self, page: NDArray[np.uint8], length: Length = None, *, single: bool = False) -> Reading:
        """Return what a page says.

        Args:
            page: uint8 (height, width, 3), RGB, as :func:`tendigits.image.pages` yields it.
            length: as for :meth:`read`.
            single: as for :meth:`read`.

        Raises:
            ImageError: the page is no such array, or has no pixels.
            LengthError: as of :meth:`read`.

        """
        found = self.recognised(page, length, single=single)
        sure = [found.probability for _ in found.digits] if single else digits_confidence(found)
        lines = list(dict.fromkeys(digit.line for digit in found.digits))  # lines of marks alone say nothing
        digits = tuple(
            self._digit(digit, float(confidence), lines.index(digit.line), page)
            for digit, confidence in zip(found.digits, sure, strict=True)
        )
        texts = tuple(
            "".join(UNSURE if each.digit is None else str(each.digit) for each in digits if each.line == line)
            for line in range(len(lines))
        )
        marks = tuple(Mark(_box(mark.box, page)) for mark in found.marks)
        return Reading(texts, found.probability if single else reading_confidence(found), digits, marks)

    def recognised(self, page: NDArray[np.uint8], length: Length = None, *, single: bool = False) -> Recognition:
        """Return what is found on a page, before it is said how far to trust it; boxes in the page's pixels.

        Args:
            page: as for :meth:`read_pixels`.
            length: as for :meth:`read`.
            single: as for :meth:`read`.

        Raises:
            ImageError: as of :meth:`read_pixels`.
            LengthError: as of :meth:`read`.

        """
        wanted = _checked(length, single=single)
        _check_page(page)
        ink = find_ink(page)
        parts, others = writing(connected_parts(ink.strength, ink.stroke_width))
        doubtful = connected_parts(ink.doubtful, ink.stroke_width)
        lines = text_lines(parts)  # without dust
        if single:
            whole = [*others, *(part for line in lines for part in line.parts)] or doubtful
            found = recognise_one(united(whole), self._network) if whole else _NOT_THERE
        else:
            runs = [line.runs() for line in lines]
            others += [part for line in runs for run in line if not run.is_writing for part in run.parts]
            cut = [[lattice(canvas(run)) for run in line if run.is_writing] for line in runs]
            cut = [[run for run in line if len(run.pieces)] for line in cut]  # others are too little ink
            found = recognise(cut, self._network, wanted) or _disbelieved(recognise(cut, self._network))
            found = _beside(found, [*others, *without_dust(doubtful, parts)])
        return _enlarged(found, ink.scale)

    def _digit(self, found: FoundDigit, confidence: float, line: int, page: NDArray[np.uint8]) -> Digit:
        first, *others = np.argsort(-found.probability, kind="stable").tolist()
        best = float(found.probability[first]) or 1.0
        rest = float(found.probability.sum()) - best
        # The confidence of the first may be more than its share, and leaves the others no more than what is left.
        share = min(confidence / best, (1 - confidence) / rest) if rest > 0 else 0.0
        alternatives = ((first, confidence), *((digit, float(found.probability[digit]) * share) for digit in others))
        value = alternatives[0][0] if confidence >= self._min_confidence else None
        return Digit(value, confidence, _box(found.box, page), line, alternatives, found.glyph)


def _is_probability(value: Any) -> bool:
    try:
        return bool(0 <= value <= 1)
    except TypeError:  # it is no number
        return False


def _checked(length: Length, *, single: bool) -> tuple[int, int] | None:
    wanted = as_length(length)
    if single and wanted is not None:
        raise LengthError(f"single is one digit, and length is {length!r}: leave one of the two out")
    return wanted


def _check_page(page: Any) -> None:
    if not isinstance(page, np.ndarray):
        raise ImageError(f"a page of type {type(page).__name__}; {_EXPECTED}")
    if page.dtype != np.uint8 or page.ndim != 3 or page.shape[2] != 3 or not page.size:
        raise ImageError(f"a page of {page.dtype} {page.shape}; {_EXPECTED}")


def _disbelieved(found: Recognition | None) -> Recognition:
    """Return what is read where no reading has as many digits as were asked for: all of it unsure."""
    if found is None:
        return _NOT_THERE
    digits = tuple(replace(digit, probability=_DISBELIEVED * digit.probability, seen=0.0) for digit in found.digits)
    return Recognition(digits, found.marks, 0.0)


def _beside(found: Recognition, others: list[Piece]) -> Recognition:
    """Return what was found with marks for what was not looked at."""
    marks = (FoundMark((part.x, part.y, part.right, part.bottom)) for part in others)
    return replace(found, marks=(*found.marks, *marks))


def _enlarged(found: Recognition, scale: float) -> Recognition:
    """Return what was found in the ink with its boxes in the page's pixels."""

    def scaled(box: Corners) -> Corners:
        left, top, right, bottom = (side * scale for side in box)
        return left, top, right, bottom

    digits = tuple(replace(digit, box=scaled(digit.box)) for digit in found.digits)
    marks = tuple(replace(mark, box=scaled(mark.box)) for mark in found.marks)
    return Recognition(digits, marks, found.probability)


def _box(box: Corners, page: NDArray[np.uint8]) -> Box:
    """Return a box in whole pixels within the page: x, y, width and height."""
    left, top, right, bottom = box
    height, width = page.shape[:2]
    x, y = min(max(int(np.floor(left)), 0), width - 1), min(max(int(np.floor(top)), 0), height - 1)
    return x, y, max(min(int(np.ceil(right)), width) - x, 1), max(min(int(np.ceil(bottom)), height) - y, 1)
