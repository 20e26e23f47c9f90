"""From where the sheet is seen: turned, tilted, nearer than its edges or with the table around it."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.ranges import Range, drawn, one_of
from paper.table import TABLES, Table
from paper.writing import Area

Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""

_DISTANCE = 1.4
"""From the lens to the sheet, in the longer side of the frame."""


@dataclass(frozen=True)
class Camera:
    """How it is held.

    fill: the sheet's sides as parts of the frame's; from 1.2 its edges stay out of sight. roll, tilt: in degrees.
    tables: what may lie beyond the edges. A camera that is not turned, not tilted and filled exactly is a screen: every
    pixel is passed on as it is.
    """

    fill: Range = (1, 1)
    roll: Range = (0, 0)
    tilt: Range = (0, 0)
    tables: tuple[Table, ...] = TABLES


def sheet_for(frame: tuple[int, int], camera: Camera, margin: float, generator: np.random.Generator) -> Area:
    """Return the sheet that the camera sees, and where on it the writing will be in sight.

    Args:
        frame: the picture's height and width.
        camera: how much of the picture the sheet fills.
        margin: what stays free on each side of the writing, as a part of the visible sheet.
        generator: decides what the ranges leave open.

    """
    fill = drawn(camera.fill, generator)
    height, width = (round(side * fill) for side in frame)
    visible = np.minimum(frame, (height, width)) * (1 - 2 * margin)
    top, left = (np.array([height, width]) - visible) / 2
    return Area((height, width), top, left, *visible)


def view(area: Area, frame: tuple[int, int], camera: Camera, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return where the camera sees what is on the sheet: a homography (3, 3) from its pixels to the picture's.

    All of the area stays within the frame.
    """
    roll, tilt = drawn(camera.roll, generator), drawn(camera.tilt, generator)
    towards, place = generator.uniform(0, 2 * np.pi), generator.random(2)
    if not (roll or tilt) and area.sheet == frame:
        return np.eye(3)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (area.width, area.height)
    seen = _projected(corners - corners.mean(axis=0), np.radians(roll), np.radians(tilt), towards, max(frame))
    seen *= min(1, *(np.array(frame[::-1]) * 0.96 / np.ptp(seen, axis=0)))
    spare = np.array(frame[::-1]) - np.ptp(seen, axis=0)
    # Not quite centred, and never closer to the border of the picture than a tenth of what is to spare.
    seen += spare * (0.3 + 0.4 * place) - seen.min(axis=0) - 0.5
    on_sheet = corners + np.array([area.left, area.top]) - 0.5
    return cv2.getPerspectiveTransform(on_sheet.astype(np.float32), seen.astype(np.float32))


def seen(
    sheet: NDArray[np.float32], matrix: NDArray[np.float64], frame: tuple[int, int], tables: tuple[Table, ...],
    generator: np.random.Generator,
) -> NDArray[np.float32]:  # fmt: skip
    """Return the picture: the sheet where it is, and the table where it is not.

    Args:
        sheet: float32 (height, width, 3), linear in light.
        matrix: as `view` returns it.
        frame: the picture's height and width.
        tables: what may lie beyond the sheet's edges.
        generator: decides which does.

    """
    if np.array_equal(matrix, np.eye(3)):
        return sheet
    size = frame[::-1]
    picture = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if _fills(sheet.shape[:2], matrix, frame):
        return picture
    whole = np.full(sheet.shape[:2], 255, np.uint8)
    there = cv2.warpPerspective(whole, matrix, size).astype(np.float32)[..., None] / 255
    return picture * there + one_of(tables, generator)(frame, generator) * _shade(there) * (1 - there)


def boxes(outlines: Iterable[NDArray[np.float64]], matrix: NDArray[np.float64]) -> list[Box]:
    """Return the box of each outline as the camera sees it, in whole pixels that hold it."""
    found = []
    for outline in outlines:
        points = cv2.perspectiveTransform(outline[None], matrix)[0] + 0.5
        (left, top), (right, bottom) = np.floor(points.min(axis=0) + 1e-6), np.ceil(points.max(axis=0) - 1e-6)
        found.append((int(left), int(top), int(right - left), int(bottom - top)))
    return found


def _projected(
    points: NDArray[np.float64], roll: float, tilt: float, towards: float, size: float
) -> NDArray[np.float64]:
    """Return points of a plane as a lens sees it that is rolled, and tilted in a direction; angles in radians."""
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    axis = np.array([np.cos(towards), np.sin(towards)])
    turned = points @ turn
    along = turned @ axis
    flat = turned + np.outer(along * (np.cos(tilt) - 1), axis)
    return flat / (1 + along * np.sin(tilt) / (_DISTANCE * size))[:, None]


def _fills(sheet: tuple[int, int], matrix: NDArray[np.float64], frame: tuple[int, int]) -> bool:
    """Tell whether nothing but the sheet is in the picture."""
    corners = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]]) * (np.array(frame[::-1]) - 1.0)
    on_sheet = cv2.perspectiveTransform(corners, np.linalg.inv(matrix))
    return bool((on_sheet >= 0).all() and (on_sheet <= np.array(sheet[::-1]) - 1).all())


def _shade(there: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how bright the table is beside a sheet that lies on it: the sheet takes some of its light."""
    spread = max(there.shape) / 150
    return 1 - np.float32(0.6) * cv2.GaussianBlur(there, (0, 0), spread)[..., None]
