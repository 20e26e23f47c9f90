"""A digit of MNIST as a pen would have written it: at any size, slant and width of stroke, with smooth edges.

The 28x28 image becomes two smooth fields on a finer grid: how far a point is from the edge of the ink, and how far from
the middle of the stroke. Any pen follows from them: a wider one reaches beyond the edge, a finer one stays within it
but never loses the middle, and opens loops that were filled. Coverage is sampled finely and averaged, so that hairlines
are grey and not broken.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.thinning import skeleton

SIDE = 28
GLYPH = 20
"""The longer side of MNIST's digits, in their pixels."""

_FINE = 6
"""How much finer the grid of the fields is than MNIST's pixels."""

_ROOM = 3
"""So many pixels of MNIST around the ink belong to the grid: no pen here reaches further beyond it."""

_BLUR = 0.4
_THRESHOLD = 0.35
"""In MNIST's pixels, and of full ink: so little that strokes of one pixel stay whole, in all but 1 of 1,000 digits."""

_BLOT = 0.85
"""From which depth on ink is a loop that a broad pen filled, in widths of the digit's strokes.

In 600 digits that is so in 25; from 0.75 on it would be in 106, most of them mere crossings of strokes.
"""

_WIDEST = 0.8
"""How far from the middle of its stroke ink may be elsewhere, in widths of the pen."""

Coverage = NDArray[np.float32]

_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True)
class Shape:
    """How a digit is drawn: the size of a pixel of MNIST, and the pen, in pixels of the page; angles in degrees.

    Without a pen it keeps the strokes that it has in MNIST.
    """

    scale: float
    slant: float = 0
    turn: float = 0
    pen: float | None = None


class Glyph:
    """The strokes of a digit.

    Args:
        image: uint8 (28, 28), ink bright.

    Raises:
        ValueError: it is not that, or shows nothing.

    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        if image.dtype != np.uint8 or image.shape != (SIDE, SIDE):
            raise ValueError(f"a digit is uint8 (28, 28); this is {image.dtype} {image.shape}")
        roomy = np.pad(image.astype(np.float32) / 255, 1)  # some digits reach the border
        fine = cv2.resize(roomy, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
        ink = cv2.GaussianBlur(fine, (0, 0), _BLUR * _FINE) > _THRESHOLD
        if not ink.any():
            raise ValueError("there is no ink in this image of a digit")
        self._ink = np.pad(_cropped(ink), _ROOM * _FINE)

    @property
    def size(self) -> tuple[float, float]:
        """Height and width of the ink, in pixels of MNIST."""
        height, width = (side / _FINE - 2 * _ROOM for side in self._ink.shape)
        return height, width

    def drawn(self, shape: Shape) -> Coverage:
        """Return the ink: float32 (height, width), 0 to 1, no more of it than there is ink."""
        finer = max(1, int(np.ceil(_FINE / shape.scale)))
        field = self._field(None if shape.pen is None else shape.pen / shape.scale)
        size, matrix = self._placed(shape, finer)
        # Beyond the grid it is as far from ink as at its border: anything else would ring there.
        distance = cv2.warpAffine(field, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        coverage = np.clip(distance * np.float32(shape.scale * finer) + np.float32(0.5), 0, 1)
        smaller = size[0] // finer, size[1] // finer
        return _cropped(cv2.resize(coverage, smaller, interpolation=cv2.INTER_AREA), 1 / 255)

    def _placed(self, shape: Shape, finer: int) -> tuple[tuple[int, int], NDArray[np.float64]]:
        """Return width and height of a picture that holds the glyph, finer than the page, and the way into it."""
        linear = _leaning(shape) * (shape.scale * finer / _FINE)
        low, (bottom, right) = _ROOM * _FINE, np.array(self._ink.shape) - _ROOM * _FINE
        corners = linear @ np.array([[low, right, low, right], [low, low, bottom, bottom]])
        # Ink reaches beyond these corners by half of a pen, and on the page by a pixel that it covers in part.
        room = finer * (np.ceil((shape.pen or 0) / 2) + 2)
        corner = corners.min(axis=1) - room
        width, height = (np.ceil((np.ptp(corners, axis=1) + 2 * room) / finer) * finer).astype(int)
        return (int(width), int(height)), np.column_stack([linear, -corner])

    def _field(self, pen: float | None) -> Coverage:
        """Return how far inside the ink each point of the grid is, in pixels of MNIST, for a pen of this width."""
        if pen is None:
            return self._depth
        strokes = np.maximum(self._depth + (pen - self._width) / 2, pen / 2 - self._from_middle)
        even = np.minimum(strokes, _WIDEST * pen - self._from_middle)
        loops = np.minimum(strokes, (pen + self._width) / 2 - self._depth)
        # Where the two meet, a greater step than this would ring when it is resampled.
        return np.clip(np.where(self._near_a_blot(pen), loops, even), -1, 1)

    def _near_a_blot(self, pen: float) -> NDArray[np.bool_]:
        """Return where a loop was filled that this pen leaves open, and as far around as its stroke reaches."""
        hollow = self._depth > (pen + self._width) / 2
        deep = hollow & (self._depth > _BLOT * self._width)
        if not deep.any():
            return deep
        _, parts = cv2.connectedComponents(hollow.astype(np.uint8))
        elsewhere = ~np.isin(parts, np.unique(parts[deep]))
        return cv2.distanceTransform(elsewhere.astype(np.uint8), cv2.DIST_L2, 3) < (pen + 1) * _FINE

    @cached_property
    def _steps(self) -> Coverage:
        """Return the distance to the edge, positive inside, in pixels of MNIST: the edge goes in steps of the grid."""
        inside, outside = (
            cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            for side in (self._ink, ~self._ink)
        )
        return (inside - outside - np.where(self._ink, np.float32(0.5), np.float32(-0.5))) / _FINE

    @cached_property
    def _depth(self) -> Coverage:
        """Return the distance to the edge, smooth: less than it is in the middle of strokes."""
        return cv2.GaussianBlur(self._steps, (0, 0), _FINE / 4)

    @cached_property
    def _middle(self) -> NDArray[np.bool_]:
        return skeleton(self._ink)

    @cached_property
    def _width(self) -> float:
        return 2 * float(self._steps[self._middle].mean())

    @cached_property
    def _from_middle(self) -> Coverage:
        """Return the distance to the middle of the stroke.

        A skeleton goes in steps; near it, the distance is that to the mean of its points around.
        """
        line = self._middle.astype(np.float32)
        plain = cv2.distanceTransform(1 - line.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        y, x = np.indices(line.shape, np.float32)
        weight, mean_y, mean_x = (cv2.GaussianBlur(line * part, (0, 0), _FINE / 3) for part in (1, y, x))
        weight = np.maximum(weight, 1e-6)
        smooth = np.hypot(mean_y / weight - y, mean_x / weight - x)
        return np.where(plain < _FINE / 1.5, smooth, plain) / _FINE


def _leaning(shape: Shape) -> NDArray[np.float64]:
    """Return the slant and the turn: a matrix (2, 2) for x and y."""
    slant, turn = np.radians([shape.slant, shape.turn])
    lean = np.array([[1, -np.tan(slant)], [0, 1]])
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return rotate @ lean


def _cropped(picture: NDArray[_T], least: float = 0) -> NDArray[_T]:
    """Return the part of a picture that is more than this."""
    x, y, width, height = cv2.boundingRect((picture > least).astype(np.uint8))
    return picture[y : y + height, x : x + width]
