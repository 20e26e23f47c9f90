"""A stand-in for the reader: Otsu, connected parts, one digit each. To be replaced."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.normalization import normalize
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.reading.image.pages import pages
from tendigits.reading.length import parse_length
from tendigits.reading.result import Digit, Mark, Reading

__all__ = ["Reader"]

Length = int | tuple[int, int] | str | None


class Reader:
    """Reads digits, roughly."""

    def __init__(self, model: str | os.PathLike[str] | None = None, min_confidence: float | None = None) -> None:
        opened = open_model(None if model is None else Path(model))
        self.name = opened.name
        self._weights = opened.weights
        self._least = 0.5 if min_confidence is None else min_confidence

    def read(self, source: Any, length: Length = None, *, single: bool = False) -> Reading:
        """Read the first page."""
        return self.read_pixels(next(pages(source)), length, single=single)

    def read_pages(self, source: Any, length: Length = None, *, single: bool = False) -> Iterator[Reading]:
        """Read every page."""
        for page in pages(source):
            yield self.read_pixels(page, length, single=single)

    def read_pixels(self, page: NDArray[np.uint8], length: Length = None, *, single: bool = False) -> Reading:  # noqa: C901
        """Read a page."""
        if isinstance(length, str):
            length = parse_length(length)
        grey: Any = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)
        side = max(3, (max(grey.shape) // 10) | 1)
        if max(grey.shape) > 200:
            grey = grey / np.maximum(cv2.blur(grey, (side * 2 + 1, side * 2 + 1)), 1) * 200
        ink: Any = np.clip(255 - grey, 0, 255).astype(np.uint8)
        if np.median(ink) > 128:
            ink = 255 - ink
        ink = np.clip(ink.astype(int) - int(np.median(ink)), 0, 255).astype(np.uint8)
        _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        if ink.max() < 30:
            return Reading((), 1.0, (), ())
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        tallest = max((s[3] for s in stats[1:]), default=0)
        boxes = [(i, *map(int, s[:4])) for i, s in enumerate(stats) if i and s[4] > 6 and s[3] > 0.12 * tallest]
        if single and boxes:
            boxes = [max(boxes, key=lambda b: b[3] * b[4])]
        found, marks = [], []
        for i, x, y, w, h in boxes:
            cut = np.where(labels[y : y + h, x : x + w] == i, ink[y : y + h, x : x + w], 0).astype(np.uint8)
            if h < 0.4 * tallest:
                marks.append(Mark((x, y, w, h)))
                continue
            glyph = normalize(cut)
            row = predict(self._weights, glyph[None])[0]
            order = np.argsort(-row)
            found.append(((x, y, w, h), glyph, [(int(k), float(row[k])) for k in order[:4]]))
        lines: list[list[Any]] = []
        for item in sorted(found, key=lambda f: f[0][1] + f[0][3] / 2):
            middle = item[0][1] + item[0][3] / 2
            if lines and abs(middle - lines[-1][-1][0][1] - lines[-1][-1][0][3] / 2) < 0.6 * item[0][3]:
                lines[-1].append(item)
            else:
                lines.append([item])
        digits, texts, confidence = [], [], 1.0
        for n, line in enumerate(lines):
            text = ""
            for box, glyph, alternatives in sorted(line, key=lambda f: f[0][0]):
                sure = alternatives[0][1] >= self._least
                confidence *= alternatives[0][1]
                digits.append(
                    Digit(alternatives[0][0] if sure else None, alternatives[0][1], box, n, tuple(alternatives), glyph)
                )
                text += str(alternatives[0][0]) if sure else "?"
            texts.append(text)
        return Reading(tuple(texts), confidence, tuple(digits), tuple(marks))
