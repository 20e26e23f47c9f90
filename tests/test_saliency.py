"""Gradient times input, against finite differences and against JAX's own gradient."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tendigits.errors import DataError
from tendigits.inference import forward
from tendigits.models import open_model
from tendigits.saliency import saliency
from tendigits.weights import Dense, Weights

ACTIVATIONS = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}


def some_weights(*units, activation):
    random = np.random.default_rng(1)
    draw = lambda *shape: random.normal(size=shape).astype(np.float32)  # noqa: E731 - one line, used at once
    last = len(units) - 2
    layers = tuple(
        Dense(draw(inputs, outputs), draw(outputs), "softmax" if i == last else activation)
        for i, (inputs, outputs) in enumerate(pairwise(units))
    )
    return Weights(layers, tuple(map(str, range(units[-1]))), {})


def by_differences(weights, x, classes):
    """Return how the log probability changes with each input, by central differences in float64."""
    step, slopes = 1e-6, np.empty_like(x)
    for pixel in range(x.shape[1]):
        moved = np.zeros_like(x)
        moved[:, pixel] = step
        up, down = (np.log(forward(weights, x + sign * moved)) for sign in (1, -1))
        slopes[:, pixel] = ((up - down) / (2 * step))[np.arange(len(x)), classes]
    return slopes


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("units", [(12, 5), (12, 7, 5), (12, 9, 7, 6, 5)], ids=str)
def test_it_is_the_input_times_what_finite_differences_give(activation, units):
    weights = some_weights(*units, activation=activation)
    x = np.random.default_rng(2).uniform(size=(20, 12))
    classes = np.arange(20) % 5

    np.testing.assert_allclose(
        saliency(weights, x, classes), x * by_differences(weights, x, classes), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_it_is_the_input_times_jax_s_gradient(activation):
    weights = some_weights(12, 9, 7, 5, activation=activation)
    x = np.random.default_rng(3).uniform(size=(20, 12)).astype(np.float32)
    classes = np.arange(20) % 5

    def log_probability(row, label):
        for layer in weights.layers[:-1]:
            row = ACTIVATIONS[activation](row @ layer.kernel + layer.bias)
        return jax.nn.log_softmax(row @ weights.layers[-1].kernel + weights.layers[-1].bias)[label]

    gradient = jax.vmap(jax.grad(log_probability))(x, classes)

    np.testing.assert_allclose(saliency(weights, x, classes), x * gradient, rtol=1e-3, atol=1e-5)


def test_images_keep_their_shape_and_what_is_blank_says_nothing():
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 13:15] = 255

    spoken = saliency(open_model().weights, images, np.array([1, 1]))

    assert spoken.shape == (2, 28, 28)
    assert spoken.dtype == np.float32
    assert spoken[0, 4:24, 13:15].all()
    assert not spoken[images == 0].any()


def test_images_of_another_size_or_type_are_refused():
    weights = open_model().weights
    with pytest.raises(DataError, match="784 inputs"):
        saliency(weights, np.zeros((2, 20, 20), np.uint8), np.array([1, 1]))
    with pytest.raises(DataError, match="images are int64"):
        saliency(weights, np.zeros((2, 28, 28), np.int64), np.array([1, 1]))
