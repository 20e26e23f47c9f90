"""Noise has mean 0 and deviation 1 at any scale, and varies over that scale."""

import numpy as np
import pytest
from paper.noise import fractal, smooth

SHAPE = (400, 500)


def neighbours(noise, apart):
    """How alike pixels are that are so many apart, across."""
    return np.corrcoef(noise[:, apart:].ravel(), noise[:, :-apart].ravel())[0, 1]


@pytest.mark.parametrize("scale", [1, 3, 7.5, (2, 9)])
@pytest.mark.parametrize("make", [smooth, lambda *given: fractal(given[0], np.max(given[1]), given[2])])
def test_mean_and_deviation(make, scale):
    noise = make(SHAPE, scale, np.random.default_rng(1))
    assert (noise.shape, noise.dtype) == (SHAPE, np.float32)
    assert abs(noise.mean()) < 0.05
    assert noise.std() == pytest.approx(1, rel=0.15)


def test_smooth_noise_varies_over_its_scale():
    noise = smooth(SHAPE, (1, 8), np.random.default_rng(1))
    assert neighbours(noise, 1) > 0.9
    assert abs(neighbours(noise, 32)) < 0.1
    assert abs(neighbours(noise.T, 2)) < 0.1


def test_fractal_noise_has_finer_parts_too():
    generator = np.random.default_rng(1)
    assert 0.5 < neighbours(fractal(SHAPE, 16, generator), 2) < neighbours(smooth(SHAPE, 16, generator), 2)
    assert neighbours(fractal(SHAPE, 16, generator), 8) > 0.2
