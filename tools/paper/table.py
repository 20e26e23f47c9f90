"""What lies beyond the edges of the sheet: wood, cloth, stone, something plain, or a scanner's lid.

Each is float32 (height, width, 3), linear in light.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paper.noise import Field, fractal, grains, smooth

Surface = NDArray[np.float32]

_BROWNS = ((0.35, 0.2, 0.1), (0.2, 0.1, 0.05), (0.55, 0.38, 0.22), (0.12, 0.07, 0.05))
_PLAIN = ((0.03, 0.03, 0.035), (0.25, 0.25, 0.26), (0.1, 0.12, 0.16), (0.45, 0.42, 0.38), (0.15, 0.03, 0.03))


def wood(shape: tuple[int, int], generator: np.random.Generator) -> Surface:
    """Return planks' grain: rings that the saw cut lengthwise."""
    size = min(shape)
    across = generator.random() < 0.5
    stretched = (size / 8, size * 1.5) if across else (size * 1.5, size / 8)
    rings = smooth(shape, stretched, generator) * 9
    fine = smooth(shape, (max(size / 400, 1), size / 8) if across else (size / 8, max(size / 400, 1)), generator)
    bands = np.abs(rings - np.rint(rings)) * 2
    return _shaded(_BROWNS, 0.75 + 0.35 * bands + 0.08 * fine, generator)


def cloth(shape: tuple[int, int], generator: np.random.Generator) -> Surface:
    """Return a weave, with threads of uneven brightness."""
    pitch = max(min(shape) / 150, 3)
    y, x = (np.arange(side, dtype=np.float32)[:, None] * np.float32(2 * np.pi / pitch) for side in shape)
    weave = np.sin(y) * np.sin(x.T)
    folds = fractal(shape, min(shape) / 3, generator, octaves=2)
    return _shaded(_PLAIN, 0.9 + 0.2 * weave + 0.12 * folds + 0.05 * grains(shape, generator), generator)


def stone(shape: tuple[int, int], generator: np.random.Generator) -> Surface:
    """Return granite: grains of several sizes."""
    size = min(shape)
    speckles = np.maximum(fractal(shape, max(size / 120, 2), generator, octaves=2), -1)
    return _shaded(_PLAIN, 0.9 + 0.35 * speckles, generator)


def plain(shape: tuple[int, int], generator: np.random.Generator) -> Surface:
    """Return a table top of one colour."""
    return _shaded(_PLAIN, 1 + 0.04 * fractal(shape, min(shape) / 4, generator), generator)


def lid(shape: tuple[int, int], generator: np.random.Generator) -> Surface:
    """Return the inside of a scanner's lid, black or white."""
    return np.full((*shape, 3), generator.choice([0.01, 0.03, 0.85, 0.95]), np.float32)


def _shaded(colours: tuple[tuple[float, float, float], ...], shade: Field, generator: np.random.Generator) -> Surface:
    colour = np.array(colours[generator.integers(len(colours))], np.float32)
    return np.maximum(shade, np.float32(0.05)).astype(np.float32)[..., None] * colour


Table: TypeAlias = Callable[[tuple[int, int], np.random.Generator], Surface]

TABLES: tuple[Table, ...] = (wood, cloth, stone, plain)
"""What sheets lie on where they are photographed."""
