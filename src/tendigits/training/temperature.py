"""The temperature of a recipe, folded into a trained model's last layer."""

from collections.abc import Mapping
from typing import Any

from tendigits.errors import NotDenseError
from tendigits.network import to_weights

__all__ = ["fold_temperature"]


def fold_temperature(model: Any, temperatures: Mapping[str, float]) -> float:
    """Divide the last layer's kernel and bias by the temperature that belongs to the model's hidden units, if any does.

    The softmax of what the layer then gives is the calibrated one, whoever computes it.

    Returns:
        The temperature; 1 where there is none.

    """
    temperature = temperatures.get(_hidden_units(model), 1.0)
    if temperature != 1.0:
        last = model.layers[-1]
        for variable in (last.kernel, last.bias):
            variable.assign(variable / temperature)
    return temperature


def _hidden_units(model: Any) -> str:
    """Return the units of a dense model's hidden layers, as in ``128-64``; nothing of any other model."""
    try:
        *hidden, _ = to_weights(model, {}).layers
    except NotDenseError:
        return ""
    return "-".join(str(layer.units) for layer in hidden)
