"""The temperature of a recipe, folded into a trained model's last layer."""

from collections.abc import Mapping
from typing import Any

from tendigits.errors import NotDenseError
from tendigits.network import to_weights

__all__ = ["fold_temperature"]


def fold_temperature(model: Any, temperatures: Mapping[str, float], otherwise: float = 1.0) -> float:
    """Divide the last layer's kernel and bias by the temperature that belongs to the model's hidden units, if any does.

    The softmax of what the layer then gives is the calibrated one, whoever computes it. A plain stack of dense layers
    with other hidden units gets the temperature ``otherwise``, and any other model none.

    Returns:
        The temperature; 1 where there is none.

    """
    units = _hidden_units(model)
    temperature = 1.0 if units is None else temperatures.get(units, otherwise)
    if temperature != 1.0:
        last = model.layers[-1]
        for variable in (last.kernel, last.bias):
            variable.assign(variable / temperature)
    return temperature


def _hidden_units(model: Any) -> str | None:
    """Return the units of a dense model's hidden layers, as in ``128-64``; None of any other model."""
    try:
        *hidden, _ = to_weights(model, {}).layers
    except NotDenseError:
        return None
    return "-".join(str(layer.units) for layer in hidden)
