"""What a server does before it serves anybody: it reads what it knows the answer to."""

import numpy as np

from tendigits.data import scaled
from tendigits.data.normalization import normalize
from tendigits.errors import WeightsError
from tendigits.inference import forward, predict
from tendigits.models import Model
from tendigits.reading.reader import Reader
from tendigits.serving.samples import DIGITS, drawn
from tendigits.weights import Weights

__all__ = ["self_test"]

_LEAST_RIGHT = 7
"""Of the ten digits drawn: the weights that ship read all of them, and one that guesses reads so many in 100,000 times
once; between them are networks that somebody trained for a few seconds."""

_TOLERANCE = 1e-4
"""How far a probability may be from float64's: of float32 it is some millionths."""


def self_test(model: Model) -> None:
    """Check that digits are read, all the way from an image, and that the network's arithmetic is right.

    Raises:
        WeightsError: they are not, or it is not.

    """
    reader = Reader(model, min_confidence=0)
    right = sum(_is_read(digit, reader, model.weights) for digit in DIGITS)
    if right < _LEAST_RIGHT:
        raise WeightsError(
            f"{model.name} reads {right} of the {len(DIGITS)} digits that are drawn to test it: it was not trained on"
            " handwritten digits, or is damaged; train it again, or leave it out to use the weights that ship"
        )
    _check_arithmetic(model)


def _is_read(digit: int, reader: Reader, weights: Weights) -> bool:
    """Tell whether a digit is read, and not only because the judge of lines recognises it without the network."""
    reading = reader.read(drawn(digit), single=True)
    seen = [int(predict(weights, found.glyph[None]).argmax()) for found in reading.digits]
    return reading.text == str(digit) and seen == [digit]


def _check_arithmetic(model: Model) -> None:
    """Compare probabilities with those of a forward pass in float64."""
    glyphs = np.stack([normalize(255 - drawn(digit)[..., 0]) for digit in DIGITS])
    exact = forward(model.weights, scaled(glyphs).astype(np.float64))
    difference = float(np.abs(predict(model.weights, glyphs) - exact).max())
    if not difference <= _TOLERANCE:  # NaN too is refused
        raise WeightsError(
            f"{model.name} gives probabilities that differ by {difference:.2g} from those computed in float64: NumPy"
            " or the weights are damaged; install tendigits anew"
        )
