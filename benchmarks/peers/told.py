"""What a network says, for an answer in JSON: as numbers, or as base64 of arrays."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np

Told = Callable[[np.ndarray], dict[str, Any]]


def as_numbers(probabilities: np.ndarray) -> dict[str, Any]:
    return {"labels": probabilities.argmax(axis=1).tolist(), "probabilities": probabilities.tolist()}


def as_base64(probabilities: np.ndarray) -> dict[str, Any]:
    """Return labels int64 (n,) and probabilities float32 (n, 10), as tendigits' binary answers have them."""
    arrays = {"labels": probabilities.argmax(axis=1).astype(np.int64), "probabilities": probabilities}
    return {name: base64.b64encode(array.tobytes()).decode() for name, array in arrays.items()}
