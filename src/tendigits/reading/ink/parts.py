"""Connected parts of what stands out from the paper, and which of them are ink.

Ink has sharp edges, where shadows and what a sponge left have none. It is larger than a crumb, is no edge of a sheet,
does not lie along the page's border as a table does, and is no rest of a printed line. What is much fainter than the
page's other ink, or long, thin and straight, is doubtful. A picture most of which is soft, and the rest not sharp, has
none.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.reading.connected import connected
from tendigits.reading.ink.contrast import COARSE
from tendigits.reading.ink.noise import Signal
from tendigits.reading.ink.planes import Plane

__all__ = ["ink_parts"]

_CLEAR = 2.2
"""How many times the weak excess is clear ink (hysteresis; Canny 1986, section 4)."""

_CLEAR_LEVELS = 14
"""What is clear in any case has at least this contrast, in 255ths of the paper's brightness: fibres have less."""

_FAR = 41
"""The side of the square around a clear pixel in which weak ones may belong to its stroke, in pixels."""

_LEAST_CLEAR = 8
"""A part has so many clear pixels."""

_BESIDE_INK = 0.25
"""What has less than this part of the contrast of ink near by is blur, or a smear, and no part of it."""

_NEAR = 9
"""How large the squares are in which the greatest contrast is looked for, in coarse pixels."""

_CRUMB = 0.0155
"""The largest crumbs of paper and dust, as a part of the page's longer side. A page of nothing else is blank, as is one
with crumbs and bits at its border."""

_FAINTEST = 0.3
"""Strokes with less than this part of the contrast that the page's ink has are shadows of something."""

_FAINTEST_AT_BORDER = 0.6
"""The same of what reaches the page's border: the sheet's edge, what is beyond it and printed lines are fainter. In a
cropped picture digits do, too, and only what lies under them is held for a line: the bar of a 7 or 5 lies above."""

_UNDER = 0.6
"""What begins below this part of the page's height is under the digits of a cropped picture."""

_EDGE = 15
"""Pixels within which ink's contrast rises, at the edge of a stroke, however blurred."""

_SHARPEST_SHADOW = 0.85
"""The part of a shadow's contrast that lies within so many pixels of its outline, at most, noise taken off. Digits of
synthetic pages have 1.0 and more."""

_SHARP = 1.05
"""The same, of ink where most of what stands out is as soft as shadows are. Of 650 pictures of walls, leaves, cloth and
the like, 31 had parts over the other limit that were taken for sure digits, most of them joints between bricks; those
of a page were 0.86 to 1.0. Digits on pages with much that is soft, on a table or in a shadow, have 1.2 and more."""

_EDGE_LENGTH = 0.2
"""The edge of a sheet or table is as long as this part of the page's longer side, at least."""

_AT_BORDER = 0.2
"""A page of nothing but what reaches its border is blank, unless some of it is longer than this part of the page's
shorter side: a table shows up in bits there, and a number that was cropped closely fills its picture one way."""

_ALONG_BORDER = 0.35
"""A table lies along the border over this part of its own length at least; digits touch it with a stroke."""

_CORNER = 4
"""Pixels from a corner of the picture that are the corner."""

_THIN_EDGE = 45
"""An edge has less area than the square of its length divided by this; digits have more."""

_FRAME = 0.5
"""A table seen on several sides of a sheet reaches the border, and over this part of both of the page's sides."""

_THIN_FRAME = 0.1
"""It fills no more than this part of its box. A digit as large as that, of a thin pen, that runs over the border stands
alone: where there is nothing else, it is ink."""

_FLAT_EDGE = 6
"""A straight line is so many times as long as high."""

_REST = 0.8
"""The part of a rest's pixels that are where a printed line was, at least."""

_REST_DARKER = 1.5
"""A rest has at most so many times the line's contrast."""


@dataclass(frozen=True)
class _Parts:
    """Connected parts, the first of which is the ground. All arrays are (parts,), but for the first two.

    Attributes:
        at: int (pixels,), where anything stands out, as flat indices.
        label: int (pixels,), of which part that is.
        clear: how many clear pixels a part has.
        contrast: their mean excess.
        sharpness: of its outline, as a part of its contrast.
        extent: the longer side of its box, in pixels.
        touching: whether it reaches the page's border.
        edge: whether it is that of a sheet, or a table.
        frame: whether it may be that of several sides of a sheet.
        straight: whether it is long, thin and straight.
        lying: whether it is long and flat, low down on the page.
        upright: whether it is higher than wide.
        rest: whether it is no more than what is left of a printed line.
        beside: whether it is not on the sheet.

    """

    at: NDArray[np.intp]
    label: Plane
    clear: NDArray[np.intp]
    contrast: NDArray[np.float64]
    sharpness: NDArray[np.float64]
    extent: Plane
    touching: NDArray[np.bool_]
    edge: NDArray[np.bool_]
    frame: NDArray[np.bool_]
    straight: NDArray[np.bool_]
    lying: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    rest: NDArray[np.bool_]
    beside: NDArray[np.bool_]


@dataclass(frozen=True)
class InkParts:
    """Where ink is, and where something may be: uint8 (height, width) each, 255 there.

    Attributes:
        ink: what is drawn.
        doubtful: what is as sharp as ink and no speck, but much fainter than the page's ink, or a long straight line.

    """

    ink: Plane
    doubtful: Plane


def ink_parts(signal: Signal, beside: Plane | None, enlarged: float = 1.0) -> InkParts:
    """Return where ink is, and where it is doubtful.

    Args:
        signal: what stands out from the paper.
        beside: uint8 (coarse height, coarse width): 255 where no sheet is. None where nothing but the sheet can be
            seen: then nothing is taken for its edge either.
        enlarged: so many times as wide as on a page are edges: in a cropped picture, one pixel becomes several.

    """
    parts = _measured(signal, beside, round(_EDGE * enlarged))
    stroke = (parts.clear >= _LEAST_CLEAR) & (parts.sharpness > _SHARPEST_SHADOW)
    stroke &= ~(parts.rest | parts.beside | parts.edge)
    stroke[0] = False
    if (stroke & ~parts.touching).any():
        stroke &= ~parts.frame
    keep = stroke & ~parts.straight
    at_border = parts.touching & (parts.lying | (beside is not None))
    inner = keep & ~at_border if (keep & ~at_border).any() else keep
    faintest = np.where(at_border, _FAINTEST_AT_BORDER, _FAINTEST)
    keep &= parts.contrast >= faintest * _typical(parts.contrast[inner], parts.clear[inner])
    if _is_texture(parts, keep if keep.any() else stroke):
        return InkParts(np.zeros_like(signal.excess), np.zeros_like(signal.excess))
    sides = signal.excess.shape
    keep &= _is_written(parts, keep, sides)
    doubtful = stroke & ~keep & _is_doubtful(parts, keep, sides)
    return InkParts(_drawn(parts, keep, sides), _drawn(parts, doubtful, sides))


def _is_written(parts: _Parts, keep: NDArray[np.bool_], sides: tuple[int, ...]) -> bool:
    """Tell whether there is anything larger than a crumb, or than what a table leaves at the border."""
    least = np.where(parts.touching, _AT_BORDER * min(sides), _CRUMB * max(sides))
    return bool((keep & (parts.extent > least)).any())


def _is_doubtful(parts: _Parts, keep: NDArray[np.bool_], sides: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell what is to be mentioned if it is not kept: bool (parts,).

    A line that lies across, on a page with ink, is an underline or a rule that does not reach the border.
    """
    if not keep.any():
        return parts.straight
    faint = ~parts.straight & ~parts.touching & (parts.sharpness > _SHARP) & (parts.extent > _CRUMB * max(sides))
    return faint | (parts.straight & parts.upright)


def _drawn(parts: _Parts, chosen: NDArray[np.bool_], sides: tuple[int, ...]) -> Plane:
    plane = np.zeros(sides, np.uint8)
    plane.ravel()[parts.at] = np.where(chosen, np.uint8(255), np.uint8(0))[parts.label]
    return plane


def _is_texture(parts: _Parts, keep: NDArray[np.bool_]) -> bool:
    """Tell whether the page is no sheet, but a picture of something rough: most of it soft, and what is kept not sharp.

    Each part is sharper or softer by chance, and of many, some are always sharper than a limit.
    """
    soft = (parts.clear >= _LEAST_CLEAR) & (parts.sharpness <= _SHARPEST_SHADOW) & ~(parts.rest | parts.beside)
    mostly_soft = parts.clear[soft].sum() > parts.clear[keep].sum()
    return bool(mostly_soft and _typical(parts.sharpness[keep], parts.clear[keep]) < _SHARP)


def _measured(signal: Signal, beside: Plane | None, edge: int) -> _Parts:
    excess = signal.excess
    clear_at = cv2.compare(excess, _clear_levels(signal.weak), cv2.CMP_GT)
    seen = _seen(signal, clear_at)
    found = connected(np.asarray(seen, np.uint8))
    count, labels, boxes = found.count, found.labels, found.stats
    at = np.flatnonzero(seen > 0)
    label, levels, clear = labels.ravel()[at], excess.ravel()[at], clear_at.ravel()[at] > 0
    contrast = _mean(label, levels, clear, count)
    at_border, at_corner, extent = _at_border(labels, count), _at_corner(labels, count), boxes[:, 2:4].max(axis=1)
    return _Parts(
        at=at,
        label=label,
        clear=np.bincount(label[clear], minlength=count),
        contrast=contrast,
        sharpness=_mean(label, _rise(signal, edge).ravel()[at], _outline(seen).ravel()[at] > 0, count)
        / np.maximum(contrast, 1),
        extent=extent,
        touching=at_border > 0,
        edge=np.zeros(count, bool) if beside is None else _edges(boxes, at_border, at_corner, excess.shape),
        frame=np.zeros(count, bool) if beside is None else (at_border > 0) & _is_frame(boxes, excess.shape),
        straight=np.zeros(count, bool) if beside is None else _straight(boxes, max(excess.shape)),
        lying=_is_flat(boxes[:, cv2.CC_STAT_HEIGHT], extent)
        & (extent > _EDGE_LENGTH * max(excess.shape))
        & (boxes[:, cv2.CC_STAT_TOP] > _UNDER * excess.shape[0]),
        upright=boxes[:, cv2.CC_STAT_HEIGHT] > boxes[:, cv2.CC_STAT_WIDTH],
        rest=_rest(label, signal.printed.ravel()[at], clear, contrast),
        beside=np.zeros(count, bool)
        if beside is None
        else _mean(label, _all(beside, excess).ravel()[at], clear, count) > 255 / 2,
    )


def _clear_levels(weak: Plane) -> Plane:
    return np.maximum(cv2.convertScaleAbs(weak, alpha=_CLEAR), np.uint8(_CLEAR_LEVELS))


def _seen(signal: Signal, clear: Plane) -> Plane:
    """Return what is not too weak to belong to a stroke, and not far from what is clear: uint8 (height, width)."""
    weak = cv2.max(signal.weak, _beside_ink(signal.excess))
    near = cv2.dilate(clear, np.ones((_FAR, _FAR), np.uint8))
    return np.asarray(cv2.bitwise_and(cv2.compare(signal.excess, weak, cv2.CMP_GT), near), np.uint8)


def _outline(seen: Plane) -> Plane:
    """Return the pixels of parts that have others beside them."""
    return np.asarray(cv2.subtract(seen, cv2.erode(seen, np.ones((3, 3), np.uint8))), np.uint8)


def _rise(signal: Signal, edge: int) -> Plane:
    """Return how far the contrast differs within a square of this side around each pixel, noise taken off."""
    around = cv2.morphologyEx(signal.excess, cv2.MORPH_GRADIENT, np.ones((edge, edge), np.uint8))
    return np.asarray(cv2.subtract(around, signal.weak), np.uint8)


def _rest(label: Plane, printed: Plane, clear: NDArray[np.bool_], contrast: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which parts lie where a printed line was, and are about as dark as it: bool (parts,)."""
    on_line = _mean(label, printed > 0, clear, len(contrast))
    line = _mean(label, printed, clear & (printed > 0), len(contrast))
    return np.asarray((on_line >= _REST) & (contrast <= _REST_DARKER * line))


def _beside_ink(excess: Plane) -> Plane:
    """Return the excess that is little beside the greatest around: uint8 (height, width)."""
    greatest = cv2.dilate(excess, np.ones((COARSE, COARSE), np.uint8))[COARSE // 2 :: COARSE, COARSE // 2 :: COARSE]
    if not greatest.size:
        return np.zeros_like(excess)
    near = cv2.dilate(greatest, np.ones((_NEAR, _NEAR), np.uint8))
    little = cv2.convertScaleAbs(cv2.blur(near, (_NEAR, _NEAR)), alpha=_BESIDE_INK)
    return np.asarray(cv2.resize(little, excess.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _all(coarse: Plane, like: Plane) -> Plane:
    whole = cv2.resize(coarse, None, fx=COARSE, fy=COARSE, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(whole[: like.shape[0], : like.shape[1]], np.uint8)


def _mean(label: Plane, values: NDArray[Any], chosen: NDArray[np.bool_], count: int) -> NDArray[np.float64]:
    """Return the mean of each part's chosen pixels; 0 where there are none."""
    total = np.bincount(label[chosen], values[chosen], count)
    return np.asarray(total / np.maximum(np.bincount(label[chosen], minlength=count), 1))


def _at_border(labels: Plane, count: int) -> NDArray[np.intp]:
    """Return how many pixels of each part lie along the page's border: int64 (parts,)."""
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.bincount(border, minlength=count)


def _at_corner(labels: Plane, count: int) -> NDArray[np.bool_]:
    """Tell which parts reach a corner of the page: bool (parts,)."""
    found = np.zeros(count, bool)
    for row in (labels[:_CORNER], labels[-_CORNER:]):
        found[row[:, :_CORNER]] = found[row[:, -_CORNER:]] = True
    return found


def _edges(
    boxes: Plane, at_border: NDArray[np.intp], at_corner: NDArray[np.bool_], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Tell which parts are edges of a sheet, or a table that comes in from the border: bool (parts,).

    What lies beyond a straight line, as a table does beyond the sheet's edge, has a corner of the picture in it, or
    is long. A digit whose stroke runs along the border, in a number that was cropped closely, is no table.
    """
    extent = boxes[:, 2:4].max(axis=1)
    touching_edge = _is_thin(boxes) & (at_border > 0)
    table = (at_corner | (extent > min(shape))) & (at_border > _ALONG_BORDER * extent)
    return np.asarray((touching_edge | table) & (extent > _EDGE_LENGTH * max(shape)))


def _is_frame(boxes: Plane, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    width, height = boxes[:, cv2.CC_STAT_WIDTH].astype(np.float64), boxes[:, cv2.CC_STAT_HEIGHT]
    large = (width > _FRAME * shape[1]) & (height > _FRAME * shape[0])
    return np.asarray(large & (boxes[:, cv2.CC_STAT_AREA] < _THIN_FRAME * width * height))


def _straight(boxes: Plane, longer: int) -> NDArray[np.bool_]:
    """Tell which parts are long, thin and straight: the edge of something, or a stroke: bool (parts,)."""
    extent = boxes[:, 2:4].max(axis=1)
    return np.asarray(_is_thin(boxes) & _is_flat(boxes[:, 2:4].min(axis=1), extent) & (extent > _EDGE_LENGTH * longer))


def _is_flat(height: Plane, length: Plane) -> NDArray[np.bool_]:
    return height * _FLAT_EDGE <= length


def _is_thin(boxes: Plane) -> NDArray[np.bool_]:
    extent = boxes[:, 2:4].max(axis=1).astype(np.float64)
    return np.asarray(boxes[:, cv2.CC_STAT_AREA] <= extent**2 / _THIN_EDGE)


def _typical(contrast: NDArray[np.float64], weights: NDArray[np.intp]) -> float:
    """Return the weighted median; 0 of nothing."""
    if not contrast.size:
        return 0.0
    order = np.argsort(contrast)
    reached = np.cumsum(weights[order])
    return float(contrast[order][np.searchsorted(reached, reached[-1] / 2)])
