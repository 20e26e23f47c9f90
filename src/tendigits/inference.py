"""The forward pass in NumPy, nothing else."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tendigits.data import Array, scaled
from tendigits.errors import DataError
from tendigits.weights import Dense, Weights

__all__ = ["BLOCK", "check_images", "forward", "layer_output", "predict"]

Floats = npt.NDArray[np.floating]

BLOCK = 2048
"""Images that go through at once: enough to keep the processor busy, little enough to stay in its cache."""


def predict(weights: Weights, images: Array) -> npt.NDArray[np.float32]:
    """Return the probability of each class for each image.

    Args:
        weights: a network's layers.
        images: uint8 (n, ...), ink bright, or floating (n, ...), already scaled to 0..1; any shape with as many pixels
            an image as the network has inputs.

    Returns:
        float32 (n, classes), each row summing to 1.

    Raises:
        DataError: the images are of another type, or have another number of pixels.

    """
    check_images(weights, images)
    if len(images) <= BLOCK:
        return forward(weights, _inputs(images))
    probabilities = np.empty((len(images), len(weights.labels)), np.float32)
    for at in range(0, len(images), BLOCK):
        probabilities[at : at + BLOCK] = forward(weights, _inputs(images[at : at + BLOCK]))
    return probabilities


def check_images(weights: Weights, images: Array) -> None:
    """Check that images are what a network takes, as :func:`predict` has it.

    Raises:
        DataError: they are not.

    """
    if images.ndim < 2 or math.prod(images.shape[1:]) != weights.inputs:
        raise DataError(
            f"images {images.shape} do not fit a network of {weights.inputs:,} inputs: expected a batch (n, ...) with"
            " as many pixels an image"
        )
    if images.dtype != np.uint8 and not np.issubdtype(images.dtype, np.floating):
        raise DataError(f"images are {images.dtype}; expected uint8, 0 to 255, or floating, 0 to 1")


def _inputs(images: Array) -> Floats:
    """Return a block of images as the network takes them: float32 (n, inputs)."""
    return (
        scaled(images) if images.dtype == np.uint8 else images.reshape(len(images), -1).astype(np.float32, copy=False)
    )


def forward(weights: Weights, x: Floats) -> Floats:
    """Return the probabilities of inputs that are as the network takes them.

    Args:
        weights: a network's layers.
        x: float32 or float64 (n, inputs), all of which goes through at once.

    Returns:
        (n, classes), each row summing to 1, computed in the type of ``x``.

    """
    for layer in weights.layers:
        x = layer_output(layer, x)
    return x


def layer_output(layer: Dense, x: Floats) -> Floats:
    """Return what a layer gives, (n, units), for what goes into it, (n, inputs)."""
    z = x @ layer.kernel
    z += layer.bias
    return _ACTIVATION[layer.activation](z)


# Each of these may write to what it is given. Ufuncs are called themselves: for one image a method costs more.


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _sigmoid(x: Floats) -> Floats:
    y: Floats = 0.5 * (1 + np.tanh(0.5 * x))  # the same function, and no overflow at either end
    return y


def _softmax(x: Floats) -> Floats:
    x -= np.maximum.reduce(x, axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= np.add.reduce(x, axis=1, keepdims=True)
    return x


_ACTIVATION: Mapping[str, Callable[[Floats], Floats]] = {
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "tanh": np.tanh,
}
