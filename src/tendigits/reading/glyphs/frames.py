"""What stands where on a line, told by a network that sees the whole of it.

The line is divided into frames, each two columns of the small canvas that `views` shows. For each the network gives the
probability that a digit or a mark is noticed here, each of them once on its way through the line, or nothing: blank. It
learnt from written lines and what they say, without being told where each digit begins and ends (connectionist temporal
classification: Graves, Fernández, Gomez and Schmidhuber 2006), so that digits that run into each other are nothing
special to it. Cut out, half of an 8 is a good 3; here the other half is in sight.

Each layer is dense and sees a window of the layer below, the same wherever the window is: a convolution (LeCun, Bottou,
Bengio and Haffner 1998, "Gradient-based learning applied to document recognition", sections II and VII).
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from tendigits.models import shipped_file

__all__ = ["BLANK", "FRAME", "LAYERS", "MARK", "OUTPUTS", "ROOM", "cuts", "frames"]

MARK, BLANK, OUTPUTS = 10, 11, 12
"""Beside the ten digits: what is no digit, and nothing new; and how many outputs that makes for a frame."""

FRAME = 2
"""Columns of the small canvas that make up a frame."""

ROOM = 12
"""Empty columns before and behind a line."""

_NEAR = 2
"""A cut is moved by so many frames at most."""

_ASIDE = 2.0
"""By how much more probable, as a logarithm, a blank must be for each frame that it is further away."""


class Layer(NamedTuple):
    """What a layer sees, and how much it says about it.

    Attributes:
        window: rows and columns of the layer below that are seen at once.
        step: from one window to the next, down and across.
        border: rows and columns of zeros around the layer below.
        units: the values that come out of each window.

    """

    window: tuple[int, int]
    step: tuple[int, int]
    border: tuple[int, int]
    units: int

    def windows(self, below: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what each window sees: (n, rows, columns, values).

        Args:
            below: (n, rows, columns, units).

        """
        framed = np.pad(below, ((0, 0), *((border, border) for border in self.border), (0, 0)))
        (high, wide), (down, across) = self.window, self.step
        last_row, last_column = framed.shape[1] - high, framed.shape[2] - wide
        seen = [
            framed[:, y : y + last_row + 1 : down, x : x + last_column + 1 : across]
            for y in range(high)
            for x in range(wide)
        ]
        return np.concatenate(seen, axis=-1)


LAYERS = (
    Layer((5, 5), (2, FRAME), (2, 2), 32),
    Layer((3, 3), (1, 1), (1, 1), 32),
    Layer((3, 3), (2, 1), (1, 1), 48),
    Layer((3, 3), (1, 1), (1, 1), 48),
    Layer((3, 3), (1, 1), (1, 1), 48),
    Layer((3, 3), (2, 1), (1, 1), 80),
    Layer((3, 3), (1, 1), (1, 1), 80),
    Layer((4, 5), (1, 1), (0, 2), 192),
    Layer((1, 5), (1, 1), (0, 2), 192),
    Layer((1, 3), (1, 1), (0, 1), 192),
    Layer((1, 1), (1, 1), (0, 0), OUTPUTS),
)
"""From 28 rows over 14, 7 and 4 to a single one: what a frame is, as seen from 25 frames around it."""


def frames(ink: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the logarithm of the probability of each class in each frame: float64 (frames, 12).

    Args:
        ink: uint8 (28, columns), a line as `views` shows it, bright on 0.

    """
    x = _inputs(ink)[None, :, :, None]
    layers = _layers()
    for number, (layer, (kernel, bias)) in enumerate(zip(LAYERS, layers, strict=True)):
        x = layer.windows(x) @ kernel + bias
        if number < len(layers) - 1:
            np.maximum(x, 0, out=x)
    logits = x[0, 0].astype(np.float64)
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def _inputs(ink: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a line as the network takes it: float32 (28, even number of columns), 0 to 1."""
    behind = ROOM + ink.shape[1] % FRAME
    return np.pad(ink, ((0, 0), (ROOM, behind))).astype(np.float32) / np.float32(255)


def cuts(columns: NDArray[np.floating], told: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the first frame behind each of some cuts: (n,), from 0 to the number of frames.

    It is the most probable blank near by: a narrow digit is noticed in so few frames that rounding would lose it.

    Args:
        columns: where a line is cut, in columns of the small canvas, (n,).
        told: what :func:`frames` tells of it.

    """
    place = (columns + ROOM) / FRAME
    near = (np.rint(place)[:, None] + np.arange(-_NEAR, _NEAR + 1)).clip(0, len(told)).astype(np.intp)
    blank = np.append(told[:, BLANK], 0.0)[near]
    best = (blank - _ASIDE * np.abs(near - place[:, None])).argmax(axis=1)
    return np.asarray(near[np.arange(len(near)), best])


@cache
def _layers() -> tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]:
    arrays = safetensors.numpy.load_file(shipped_file("frames"))
    parts = {name: array.astype(np.float32) for name, array in arrays.items()}  # stored as float16
    return tuple((parts[f"layers.{i}.kernel"], parts[f"layers.{i}.bias"]) for i in range(len(LAYERS)))
