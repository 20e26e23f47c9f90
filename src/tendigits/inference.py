"""The forward pass in NumPy, nothing else."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tendigits.data import prepare
from tendigits.errors import DataError
from tendigits.weights import Weights

__all__ = ["predict"]

Floats = npt.NDArray[np.float32]

_BLOCK = 2048
"""Images that go through at once: enough to keep the processor busy, little enough to stay in its cache."""


def predict(weights: Weights, images: npt.NDArray[np.uint8] | Floats) -> Floats:
    """Return the probability of each class for each image.

    Args:
        weights: a network's layers.
        images: uint8 (n, ...), ink bright, or float32 (n, inputs) already brought to 0..1 by ``prepare``.

    Returns:
        float32 (n, classes), each row summing to 1.

    Raises:
        DataError: an image has not as many pixels as the network has inputs.

    """
    inputs = prepare(images) if images.dtype == np.uint8 else images.astype(np.float32, copy=False)
    if inputs.ndim != 2 or inputs.shape[1] != weights.inputs:
        raise DataError(f"images of shape {images.shape[1:]} do not fit a network of {weights.inputs:,} inputs")
    if not len(inputs):
        return np.empty((0, len(weights.labels)), np.float32)
    return np.concatenate([_forward(weights, inputs[at : at + _BLOCK]) for at in range(0, len(inputs), _BLOCK)])


def _forward(weights: Weights, x: Floats) -> Floats:
    for layer in weights.layers:
        x = _ACTIVATION[layer.activation](x @ layer.kernel + layer.bias)
    return x


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _sigmoid(x: Floats) -> Floats:
    y: Floats = 0.5 * (1 + np.tanh(0.5 * x))  # the same function, and no overflow at either end
    return y


def _softmax(x: Floats) -> Floats:
    y: Floats = np.exp(x - x.max(axis=1, keepdims=True))
    y /= y.sum(axis=1, keepdims=True)
    return y


_ACTIVATION: Mapping[str, Callable[[Floats], Floats]] = {
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "tanh": np.tanh,
}
