"""What is known of a model: whose it is, what it is made of, how good it is, and what may be done with it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tendigits.models import Model
from tendigits.weights import Weights

__all__ = ["facts", "public", "version"]

_SHIPPED_RIGHT = {
    "968842bf83af7b49e9aaa4764f7f08d6342e5096b03425313515150d251d2e54": 9_950,
    "06f634314e82c88e0a32733cf390fc9692c01a4c77642acbe0ba5d546f94ff46": 9_795,
}
"""Of MNIST's 10,000 test digits, how many the weights that ship read rightly, by the SHA-256 of their parameters."""

_LICENCE = "Apache-2.0"


def version(weights: Weights) -> str:
    """Return what tells weights of one name apart: their own version, or the first digits of their SHA-256."""
    return str(weights.provenance.get("version") or weights.sha256[:8])


def public(model: Model, path: Path | None) -> Model:
    """Return a model whose name has only the last part of the path that it was read from: clients see it.

    Args:
        model: which.
        path: where it was read from; None for the weights that ship.

    """
    if path is None:
        return model
    return replace(model, name=model.name.replace(str(path), path.resolve().name))


def facts(model: Model, path: Path | None) -> dict[str, Any]:
    """Return what is known of a model.

    Args:
        model: which.
        path: where it was read from; None for the weights that ship.

    """
    weights = model.weights
    return {
        "name": model.name,
        "version": version(weights),
        "sha256": weights.sha256,
        "parameters": weights.parameters,
        "layers": [
            {"inputs": layer.inputs, "units": layer.units, "activation": layer.activation} for layer in weights.layers
        ],
        "provenance": dict(weights.provenance),
        "accuracy": _accuracy(model, path),
        "licence": _LICENCE if weights.sha256 in _SHIPPED_RIGHT else None,
    }


def _accuracy(model: Model, path: Path | None) -> float | None:
    """Return the fraction of MNIST's test digits that are read rightly; None where nobody has measured it."""
    right = _SHIPPED_RIGHT.get(model.weights.sha256)
    if right is not None:
        return right / 10_000
    if path is None or model.data != "mnist":
        return None
    try:
        measured = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # it is a weights file, or the run wrote none
        return None
    accuracy = measured.get("accuracy") if isinstance(measured, dict) else None
    return accuracy if isinstance(accuracy, float) else None
