"""The size that a page is looked at in: large enough that a stroke is several pixels wide, and no larger."""

import cv2
import numpy as np

from tendigits.image.picture import RGB

__all__ = ["LONGEST", "LONGEST_OF_SMALL_WRITING", "is_cropped", "is_strip", "resized"]

LONGEST = 1200
"""Pixels along the longer side: on a sheet of A4 four a millimetre, a ballpoint's stroke is then two or three wide."""

LONGEST_OF_SMALL_WRITING = 1800
"""The same for pages whose strokes turn out to be thin."""

_SHORTEST = 224
"""Pixels along the shorter side that small pictures are enlarged to: in 28 by 28, each becomes 8 by 8."""

_LARGEST_FACTOR = 10.0
"""No picture is enlarged more: from then on it has too few pixels to be read."""

_LINEAR = 1.5
"""Up to so many pixels for one, interpolating loses no more than averaging does, in a fifth of the time."""


_CROPPED = 320
"""Pixels along the longer side: no photograph of a sheet on a table is so small."""

_STRIP = 2.0
"""So many times as long as wide is no photograph of a sheet on a table: cameras' are up to 16 to 9."""


def is_cropped(page: RGB) -> bool:
    """Tell whether a page is a drawing, or cut out around what is written: what reaches its border is no table."""
    longer: int = max(page.shape[:2])
    return longer <= _CROPPED


def is_strip(page: RGB) -> bool:
    """Tell whether a page is so long and narrow that a number was cut out of another: mostly paper is at its border."""
    shorter, longer = sorted(page.shape[:2])
    return bool(longer >= _STRIP * shorter)


def resized(page: RGB, longest: int) -> tuple[RGB, float]:
    """Return the page in working size, and how many of its pixels are one of that.

    Args:
        page: uint8 (height, width, 3).
        longest: pixels that its longer side may have; less, if the page has fewer.

    """
    scale = max(max(page.shape[:2]) / longest, min(1.0, _enlarging(page)))
    if scale == 1:
        return page, 1.0
    height, width = (max(1, round(side / scale)) for side in page.shape[:2])
    method = cv2.INTER_CUBIC if scale < 1 else cv2.INTER_LINEAR if scale < _LINEAR else cv2.INTER_AREA
    return np.asarray(cv2.resize(page, (width, height), interpolation=method), np.uint8), scale


def _enlarging(page: RGB) -> float:
    """Return how many pixels of a small page are one of the working size: less than 1."""
    shorter: int = min(page.shape[:2])
    return max(shorter / _SHORTEST, 1 / _LARGEST_FACTOR)
