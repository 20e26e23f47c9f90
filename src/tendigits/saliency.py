"""Which pixels spoke for an answer, and which against it: gradient times input, in NumPy.

The gradient of a class's log probability says how it would change with each pixel, and its product with the pixel how
much the ink that is there has to do with it (Shrikumar et al. 2016, "Not just a black box", section 2). Of a network of
ReLU layers, which is linear around an image, the products add up to what the ink makes of the logarithm.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tendigits.data import Array, scaled
from tendigits.inference import check_images, layer_output
from tendigits.weights import Dense, Weights

__all__ = ["saliency"]

Floats = npt.NDArray[np.floating]


def saliency(weights: Weights, images: Array, classes: npt.NDArray[np.integer]) -> Floats:
    """Return how much each pixel has to do with the logarithm of a class's probability.

    Args:
        weights: a network's layers.
        images: uint8 (n, ...), ink bright, or floating (n, ...), already scaled to 0..1, as many pixels as inputs.
        classes: integers (n,): of each image, the class that is asked about.

    Returns:
        Floating, in the images' shape: float32 for uint8, else in their own type. Positive where a pixel speaks for the
        class, negative where against it, 0 where there is no ink.

    Raises:
        DataError: the images are of another type, or have another number of pixels.

    """
    check_images(weights, images)
    x = scaled(images) if images.dtype == np.uint8 else images.reshape(len(images), -1)
    return (x * _gradient(weights, x, classes)).reshape(images.shape)


def _gradient(weights: Weights, x: Floats, classes: npt.NDArray[np.integer]) -> Floats:
    """Return the derivative of the classes' log probabilities by each input: (n, inputs)."""
    outputs = [x]
    for layer in weights.layers:
        outputs.append(layer_output(layer, outputs[-1]))
    *hidden, probabilities = outputs[1:]
    slope = -probabilities  # by the last layer's sums: 1 for the class itself, less every class's probability
    slope[np.arange(len(slope)), classes] += 1
    for layer, after, before in zip(weights.layers[:0:-1], weights.layers[-2::-1], hidden[::-1], strict=True):
        slope = (slope @ layer.kernel.T) * _slope(after, before)
    return np.asarray(slope @ weights.layers[0].kernel.T)


def _slope(layer: Dense, output: Floats) -> Floats:
    """Return the derivative of a layer's activation where it gives this."""
    return _SLOPE[layer.activation](output)


_SLOPE: Mapping[str, Callable[[Floats], Floats]] = {
    "relu": lambda output: (output > 0).astype(output.dtype),
    "sigmoid": lambda output: output * (1 - output),
    "tanh": lambda output: 1 - output * output,
}
