"""What a server does before it serves anybody: it reads what it knows the answer to."""

import numpy as np

from tendigits.data import scaled
from tendigits.errors import WeightsError
from tendigits.inference import forward, predict
from tendigits.models import Model
from tendigits.reading.reader import Reader
from tendigits.serving.samples import DIGITS, drawn

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
    readings = [reader.read(drawn(digit), single=True) for digit in DIGITS]
    right = sum(reading.text == str(digit) for digit, reading in zip(DIGITS, readings, strict=True))
    if right < _LEAST_RIGHT:
        raise WeightsError(
            f"{model.name} reads {right} of the {len(DIGITS)} digits that are drawn to test it: it was not trained on"
            " handwritten digits, or is damaged; train it again, or leave it out to use the weights that ship"
        )
    _check_arithmetic(model, np.stack([digit.glyph for reading in readings for digit in reading.digits]))


def _check_arithmetic(model: Model, glyphs: np.ndarray) -> None:
    """Compare the probabilities of glyphs, uint8 (n, 28, 28), with those of a forward pass in float64."""
    exact = forward(model.weights, scaled(glyphs).astype(np.float64))
    difference = float(np.abs(predict(model.weights, glyphs) - exact).max())
    if not difference <= _TOLERANCE:  # NaN too is refused
        raise WeightsError(
            f"{model.name} gives probabilities that differ by {difference:.2g} from those computed in float64: NumPy"
            " or the weights are damaged; install tendigits anew"
        )
