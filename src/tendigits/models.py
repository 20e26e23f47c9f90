"""MODEL, as users name it on the command line.

A run folder, a weights file, or the name of weights that ship with the package; nothing is the robust ones.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tendigits import weights
from tendigits.data.named import NAMED_SETS
from tendigits.errors import NotDenseError, WeightsError
from tendigits.printable import printable
from tendigits.weights import Weights

__all__ = ["SHIPPED", "Model", "open_model", "shipped_file"]

SHIPPED = ("robust", "tutorial")
"""The weights that ship: the same network, trained by these recipes."""

_CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True, eq=False)
class Model:
    """Weights, whose they are, and what they were trained on.

    Attributes:
        name: for people, with the first digits of the parameters' SHA-256: ``run runs/first 77ab01ce``.
        weights: the network.
        data: the data set that it was trained on, as ``load_data`` takes it; None for a run on arrays made in Python.
            A weights file alone names a known set, or counts as trained on MNIST.

    """

    name: str
    weights: Weights
    data: str | None


def shipped_file(name: str) -> Path:
    """Return where in the package the weights of this name are."""
    return Path(__file__).with_name("shipped") / f"{name}.safetensors"


def open_model(path: Path | None = None) -> Model:
    """Read the weights that a path stands for.

    Args:
        path: a run folder or a weights file; where there is nothing of that name, one of :data:`SHIPPED`. None for the
            robust weights that ship.

    Raises:
        NotDenseError: it is the folder of a run whose model the weights file cannot hold.
        WeightsError: it is neither a run folder with weights nor a weights file.

    """
    if path is None:
        return _open_shipped(SHIPPED[0])
    if str(path) in SHIPPED and not path.exists():
        return _open_shipped(str(path))
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise WeightsError(
            f"{path} does not exist: it should be a run folder, a weights file, or one of {', '.join(SHIPPED)}"
        )
    if path.is_dir():
        return _open_run(path)
    loaded = _load_file(path)
    trained_on = loaded.provenance.get("data")
    return Model(f"file {path} {loaded.sha256[:8]}", loaded, str(trained_on) if trained_on in NAMED_SETS else "mnist")


def _open_shipped(name: str) -> Model:
    loaded = weights.load(shipped_file(name))
    which = "" if name == SHIPPED[0] else f"{name} "
    return Model(f"shipped {which}{loaded.provenance['version']} {loaded.sha256[:8]}", loaded, "mnist")


def _load_file(path: Path) -> Weights:
    try:
        return weights.load(path)
    except WeightsError as error:
        if path.name != _CHECKPOINT:
            raise
        raise WeightsError(f"{path} is a checkpoint, to go on from: give the run's folder, {path.parent}") from error


def _open_run(folder: Path) -> Model:
    file = folder / "weights.safetensors"
    if not file.exists():
        reason = _read(folder / "metrics.json").get("not_dense")
        if reason:
            raise NotDenseError(f"{folder} has no weights file: {printable(str(reason))}")
        raise WeightsError(f"{folder} has no weights.safetensors: {_why_none(folder)}")
    loaded = weights.load(file)
    data = _read(folder / "config.json").get("data")
    return Model(f"run {folder} {loaded.sha256[:8]}", loaded, None if data is None else str(data))


def _why_none(folder: Path) -> str:
    """Say what a folder without weights is, and what to name instead."""
    runs = sorted(str(path.parent) for depth in ("*", "*/*") for path in folder.glob(f"{depth}/weights.safetensors"))
    if (folder / _CHECKPOINT).exists():
        return f"its run was interrupted; go on with:  tendigits train --resume {folder}"
    if runs:
        return f"it holds runs, of which one is wanted: {', '.join(runs)}"
    return "no run was finished in it"


def _read(path: Path) -> dict[str, Any]:
    """Read what a run wrote about itself; nothing where it cannot be read, as only words depend on it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
