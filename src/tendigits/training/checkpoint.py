"""The whole state of a run after an epoch, in one file: what a resumed run needs to go on as if nothing had been."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from tendigits.errors import RunError
from tendigits.files import write_whole

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]

_KEY = "tendigits checkpoint"
_VERSION = 1


@dataclass(frozen=True)
class Checkpoint:
    """Where a run stands.

    Attributes:
        epochs_done: epochs that are finished.
        history: the figures of each of them, as a Keras History keeps them.
        seconds: how long they took.

    """

    epochs_done: int
    history: dict[str, list[float]]
    seconds: float


def save_checkpoint(path: Path, model: Any, checkpoint: Checkpoint) -> None:
    """Write the variables of a built model and where the run stands, whole or not at all.

    Raises:
        RunError: the file cannot be written.

    """
    tensors = {name: np.asarray(variable.numpy(), order="C") for name, variable in _variables(model).items()}
    position = json.dumps({"version": _VERSION, **asdict(checkpoint)}, default=_plain)
    try:
        write_whole(path, safetensors.numpy.save(tensors, metadata={_KEY: position}))
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def _plain(figure: Any) -> Any:
    """Turn a figure that a callback or a metric gave as an array into what JSON has."""
    return np.asarray(figure).tolist()


def load_checkpoint(path: Path, model: Any) -> Checkpoint:
    """Give a model, built the same way, the state that a checkpoint holds.

    Raises:
        RunError: the file is no checkpoint, or the model's variables are not those it was made from.

    """
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            position = json.loads((file.metadata() or {})[_KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        if position.pop("version") != _VERSION:
            raise RunError(f"{path} is a checkpoint of another version of tendigits")
        checkpoint = Checkpoint(**position)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, safetensors.SafetensorError) as error:
        raise RunError(f"{path} is not a checkpoint: {error}") from error
    _assign(model, tensors, path)
    return checkpoint


def _variables(model: Any) -> dict[str, Any]:
    """Return everything that a model carries from epoch to epoch: weights, statistics, seeds and the optimizer's."""
    groups = {
        "trainable": model.trainable_variables,
        "non_trainable": model.non_trainable_variables,
        "optimizer": model.optimizer.variables,
    }
    return {f"{group}.{i}": variable for group, variables in groups.items() for i, variable in enumerate(variables)}


def _assign(model: Any, tensors: dict[str, Any], path: Path) -> None:
    variables = _variables(model)
    expected = {name: (tuple(variable.shape), variable.numpy().dtype) for name, variable in variables.items()}
    found = {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
    if found != expected:
        raise RunError(f"{path} holds the state of another model: its variables have other names, shapes or types")
    for name, variable in variables.items():
        variable.assign(tensors[name])
