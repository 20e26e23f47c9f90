"""A finished run, read back from its folder; nothing that training needs is imported."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tendigits.errors import RunError
from tendigits.models import SHIPPED, Model, open_model

__all__ = ["FinishedRun", "read_run"]

_ENTRIES = ("network", "data", "data_sha256", "epochs", "batch_size", "seed", "recipe", "held_out")
"""The entries of a configuration that a report speaks of."""


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """What a run has left.

    Attributes:
        path: its folder.
        configuration: what ``config.json`` holds.
        metrics: what ``metrics.json`` holds.
        history: the figures of each epoch, by their names.
        model: its weights, and whose they are.

    """

    path: Path
    configuration: Mapping[str, Any]
    metrics: Mapping[str, Any]
    history: Mapping[str, list[float]]
    model: Model


def read_run(path: Path) -> FinishedRun:
    """Read the folder of a run that is finished.

    Raises:
        NotDenseError: its model is not a stack of dense layers, so that it left no weights file.
        RunError: it is not a run's folder, the run is not finished, or a file is not what a run has left.
        WeightsError: it holds no weights, or its weights file is not one.

    """
    if path.is_file():
        raise RunError(f"{path} is a file: a report is about a run and needs its folder")
    if not path.exists():
        what = "is the name of weights that ship" if str(path) in SHIPPED else "does not exist"
        raise RunError(f"{path} {what}: a report is about a run and needs its folder")
    model = open_model(path)
    if not (path / "metrics.json").exists():
        raise RunError(f"{path} is not finished, it has no metrics.json; go on with:  tendigits train --resume {path}")
    metrics = _object(path / "metrics.json")
    if metrics.get("weights_sha256") != model.weights.sha256:
        raise RunError(f"{path / 'weights.safetensors'} does not hold the weights that metrics.json is about")
    return FinishedRun(path, _configuration(path / "config.json"), metrics, _history(path / "history.csv"), model)


def _configuration(path: Path) -> dict[str, Any]:
    content = _object(path)
    missing = [name for name in _ENTRIES if name not in content]
    if missing:
        raise RunError(f"{path} is not what a run writes: it has no {missing[0]!r}")
    return content


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is not what a run writes: {error}") from error
    if not isinstance(content, dict):
        raise RunError(f"{path} is not what a run writes: it holds no JSON object")
    return content


def _history(path: Path) -> dict[str, list[float]]:
    """Read the figures of each epoch, by their names; the first column only counts."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            (_, *names), *rows = csv.reader(file, strict=True)
        history = {name: [float(row[column] or "nan") for row in rows] for column, name in enumerate(names, start=1)}
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, IndexError, csv.Error) as error:
        raise RunError(f"{path} is not what a run writes, a table of figures by epoch: {error}") from error
    if not history or not rows:
        raise RunError(f"{path} is not what a run writes: it holds no epoch")
    return history
