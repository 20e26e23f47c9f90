"""Lines of MNIST's test digits, to write on synthetic paper."""

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tendigits.data import Data

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

Line = list[tuple[np.ndarray, int]]


@pytest.fixture(scope="session")
def whole_digits(mnist: Data) -> Line:
    """Test digits whose ink hangs together."""
    images, labels = (array[:300] for array in mnist[1])
    return [
        (image, int(label))
        for image, label in zip(images, labels, strict=True)
        if cv2.connectedComponents((image > 90).astype(np.uint8))[0] == 2
    ]


@pytest.fixture
def lines(whole_digits: Line) -> Callable[..., list[Line]]:
    """``lines(3, 5)``: a line of three digits, and one of five."""

    def of(*counts: int) -> list[Line]:
        chosen = iter(whole_digits)
        return [[next(chosen) for _ in range(count)] for count in counts]

    return of
