"""The reader: from an image to digits, and how far to trust them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tendigits.inference import predict
from tendigits.models import Model, open_model
from tendigits.reading.glyphs.canvas import canvas
from tendigits.reading.glyphs.glyph import as_mnist
from tendigits.reading.glyphs.lattice import lattice
from tendigits.reading.glyphs.lines import text_lines
from tendigits.reading.glyphs.parts import connected_parts
from tendigits.reading.glyphs.piece import Piece, united
from tendigits.reading.image import pages
from tendigits.reading.image.source import Source
from tendigits.reading.ink import Ink, find_ink
from tendigits.reading.length import Length, as_length
from tendigits.reading.recognition import Box as InkBox
from tendigits.reading.recognition import FoundDigit, Recognition, recognise
from tendigits.reading.result import Box, Digit, Mark, Reading

if TYPE_CHECKING:
    import os

__all__ = ["MIN_CONFIDENCE", "Reader"]

MIN_CONFIDENCE = 0.5
"""Below this confidence a digit is not told."""

UNSURE = "?"
"""Stands in the text for a digit that is not told."""


class Reader:
    """Reads handwritten numbers.

    Args:
        model: a run folder, a weights file, ``robust`` or ``tutorial``; None for the robust weights, which ship.
        min_confidence: 0 to 1; digits of less are not told.

    Attributes:
        name: whose weights they are: ``shipped 1.0 3f2a9c1d``.

    Raises:
        WeightsError: the model is neither a run folder with weights nor a weights file, or does not read digits.
        ValueError: ``min_confidence`` is not from 0 to 1.

    """

    def __init__(
        self, model: "str | os.PathLike[str] | Model | None" = None, min_confidence: float = MIN_CONFIDENCE
    ) -> None:
        if not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is {min_confidence}, and should be from 0 to 1")
        opened = model if isinstance(model, Model) else open_model(None if model is None else Path(model))
        self.name = opened.name
        self._network = opened.weights
        self._min_confidence = min_confidence

    def read(self, source: Source | NDArray[Any], length: Length = None, *, single: bool = False) -> Reading:
        """Return what an image says; of a file of several pages, the first.

        Args:
            source: as :func:`tendigits.reading.image.pages` takes it: a path, bytes, a file object or an array.
            length: how many digits it has: 4, ``"4"``, ``(4, 6)`` or ``"4-6"``; None for any number.
            single: the image shows one digit, and all its ink is that digit's.

        Raises:
            ImageError: the image cannot be read.
            ValueError: ``length`` is no such number.

        """
        return next(self.read_pages(source, length, single=single))

    def read_pages(
        self, source: Source | NDArray[Any], length: Length = None, *, single: bool = False
    ) -> Iterator[Reading]:
        """Yield what each page of an image says; as :meth:`read` does for the first."""
        for page in pages(source):
            yield self.read_pixels(page, length, single=single)

    def read_pixels(self, page: NDArray[np.uint8], length: Length = None, *, single: bool = False) -> Reading:
        """Return what a page says.

        Args:
            page: uint8 (height, width, 3), RGB, as :func:`tendigits.reading.image.pages` yields it.
            length: as for :meth:`read`.
            single: as for :meth:`read`.

        """
        wanted = as_length(length)
        ink = find_ink(page)
        lines = text_lines(connected_parts(ink.strength, ink.stroke_width))
        place = _Place(ink, page)
        if single:
            return self._whole([part for line in lines for part in line.parts], place)
        runs = [(number, run) for number, line in enumerate(lines) for run in line.runs()]
        lattices = [lattice(canvas(run)) for _, run in runs]
        found = recognise(lattices, self._network, wanted) or _disbelieved(recognise(lattices, self._network))
        return self._reading(found, [number for number, _ in runs], place)

    def _whole(self, parts: list[Piece], place: "_Place") -> Reading:
        """Read all ink as one digit."""
        if not parts:
            return Reading((), 1.0, (), ())
        piece = united(parts)
        glyph = as_mnist(piece.ink)
        probability = predict(self._network, glyph[None])[0].astype(np.float64)
        found = FoundDigit(0, (piece.x, piece.y, piece.right, piece.bottom), glyph, probability)
        return self._reading(Recognition((found,), (), float(probability.max())), [0], place)

    def _reading(self, found: Recognition, line_of_run: list[int], place: "_Place") -> Reading:
        shown = list(dict.fromkeys(line_of_run[each.run] for each in found.digits))  # lines of marks alone say nothing
        digits = [self._digit(each, shown.index(line_of_run[each.run]), place) for each in found.digits]
        texts = [
            "".join(UNSURE if each.digit is None else str(each.digit) for each in digits if each.line == line)
            for line in range(len(shown))
        ]
        marks = tuple(Mark(place.of(mark.box)) for mark in found.marks)
        return Reading(tuple(texts), found.probability, tuple(digits), marks)

    def _digit(self, found: FoundDigit, line: int, place: "_Place") -> Digit:
        order = np.argsort(-found.probability, kind="stable")
        alternatives = tuple((int(digit), float(found.probability[digit])) for digit in order)
        best, confidence = alternatives[0]
        value = best if confidence >= self._min_confidence else None
        return Digit(value, confidence, place.of(found.box), line, alternatives, found.glyph)


def _disbelieved(found: Recognition | None) -> Recognition:
    """Return what is read where no reading has as many digits as were asked for: all of it unsure."""
    if found is None:
        return Recognition((), (), 0.0)
    digits = tuple(replace(digit, probability=0 * digit.probability) for digit in found.digits)
    return Recognition(digits, found.marks, 0.0)


class _Place:
    """From pixels of the ink to pixels of the image."""

    def __init__(self, ink: Ink, page: NDArray[np.uint8]) -> None:
        self._scale = ink.scale
        self._height, self._width = page.shape[:2]

    def of(self, box: InkBox) -> Box:
        left, top, right, bottom = (side * self._scale for side in box)
        x, y = max(int(np.floor(left)), 0), max(int(np.floor(top)), 0)
        wide = min(int(np.ceil(right)), self._width) - x
        high = min(int(np.ceil(bottom)), self._height) - y
        return x, y, max(wide, 1), max(high, 1)
