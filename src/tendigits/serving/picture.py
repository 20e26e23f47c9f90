"""A small grey picture in a text: a data URL, as the ``src`` of an ``img`` takes it."""

import base64

import numpy as np
from numpy.typing import NDArray

from tendigits.report.png import grey_png

__all__ = ["data_url"]


def data_url(glyph: NDArray[np.uint8]) -> str:
    """Return a glyph, uint8 (28, 28), as a PNG: ink bright on black."""
    return "data:image/png;base64," + base64.b64encode(grey_png(glyph)).decode()
