"""The kinds of array that the rooms of ink hand on to each other."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["RGB", "Plane"]

RGB: TypeAlias = NDArray[np.uint8]
"""uint8 (height, width, 3), red, green and blue."""

Plane: TypeAlias = NDArray[np.integer[Any] | np.floating[Any]]
"""uint8 (height, width), in the words that OpenCV's functions are typed in."""
