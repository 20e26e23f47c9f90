"""One digit in two forms, each shown to two networks: what MNIST's form is worth, and what training is."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.data.normalization import SIDE
from tendigits.errors import ImageError
from tendigits.image.pages import pages
from tendigits.image.picture import RGB
from tendigits.inference import predict
from tendigits.models import Model, shipped_file
from tendigits.png import data_url, grey_png
from tendigits.reading.ink.polarity import dark_ink
from tendigits.reading.reader import Reader
from tendigits.serving.images import Images, Sent
from tendigits.serving.readings import unreadable
from tendigits.serving.refusal import Refused
from tendigits.weights import Weights, load

__all__ = ["FourAnswers"]

_TRAININGS = ("tutorial", "robust")


class FourAnswers:
    """What both networks that ship say of both forms of a digit, whose ink the reader finds."""

    def __init__(self, model: Model) -> None:
        self._reader = Reader(model, min_confidence=0)
        self._weights = {name: load(shipped_file(name)) for name in _TRAININGS}

    def cells(self, images: Images) -> Iterator[dict[str, Any]]:
        """Yield what each network says of each form of the digit; nothing where there is no ink.

        Raises:
            Refused: the image cannot be read, or there are several.

        """
        uploads = list(images)
        if len(uploads) != 1:
            raise Refused(422, f"{len(uploads):,} images were sent; send the one that is to be compared")
        try:
            page = next(pages(Sent(uploads[0])))
        except ImageError as error:
            raise unreadable(error) from error
        for form, glyph in self._forms(page).items():
            for name, weights in self._weights.items():
                yield {"form": form, "weights": name} | _answer(weights, glyph)

    def _forms(self, page: RGB) -> dict[str, NDArray[np.uint8]]:
        digits = self._reader.read_pixels(page, single=True).digits
        return {"shrunk": _shrunk(page), "normalised": digits[0].glyph} if digits else {}


def _shrunk(page: RGB) -> NDArray[np.uint8]:
    """Return a page as a beginner brings it to 28x28: grey, bright on dark, and all of it resized."""
    grey = cv2.cvtColor(np.invert(page) if dark_ink(page) else page, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _answer(weights: Weights, glyph: NDArray[np.uint8]) -> dict[str, Any]:
    [probabilities] = predict(weights, glyph[None])
    best = int(probabilities.argmax())
    return {"digit": best, "confidence": round(float(probabilities[best]), 4), "glyph": data_url(grey_png(glyph))}
