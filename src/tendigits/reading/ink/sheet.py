"""The sheet, where it lies on something much darker: what is seen beside it is not written.

A shadow, however hard its edge, leaves paper more than a third of its light as a rule; a darker region with a hard
edge that reaches a corner of the picture is a table, or the inside of a scanner's lid.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.image.picture import RGB
from tendigits.reading.connected import connected
from tendigits.reading.ink.planes import Plane

__all__ = ["beside_the_sheet"]

_WIDEST_STROKE = 9
"""In coarse pixels: strokes and a table's grains are bridged over, and strips of a table wider than this are not."""

_HARD = 1.3
"""At a hard edge, it is so many times as bright on one side as on the other, within three coarse pixels."""

_DARK = 0.55
"""A table has less than this part of the sheet's grey level; deep shadows have two thirds (0.4 in light, gamma 2.2)."""

_LARGE = 0.25
"""The part of the picture that a sheet fills at least."""

_RIM = 5
"""Coarse pixels around what is beside the sheet that belong to it: the edge itself."""

_DARKEST = 4
"""Grey levels: where it is darker, the camera's noise decides which of two sides is."""


def beside_the_sheet(coarse: RGB) -> Plane:
    """Return what is not on the sheet: uint8 (height, width), 255 there; all 0 where the sheet is all that is seen.

    Args:
        coarse: uint8 (height, width, 3), ink dark, each pixel of it `COARSE` of the picture.

    """
    grey = cv2.cvtColor(coarse, cv2.COLOR_RGB2GRAY)
    kernel = np.ones((_WIDEST_STROKE, _WIDEST_STROKE), np.uint8)
    grey = cv2.copyMakeBorder(grey, *(_WIDEST_STROKE,) * 4, cv2.BORDER_REPLICATE)  # or narrow strips would be bridged
    flat = cv2.morphologyEx(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    seen = flat[_WIDEST_STROKE:-_WIDEST_STROKE, _WIDEST_STROKE:-_WIDEST_STROKE]
    return np.asarray(cv2.dilate(_beside(seen), np.ones((_RIM, _RIM), np.uint8)), np.uint8)


def _beside(paper: Plane) -> Plane:
    """Return the regions within hard edges that reach a corner, and are much darker than the largest of all.

    What lies beyond a straight line, as a table does beyond the sheet's edge, has a corner of the picture in it.
    """
    level = np.maximum(paper, _DARKEST)
    around = np.ones((3, 3), np.uint8)
    soft = (cv2.dilate(level, around) < _HARD * cv2.erode(level, around)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(soft, connectivity=4, ltype=cv2.CV_32S)
    area = stats[:, cv2.CC_STAT_AREA].copy()
    area[0] = 0
    mean = np.bincount(labels.ravel(), level.ravel(), count) / np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    if not area.size or area.max() < _LARGE * labels.size:
        return np.zeros_like(paper)
    at_corner = np.zeros(count, bool)
    at_corner[labels[[0, 0, -1, -1], [0, -1, 0, -1]]] = True
    darkest = _DARK * mean[area.argmax()]
    table = at_corner & (mean < darkest)
    table[0] = False
    return _with_narrow_ends(table[labels], level < darkest)


def _with_narrow_ends(table: NDArray[np.bool_], dark: NDArray[np.bool_]) -> Plane:
    """Return the table with all that is as dark and hangs together with it.

    Where a sheet lies askew, a strip of table gets so narrow that it is all edge.
    """
    found = connected((table | dark).astype(np.uint8))
    with_table = np.bincount(found.labels[table], minlength=found.count) > 0
    return np.where(with_table[found.labels], 255, 0).astype(np.uint8)
