"""The kind of array that the rooms of ink hand on to each other."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Plane"]

Plane: TypeAlias = NDArray[np.integer[Any] | np.floating[Any]]
"""uint8 (height, width), in the words that OpenCV's functions are typed in."""
