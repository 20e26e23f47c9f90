"""Connected parts of a plane, numbered."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Connected", "connected", "spread"]

_MANY = 2**16
"""Pixels: each may be a part of its own, and 16 bits count no more."""


@dataclass(frozen=True, eq=False)
class Connected:
    """Connected parts, the first of which is the ground.

    Attributes:
        count: how many there are.
        labels: uint16 or int32 (height, width): of which part each pixel is.
        stats: int32 (count, 5): left, top, width and height of each part's box, and its area, in pixels.

    """

    count: int
    labels: NDArray[np.integer[Any]]
    stats: NDArray[np.int32]


def connected(plane: NDArray[np.integer[Any]]) -> Connected:
    """Return the parts of what is not 0; pixels that touch at their corners are of one part.

    Args:
        plane: uint8 (height, width).

    """
    few = cv2.countNonZero(plane) < _MANY  # then half of the memory will do, which is a third of the time
    kind = cv2.CV_16U if few else cv2.CV_32S
    count, labels, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8, ltype=kind)
    return Connected(count, np.asarray(labels), np.asarray(stats, np.int32))


def spread(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return labels for all pixels: where there is none, which is 0, the nearest one's; 0 if there are none at all.

    Args:
        labels: int32 (height, width).

    """
    nearest = cv2.distanceTransformWithLabels(
        (labels == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    names = np.zeros(int(nearest.max()) + 1, np.int32)
    names[nearest[labels > 0]] = labels[labels > 0]
    return np.asarray(names[nearest], np.int32)
