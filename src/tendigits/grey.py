"""Examples seen as grey pictures, where they are any."""

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["as_squares", "grey_range"]

_SMALLEST_SIDE = 8
"""From which flat examples of a square length are shown as pictures: four features are no picture of 2 by 2."""


def as_squares(images: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """Return images as (n, height, width), flattened square ones too; None where they are no grey pictures."""
    if images.ndim == 4 and images.shape[-1] == 1:
        return images[..., 0]
    side = round(images.shape[1] ** 0.5)
    if images.ndim == 2 and side >= _SMALLEST_SIDE and side * side == images.shape[1]:
        return images.reshape(-1, side, side)
    return images if images.ndim == 3 else None


def grey_range(images: npt.NDArray[Any]) -> tuple[float, float]:
    """Return the values that stand for no ink and for full ink: 0 and 1 in floating images, unless they go beyond."""
    if images.dtype == np.uint8:
        return 0.0, 255.0
    return float(images.min(initial=0.0)), float(images.max(initial=1.0))
