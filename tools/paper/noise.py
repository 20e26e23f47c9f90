"""Random fields, of which texture, dirt and uneven light are made."""

import cv2
import numpy as np
from numpy.typing import NDArray

_CUBIC = 0.84
"""The deviation of unit noise once it is enlarged with OpenCV's cubic kernel."""

Field = NDArray[np.float32]


def grains(shape: tuple[int, ...], generator: np.random.Generator) -> Field:
    """Return white noise: float32 of this shape, mean 0, deviation 1."""
    return generator.standard_normal(shape, np.float32)


def smooth(shape: tuple[int, int], scale: float | tuple[float, float], generator: np.random.Generator) -> Field:
    """Return noise that varies over `scale` pixels, downwards and across where they differ.

    Returns:
        float32 (height, width), mean 0, deviation about 1.

    """
    return _filling(shape, grains(_coarser(shape, scale), generator))


def fractal(shape: tuple[int, int], scale: float, generator: np.random.Generator, octaves: int = 4) -> Field:
    """Return noise of several scales, each half of the one before and half as strong; none is finer than a pixel.

    Returns:
        float32 (height, width), mean 0, deviation about 1.

    """
    scales = [scale / 2**octave for octave in range(octaves) if octave == 0 or scale >= 2**octave]
    total = np.zeros((1, 1), np.float32)
    for octave, each in enumerate(scales):
        # What is coarse is enlarged step by step, and only what is finest at the full size.
        total = _enlarged(total, _coarser(shape, each))
        total += grains(total.shape, generator) * np.float32(0.5**octave)
    variance = sum(0.25**octave for octave in range(len(scales)))
    return _filling(shape, total / np.float32(np.sqrt(variance)))


def _coarser(shape: tuple[int, int], scale: float | tuple[float, float]) -> tuple[int, int]:
    """Return the shape of a grid with a point every so many pixels, or every pixel."""
    down, across = np.broadcast_to(np.maximum(scale, 1), 2)
    return int(np.ceil(shape[0] / down)), int(np.ceil(shape[1] / across))


def _filling(shape: tuple[int, int], noise: Field) -> Field:
    """Return noise of a coarser grid at this size, as strong as before."""
    return noise if noise.shape == shape else _enlarged(noise, shape) / np.float32(_CUBIC)


def _enlarged(noise: Field, shape: tuple[int, int]) -> Field:
    return cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC)
