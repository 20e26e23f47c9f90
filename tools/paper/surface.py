"""What is written on: paper with its tooth, fibres and specks, or a board with what was wiped from it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.noise import fractal, smooth
from paper.pens import blended
from paper.ranges import Range, drawn, one_of
from paper.ruling import Colour, Ruled

WHITE: tuple[Colour, ...] = ((246, 246, 244), (240, 241, 243), (248, 246, 240))
CREAM: tuple[Colour, ...] = ((244, 236, 216), (238, 230, 212), (232, 226, 214), (226, 214, 186))
SCREEN_WHITE: tuple[Colour, ...] = ((255, 255, 255),)
SCREEN_BLACK: tuple[Colour, ...] = ((0, 0, 0),)
SLATE: tuple[Colour, ...] = ((45, 72, 60), (38, 42, 44), (52, 60, 58), (40, 62, 70))

_RED: Colour = (215, 120, 130)

_TOOTH = 5
"""The scale of a paper's relief, in pixels of a sheet with 1200 at its shorter side."""

Reflectance = NDArray[np.float32]


@dataclass(frozen=True)
class Surface:
    """A kind of paper or board. Strengths are parts of its brightness.

    tooth: of its relief, under light from the side. clouds: unevenness over longer distances. fibres, specks: how many
    there are on a sheet. smears: what wiping left, as on a board; negative where it darkens. creases: how many folds.
    """

    colours: tuple[Colour, ...] = WHITE
    tooth: Range = (0.004, 0.02)
    clouds: Range = (0.002, 0.008)
    fibres: Range = (0, 150)
    specks: Range = (0, 12)
    smears: Range = (0, 0)
    creases: Range = (0, 0)


def bare(shape: tuple[int, int], surface: Surface, gamma: float, generator: np.random.Generator) -> Reflectance:
    """Return a sheet with nothing on it.

    Args:
        shape: height and width in pixels.
        surface: what it is made of.
        gamma: of the screen that its colours are given for: what is returned is linear in light.
        generator: decides what the ranges leave open.

    Returns:
        float32 (height, width, 3), about 0 to 1.

    """
    colour = linear(one_of(surface.colours, generator), gamma)
    fine = min(shape) / 1200
    shade = np.ones(shape, np.float32)
    for add, span in ((_tooth, surface.tooth), (_clouds, surface.clouds), (_creases, surface.creases)):
        strength = drawn(span, generator)
        if strength:
            add(shade, strength, fine, generator)
    sheet = cv2.merge([shade * channel for channel in colour])
    _strewn(sheet, surface, fine, generator)
    smears = drawn(surface.smears, generator)
    if smears:
        sheet += _smears(shape, smears, generator)[..., None] * np.float32(0.5)
    return sheet


def print_rules(sheet: Reflectance, ruled: Ruled, gamma: float, generator: np.random.Generator) -> None:
    """Print lines, boxes and margin on it, in place; no print is quite even."""
    if ruled.kind == "blank":
        return
    even = np.float32(0.8) + smooth(sheet.shape[:2], 8, generator) * np.float32(0.12)
    for coverage, colour in ((ruled.printed, ruled.colour), (ruled.margin_line, _RED)):
        blended(sheet, linear(colour, gamma), np.clip(coverage(sheet.shape[:2]) * even, 0, 1))


def linear(colour: Colour, gamma: float) -> NDArray[np.float32]:
    """Return a screen's colour as light: float32 (3,), 0 to 1."""
    return ((np.asarray(colour) / 255) ** gamma).astype(np.float32)


def _tooth(shade: Reflectance, strength: float, fine: float, generator: np.random.Generator) -> None:
    """Shade a relief: bright where it rises towards the light, which comes from the upper left."""
    scale = max(_TOOTH * fine, 1)
    relief = fractal(shade.shape, scale, generator, octaves=2)
    shade[1:, 1:] += (relief[1:, 1:] - relief[:-1, :-1]) * np.float32(strength * scale / 3)


def _clouds(shade: Reflectance, strength: float, fine: float, generator: np.random.Generator) -> None:
    shade += fractal(shade.shape, 60 * fine, generator, octaves=3) * np.float32(strength)


def _creases(shade: Reflectance, count: float, fine: float, generator: np.random.Generator) -> None:
    """Fold the sheet and lay it flat again: each side of a crease catches the light differently."""
    y, x = np.mgrid[: shade.shape[0], : shade.shape[1]].astype(np.float32)
    for _ in range(round(count)):
        angle = generator.integers(2) * np.pi / 2 + generator.normal(0, 0.05)
        middle = np.array(shade.shape) * generator.uniform(0.25, 0.75, 2)
        away = (x - middle[1]) * np.float32(np.cos(angle)) + (y - middle[0]) * np.float32(np.sin(angle))
        away /= np.float32(max(fine, 0.05))
        depth = np.float32(generator.choice([-1, 1]) * generator.uniform(0.02, 0.06))
        shade += depth * np.sign(away) * np.exp(-np.abs(away) / 120)
        shade -= np.abs(depth) * 2 * np.exp(-((away / 2) ** 2))


def _strewn(sheet: Reflectance, surface: Surface, fine: float, generator: np.random.Generator) -> None:
    """Strew fibres, slightly darker or brighter than the sheet, and dark specks."""
    height, width = sheet.shape[:2]
    for _ in range(round(drawn(surface.fibres, generator))):
        start, length = generator.uniform(0, 1, 2) * (width, height), generator.uniform(6, 30) * fine
        turns = np.cumsum(generator.normal(0, 0.4, 5)) + generator.uniform(0, 2 * np.pi)
        path = start + np.cumsum(np.column_stack([np.cos(turns), np.sin(turns)]) * length / 5, axis=0)
        _marked(sheet, path, max(1.2 * fine, 0.5), generator.uniform(-0.09, 0.05))
    for _ in range(round(drawn(surface.specks, generator))):
        path = generator.uniform(0, 1, 2) * (width, height) + generator.normal(0, fine, (3, 2))
        _marked(sheet, path, generator.uniform(1, 4) * fine, -generator.uniform(0.15, 0.6))


def _marked(sheet: Reflectance, path: NDArray[np.float64], width: float, strength: float) -> None:
    """Brighten or darken a small path, in place."""
    margin = int(width) + 2
    low = np.maximum(np.floor(path.min(axis=0)).astype(int) - margin, 0)
    high = np.ceil(path.max(axis=0)).astype(int) + margin
    part = sheet[low[1] : high[1], low[0] : high[0]]
    if part.size:
        mask = np.zeros(part.shape[:2], np.uint8)
        points = np.rint((path - low) * 16).astype(np.int32)
        cv2.polylines(mask, [points], False, 255, max(1, round(width)), cv2.LINE_AA, 4)  # noqa: FBT003 - OpenCV's order: is_closed
        part *= 1 + mask[..., None] * np.float32(strength * min(width, 1) / 255)


def _smears(shape: tuple[int, int], strength: float, generator: np.random.Generator) -> Reflectance:
    """Return what a sponge or cloth left: streaks in the direction of wiping, and clouds of dust."""
    diagonal = int(np.hypot(*shape)) + 2
    streaks = smooth((diagonal, diagonal), (diagonal / 160, diagonal / 4), generator)
    turn = cv2.getRotationMatrix2D((diagonal / 2, diagonal / 2), generator.uniform(-30, 30), 1)
    turn[:, 2] -= (diagonal - shape[1]) / 2, (diagonal - shape[0]) / 2
    streaks = cv2.warpAffine(streaks, turn, shape[::-1], borderMode=cv2.BORDER_REFLECT)
    clouds = fractal(shape, min(shape) / 3, generator)
    return np.float32(strength) * np.maximum(1 + clouds + streaks * np.float32(0.5), 0) / 2
