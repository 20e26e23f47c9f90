"""Photographs of things, or what comes near them: nothing on them is written."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.noise import fractal, grains, smooth
from paper.table import cloth, stone, wood

Picture = NDArray[np.float32]


def thing(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Return a picture: float32 (height, width, 3), linear in light, 0 to 1."""
    return np.clip(THINGS[generator.integers(len(THINGS))](shape, generator), 0, 1)


def _landscape(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Paint hills, each nearer and darker than the one before, under a cloudy sky."""
    y = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    clouds = np.clip(fractal(shape, shape[1] / 4, generator) * np.float32(0.4), 0, 1)[..., None]
    sky = np.array([0.25, 0.45, 0.8], np.float32) + (y * np.float32(0.4))[..., None]
    picture = sky + (np.float32(0.9) - sky) * clouds
    for depth in range(4):
        ridge = 0.35 + 0.15 * depth + 0.06 * smooth((1, shape[1]), (1, shape[1] / 5), generator)
        hill = np.array([0.12, 0.22, 0.1]) * generator.uniform(0.6, 1.4, 3) / (1 + depth / 2)
        grass = 1 + np.float32(0.3) * fractal(shape, min(shape) / 20, generator)
        picture = np.where((y > ridge)[..., None], grass[..., None] * hill.astype(np.float32), picture)
    return picture


def _foliage(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Paint leaves over leaves, the upper ones brighter."""
    picture = np.full((*shape, 3), (0.02, 0.04, 0.01), np.float32)
    size = min(shape) / generator.uniform(8, 25)
    for layer in np.linspace(0.2, 1, 400):
        place, axes = generator.uniform(0, 1, 2) * shape[::-1], size * generator.uniform((0.6, 0.15), (1.2, 0.4))
        colour = np.array([0.25, 0.5, 0.08]) * layer * generator.uniform(0.4, 1.1, 3)
        turn = float(generator.uniform(0, 360))
        cv2.ellipse(picture, (tuple(place), tuple(2 * axes), turn), tuple(colour), -1)
    return picture * (1 + np.float32(0.15) * fractal(shape, size / 2, generator))[..., None]


def _bokeh(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Paint lamps at night, out of focus."""
    picture = np.full((*shape, 3), generator.uniform(0, 0.06, 3), np.float32)
    for _ in range(40):
        disc = np.zeros_like(picture)
        place = tuple(int(side) for side in generator.uniform(0, 1, 2) * shape[::-1])
        radius = int(min(shape) * generator.uniform(0.02, 0.09)) + 1
        x, y = np.maximum(np.array(place) - radius - 2, 0)
        around = slice(y, place[1] + radius + 3), slice(x, place[0] + radius + 3)
        cv2.circle(disc[around], (place[0] - int(x), place[1] - int(y)), radius, (1, 1, 1), -1)
        picture[around] += disc[around] * generator.uniform(0.05, 0.5, 3).astype(np.float32)
    return cv2.GaussianBlur(picture, (0, 0), min(shape) / 250)


def _shapes(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Paint blurred objects of some colours before a wall."""
    picture = (np.float32(0.5) + fractal(shape, max(shape), generator) * np.float32(0.1))[..., None]
    picture = picture * generator.uniform(0.3, 1, 3).astype(np.float32)
    for _ in range(generator.integers(4, 12)):
        middle, spread = generator.uniform(0, 1, 2) * shape[::-1], min(shape) * generator.uniform(0.05, 0.3)
        outline = cv2.convexHull((middle + generator.normal(0, spread, (6, 2))).astype(np.int32))
        cv2.fillPoly(picture, [outline], tuple(generator.uniform(0.02, 0.9, 3)))
    return cv2.GaussianBlur(picture, (0, 0), min(shape) * generator.uniform(0.002, 0.02))


def _bricks(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Lay bricks, every second row by half a brick further."""
    tall = min(shape) / generator.uniform(7, 18)
    y, x = np.arange(shape[0], dtype=np.float32)[:, None] / tall, np.arange(shape[1], dtype=np.float32) / (2.2 * tall)
    row = np.floor(y)
    column = x + (row % 2) / 2
    joint = ((y % 1) < 0.09) | ((column % 1) < 0.04)
    tone = generator.uniform(0.6, 1.3, (int(row.max()) + 1, int(column.max()) + 1))
    bricks = tone[row.astype(int), np.floor(column).astype(int)][..., None] * np.array([0.4, 0.13, 0.08])
    rough = 1 + 0.12 * fractal(shape, tall / 6, generator)[..., None]
    return (np.where(joint[..., None], 0.45, bricks) * rough).astype(np.float32)


def _tiles(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Lay a chequered floor."""
    side = max(min(shape) // int(generator.integers(5, 14)), 2)
    y, x = np.arange(shape[0])[:, None] // side, np.arange(shape[1]) // side
    dark, bright = generator.uniform(0.03, 0.2, 3), generator.uniform(0.4, 0.9, 3)
    marble = 1 + 0.1 * fractal(shape, min(shape) / 8, generator)[..., None]
    return (np.where((((y + x) % 2) == 0)[..., None], dark, bright) * marble).astype(np.float32)


def _gradient(shape: tuple[int, int], generator: np.random.Generator) -> Picture:
    """Paint a wall in the light of a lamp."""
    ends, y = generator.uniform(0.05, 0.9, (2, 3)), np.linspace(0, 1, shape[0], dtype=np.float32)[:, None, None]
    wall = ends[0] + (ends[1] - ends[0]) * (y + np.linspace(0, 1, shape[1])[:, None]) / 2
    return (wall + 0.005 * grains((*shape, 1), generator)).astype(np.float32)


THINGS: tuple[Callable[[tuple[int, int], np.random.Generator], Picture], ...] = (
    _landscape, _foliage, _bokeh, _shapes, _bricks, _tiles, _gradient, wood, cloth, stone,
)  # fmt: skip
"""How each is painted."""
