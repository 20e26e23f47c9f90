"""The networks, as Keras Sequential models, and their way to a weights file and back."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tendigits.backend import import_keras
from tendigits.errors import NotDenseError
from tendigits.weights import ACTIVATIONS, MAX_LAYERS, MAX_PARAMETERS, MAX_UNITS, Dense, Provenance, Weights

if TYPE_CHECKING:
    import keras

__all__ = [
    "NETWORKS",
    "build_model",
    "dense_classifier",
    "hidden_units",
    "is_dense",
    "parameters",
    "to_model",
    "to_weights",
]

NETWORKS: Mapping[str, tuple[int, ...]] = {"tutorial": (128, 64), "wide": (1024, 512)}
"""The networks that have a name: the units of each hidden layer."""

PIXELS = 28 * 28
CLASSES = 10


def hidden_units(network: str) -> tuple[int, ...]:
    """Return the units of each hidden layer of a network, given by its name or as its sizes.

    >>> hidden_units("tutorial"), hidden_units("256-128")
    ((128, 64), (256, 128))

    Raises:
        ValueError: it is neither, or a network too large for a weights file.

    """
    if network in NETWORKS:
        return NETWORKS[network]
    if not re.fullmatch(r"[1-9][0-9]*(-[1-9][0-9]*)*", network):
        names = ", ".join(NETWORKS)
        raise ValueError(
            f"network {network!r} is neither a name ({names}) nor the sizes of hidden layers, as in 256-128"
        )
    sizes = network.split("-")
    units = tuple(int(size[:9]) for size in sizes)  # of absurd ones enough to be too large
    if len(units) >= MAX_LAYERS or max(units) > MAX_UNITS or _parameters(units) > MAX_PARAMETERS:
        raise ValueError(
            f"network {network!r} does not fit into a weights file: that holds at most {MAX_LAYERS} layers,"
            f" {MAX_UNITS:,} units a layer and {MAX_PARAMETERS:,} parameters"
        )
    return units


def parameters(network: str) -> int:
    """Return how many parameters a network has, given by its name or as its sizes.

    >>> parameters("tutorial")
    109386

    """
    return _parameters(hidden_units(network))


def _parameters(units: tuple[int, ...]) -> int:
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise((PIXELS, *units, CLASSES)))


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
        ValueError: ``network`` is neither a name nor sizes, or a network too large for a weights file.
        MissingExtraError: Keras or its backend is not installed.

    """
    return dense_classifier(PIXELS, hidden_units(network), CLASSES, seed=seed)


def dense_classifier(
    inputs: int, hidden: Sequence[int], classes: int, *, seed: int | None = None
) -> "keras.Sequential":
    """Build the tutorial's network for any number of inputs and classes, compiled as in the tutorial.

    Args:
        inputs: values an example.
        hidden: the units of each hidden layer.
        classes: units of the softmax.
        seed: makes the initial weights reproducible; None leaves them to Keras's global seed.

    Returns:
        A compiled ``keras.Sequential``: float32 (n, inputs) to float32 (n, classes), probabilities.

    Raises:
        MissingExtraError: Keras or its backend is not installed.

    """
    units = (*hidden, classes)
    keras = import_keras()
    activations = ["relu"] * len(hidden) + ["softmax"]
    names = ["dense", *(f"dense_{i}" for i in range(1, len(units)))]  # Keras's own would climb from model to model
    layers = [
        keras.layers.Dense(
            size, activation=activation, kernel_initializer=keras.initializers.GlorotUniform(layer_seed), name=name
        )
        for size, activation, layer_seed, name in zip(
            units, activations, _layer_seeds(seed, len(units)), names, strict=True
        )
    ]
    return _compiled([keras.Input((inputs,)), *layers])


def _compiled(layers: list[Any]) -> Any:
    model = import_keras().Sequential(layers, name="sequential")
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _layer_seeds(seed: int | None, layers: int) -> list[int | None]:
    """Return one independent seed a layer, so that no two layers draw the same numbers."""
    if seed is None:
        return [None] * layers
    return [int(word) for word in np.random.SeedSequence(seed).generate_state(layers, np.uint32) // 2]


def to_model(weights: Weights) -> "keras.Sequential":
    """Build the Keras model that computes what the weights do, compiled as in the tutorial.

    Returns:
        A ``keras.Sequential``: ``images``, float32 (n, inputs) in 0..1, to ``probabilities``, float32 (n, classes).

    Raises:
        MissingExtraError: Keras or its backend is not installed.

    """
    keras = import_keras()
    names = [f"hidden_{i}" for i in range(1, len(weights.layers))] + ["probabilities"]
    layers = [
        keras.layers.Dense(layer.units, activation=layer.activation, name=name)
        for layer, name in zip(weights.layers, names, strict=True)
    ]
    model = _compiled([keras.Input((weights.inputs,), name="images"), *layers])
    model.set_weights([array for layer in weights.layers for array in (layer.kernel, layer.bias)])
    return model


def to_weights(model: "keras.Model", provenance: Provenance) -> Weights:
    """Take the weights out of a Keras model that is a plain stack of dense layers in float32.

    Dropout computes nothing at inference and is passed over, and so is Flatten before the first dense layer.

    Raises:
        NotDenseError: the model is anything else; the message names the layer.

    """
    *hidden, last = _dense_layers(model)
    layers = (*(_dense(layer, ACTIVATIONS) for layer in hidden), _dense(last, ("softmax",)))
    labels = tuple(str(label) for label in range(last.units))
    return Weights(layers=layers, labels=labels, provenance=provenance)


def is_dense(model: "keras.Model") -> bool:
    """Tell whether a model is a plain stack of dense layers, as :func:`to_weights` takes it."""
    try:
        to_weights(model, {})
    except NotDenseError:
        return False
    return True


def _dense_layers(model: Any) -> list[Any]:
    """Return the dense layers of a model that computes nothing else, so that each one's input is the last one's output.

    Types are compared exactly: a subclass may compute anything.
    """
    keras = import_keras()
    if type(model) is not keras.Sequential:
        raise NotDenseError(f"the model is a {type(model).__name__}, and the weights file holds Sequential models only")
    is_flat = len(getattr(model, "input_shape", ())) == 2  # a model that has not been built has no input shape
    dense: list[Any] = []
    for layer in model.layers:
        _check_computes_in_float32(layer)
        if type(layer) is keras.layers.Dense and is_flat:
            dense.append(layer)
        elif type(layer) is keras.layers.Flatten and layer.data_format == "channels_last" and not dense:
            is_flat = True
        elif type(layer) is not keras.layers.Dropout:
            raise NotDenseError(
                f"layer {layer.name!r} is a {type(layer).__name__}, and the weights file holds dense layers on flat"
                " inputs only, after a Flatten (channels_last) at most"
            )
    if not dense:
        raise NotDenseError("the model has no dense layer")
    return dense


def _check_computes_in_float32(layer: Any) -> None:
    policy = layer.dtype_policy.name
    if policy != "float32":
        raise NotDenseError(f"layer {layer.name!r} computes in {policy}, and the weights file's layers in float32")


def _dense(layer: Any, allowed: tuple[str, ...]) -> Dense:
    keras = import_keras()
    if not layer.use_bias:
        raise NotDenseError(f"layer {layer.name!r} has no bias, and the weights file's layers have one")
    activations = {keras.activations.get(name): name for name in allowed}
    if layer.activation not in activations:
        name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
        raise NotDenseError(
            f"layer {layer.name!r} ends in {name!r}, where the weights file has Keras's {' or '.join(allowed)}"
        )
    kernel, bias = (np.asarray(values, dtype=np.float32) for values in (layer.kernel, layer.bias))
    return Dense(kernel=kernel, bias=bias, activation=activations[layer.activation])
