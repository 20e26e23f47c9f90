"""Drawings that people make beside their numbers: none of them is one.

Each is drawn in a square from 0 to 1, x to the right and y down, as paths that a pen follows.
"""

from collections.abc import Callable

import numpy as np

from paper.strokes import Path, smoothed


def _points(*pairs: float) -> Path:
    return np.array(pairs, np.float64).reshape(-1, 2)


def _circle(x: float, y: float, radius: float, start: float = 0.0, end: float = 2 * np.pi) -> Path:
    around = np.linspace(start, end, 30)
    return np.column_stack([x + radius * np.cos(around), y + radius * np.sin(around)])


def _house(_: np.random.Generator) -> list[Path]:
    walls = _points(0.1, 0.45, 0.1, 1, 0.9, 1, 0.9, 0.45, 0.1, 0.45, 0.5, 0, 0.9, 0.45)
    return [walls, _points(0.4, 1, 0.4, 0.65, 0.6, 0.65, 0.6, 1), _points(0.18, 0.6, 0.32, 0.6, 0.32, 0.75, 0.18, 0.75)]


def _smiley(_: np.random.Generator) -> list[Path]:
    eyes = [_points(x, 0.33, x, 0.4) for x in (0.35, 0.65)]
    return [_circle(0.5, 0.5, 0.5), *eyes, _circle(0.5, 0.5, 0.3, 0.3, np.pi - 0.3)]


def _arrow(generator: np.random.Generator) -> list[Path]:
    bend = generator.uniform(-0.3, 0.3)
    shaft = smoothed(_points(0, 0.5, 0.5, 0.5 + bend, 1, 0.5))
    return [shaft, _points(0.8, 0.3, 1, 0.5, 0.8, 0.7)]


def _star(_: np.random.Generator) -> list[Path]:
    turns = np.arange(6) * 0.8 * np.pi - np.pi / 2
    return [np.column_stack([np.cos(turns), np.sin(turns)]) / 2 + 0.5]


def _spiral(generator: np.random.Generator) -> list[Path]:
    around = np.linspace(0, generator.uniform(5, 9) * np.pi, 120)
    return [np.column_stack([np.cos(around), np.sin(around)]) * (around / around[-1])[:, None] / 2 + 0.5]


def _flower(_: np.random.Generator) -> list[Path]:
    petals = [_circle(0.5 + 0.2 * np.cos(turn), 0.35 + 0.2 * np.sin(turn), 0.13) for turn in np.arange(5) * 0.4 * np.pi]
    return [*petals, _circle(0.5, 0.35, 0.07), _points(0.5, 0.7, 0.48, 1)]


def _tree(generator: np.random.Generator) -> list[Path]:
    crown = np.concatenate([_circle(x, y, 0.2, start, start + 4) for x, y, start in
                            ((0.3, 0.4, 2.0), (0.5, 0.2, 3.5), (0.7, 0.4, 5.0))])  # fmt: skip
    return [crown, _points(0.45, 0.6, 0.42, 1), _points(0.56, 0.6, 0.58, 1 + generator.uniform(-0.05, 0.05))]


def _heart(_: np.random.Generator) -> list[Path]:
    around = np.linspace(0, 2 * np.pi, 50)
    x = 16 * np.sin(around) ** 3
    y = 13 * np.cos(around) - 5 * np.cos(2 * around) - 2 * np.cos(3 * around) - np.cos(4 * around)
    return [np.column_stack([x / 34 + 0.5, 0.5 - y / 34])]


def _waves(generator: np.random.Generator) -> list[Path]:
    x = np.linspace(0, 1, 80)
    turns = generator.uniform(3, 7) * 2 * np.pi
    return [np.column_stack([x, middle + 0.08 * np.sin(turns * x)]) for middle in (0.3, 0.5, 0.7)]


def _curves(generator: np.random.Generator) -> list[Path]:
    return [smoothed(generator.uniform(0, 1, (int(generator.integers(5, 10)), 2))) for _ in range(3)]


def _cube(_: np.random.Generator) -> list[Path]:
    front = _points(0, 0.3, 0.7, 0.3, 0.7, 1, 0, 1, 0, 0.3)
    edges = [_points(x, y, x + 0.3, y - 0.3) for x, y in ((0, 0.3), (0.7, 0.3), (0.7, 1))]
    return [front, *edges, _points(0.3, 0, 1, 0, 1, 0.7)]


DOODLES: tuple[Callable[[np.random.Generator], list[Path]], ...] = (
    _house, _smiley, _arrow, _star, _spiral, _flower, _tree, _heart, _waves, _curves, _cube,
)  # fmt: skip
"""How each is drawn."""
