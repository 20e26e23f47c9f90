"""The networks, as Keras Sequential models, and their way to a weights file."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tendigits.backend import import_keras
from tendigits.errors import NotDenseError
from tendigits.weights import ACTIVATIONS, Dense, Provenance, Weights

if TYPE_CHECKING:
    import keras

__all__ = ["NETWORKS", "build_model", "hidden_units", "to_weights"]

NETWORKS: Mapping[str, tuple[int, ...]] = {"tutorial": (128, 64)}
"""The networks that have a name: the units of each hidden layer."""

PIXELS = 28 * 28
CLASSES = 10


def hidden_units(network: str) -> tuple[int, ...]:
    """Return the units of each hidden layer of a network, given by its name or as its sizes.

    >>> hidden_units("tutorial"), hidden_units("256-128")
    ((128, 64), (256, 128))

    Raises:
        ValueError: it is neither.

    """
    if network in NETWORKS:
        return NETWORKS[network]
    if re.fullmatch(r"[1-9]\d{0,4}(-[1-9]\d{0,4}){0,7}", network):
        return tuple(int(units) for units in network.split("-"))
    names = ", ".join(NETWORKS)
    raise ValueError(f"network {network!r} is neither a name ({names}) nor the sizes of hidden layers, as in 256-128")


def build_model(network: str = "tutorial", *, seed: int | None = None) -> "keras.Sequential":
    """Build the tutorial's network, or one like it with other hidden layers, compiled as in the tutorial.

    784 inputs in 0..1, dense ReLU layers, softmax over ten digits; Adam, sparse categorical cross-entropy, accuracy.
    The tutorial's has 128 and 64 hidden units: 109,386 parameters.

    Args:
        network: a name in :data:`NETWORKS`, or the units of each hidden layer, as in ``"256-128"``.
        seed: makes the initial weights reproducible; None leaves them to Keras's global seed.

    Returns:
        A compiled ``keras.Sequential``: float32 (n, 784) to float32 (n, 10), probabilities.

    Raises:
        ValueError: ``network`` is neither a name nor sizes.
        MissingExtraError: Keras or its backend is not installed.

    """
    units = (*hidden_units(network), CLASSES)
    keras = import_keras()
    activations = ["relu"] * (len(units) - 1) + ["softmax"]
    layers = [
        keras.layers.Dense(size, activation=activation, kernel_initializer=keras.initializers.GlorotUniform(layer_seed))
        for size, activation, layer_seed in zip(units, activations, _layer_seeds(seed, len(units)), strict=True)
    ]
    model = keras.Sequential([keras.Input((PIXELS,)), *layers])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _layer_seeds(seed: int | None, layers: int) -> list[int | None]:
    """Return one independent seed a layer, so that no two layers draw the same numbers."""
    if seed is None:
        return [None] * layers
    return [int(word) for word in np.random.SeedSequence(seed).generate_state(layers, np.uint32) // 2]


def to_weights(model: "keras.Model", provenance: Provenance) -> Weights:
    """Take the weights out of a Keras model that is a plain stack of dense layers.

    Input, Flatten and Dropout layers compute nothing at inference and are passed over.

    Raises:
        NotDenseError: the model is anything else; the message names the layer.

    """
    layers = tuple(_dense_layers(model))
    if not layers:
        raise NotDenseError("the model has no dense layer")
    labels = tuple(str(label) for label in range(layers[-1].units))
    return Weights(layers=layers, labels=labels, provenance=provenance)


def _dense_layers(model: Any) -> Iterator[Dense]:
    keras = import_keras()
    if not isinstance(model, keras.Sequential):
        raise NotDenseError(f"the model is a {type(model).__name__}, and the weights file holds Sequential models only")
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer | keras.layers.Flatten | keras.layers.Dropout):
            continue
        yield _dense(layer, is_last=layer is model.layers[-1])


def _dense(layer: Any, *, is_last: bool) -> Dense:
    keras = import_keras()
    if type(layer) is not keras.layers.Dense or not layer.use_bias:
        raise NotDenseError(
            f"layer {layer.name!r} is a {type(layer).__name__}, and the weights file holds dense layers with bias only"
        )
    activation = keras.activations.serialize(layer.activation)
    allowed = ("softmax",) if is_last else ACTIVATIONS
    if activation not in allowed:
        raise NotDenseError(
            f"layer {layer.name!r} ends in {activation!r}, where the weights file has {' or '.join(allowed)}"
        )
    kernel, bias = (np.asarray(values, dtype=np.float32) for values in layer.get_weights())
    return Dense(kernel=kernel, bias=bias, activation=activation)
