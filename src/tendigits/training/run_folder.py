"""The folder that a run leaves, and the configuration that is in it before anything else happens."""

import json
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tendigits.errors import RunError
from tendigits.files import PARTIAL_SUFFIX, write_whole

__all__ = ["Configuration", "RunFolder", "claim", "new_run_path"]

_PACKAGES = ("tendigits", "keras", "jax", "jaxlib", "tensorflow", "numpy")
_CONFIGURATION = "config.json"


def installed_versions() -> dict[str, str]:
    """Return the versions of Python and of every package that a run's numbers depend on, as far as installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True)
class Configuration:
    """Everything that decides how a run goes.

    Attributes:
        network: the name or sizes that ``build_model`` takes; None for a model that the caller passed in.
        data: a name, or an absolute path; None for arrays that the caller passed in.
        data_sha256: SHA-256 of each of the four arrays, as a raw IDX file.
        epochs: how many in all.
        batch_size: examples a step.
        seed: of the order of the examples and, where ``network`` is set, of the initial weights.
        held_out: digits at the end of the training set that are not trained on but measured after each epoch; at 0
            that is the test set's part, as in the tutorial.
        callbacks: the names of the caller's own callbacks.
        backend: what Keras ran on, where that was known when the run began.
        versions: of Python and the packages, when the run began.

    """

    network: str | None
    data: str | None
    data_sha256: Mapping[str, str]
    epochs: int
    batch_size: int
    seed: int
    held_out: int = 0
    callbacks: tuple[str, ...] = ()
    backend: str = field(default_factory=lambda: os.environ.get("KERAS_BACKEND", "jax"))
    versions: Mapping[str, str] = field(default_factory=installed_versions)


def new_run_path(network: str, parent: Path = Path("runs")) -> Path:
    """Return a path under ``runs/`` that is still free: the time, then the network."""
    stem = f"{time.strftime('%Y-%m-%d_%H-%M-%S')}-{network}"
    names = [stem, *(f"{stem}-{i}" for i in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def claim(path: Path) -> None:
    """Make a folder for a run, or take one that is empty but for what a killed process left half-written.

    Raises:
        RunError: it holds something else, or cannot be made.

    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        held = sorted(entry.name for entry in path.iterdir() if not entry.name.endswith(PARTIAL_SUFFIX))
    except OSError as error:
        raise RunError(f"cannot make a run folder at {path}: {error.strerror or error}") from error
    if held:
        raise RunError(f"{path} is not empty (it holds {held[0]}): a run needs a new folder or an empty one")


@dataclass(frozen=True)
class RunFolder:
    """A run on disk.

    Attributes:
        path: the folder.
        configuration: how the run goes.

    """

    path: Path
    configuration: Configuration

    @classmethod
    def create(cls, path: str | os.PathLike[str], configuration: Configuration) -> "RunFolder":
        """Make a new run folder, or use an empty one, with the configuration in it.

        Raises:
            RunError: the folder holds something, or cannot be written.

        """
        path = Path(path)
        claim(path)
        folder = cls(path, configuration)
        folder.write_json(_CONFIGURATION, asdict(configuration))
        return folder

    @staticmethod
    def is_in(path: Path) -> bool:
        """Tell whether a run was begun in a folder."""
        return (path / _CONFIGURATION).exists()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "RunFolder":
        """Open the folder of a run that was begun.

        Raises:
            RunError: it is not there, or no run's.

        """
        path = Path(path)
        try:
            content = json.loads((path / _CONFIGURATION).read_text(encoding="utf-8"))
            content["callbacks"] = tuple(content["callbacks"])
            if content.keys() != {entry.name for entry in fields(Configuration)}:
                raise RunError(f"{path / _CONFIGURATION} is of another version of tendigits")
            return cls(path, Configuration(**content))
        except FileNotFoundError as error:
            raise RunError(f"{path} is not a run folder: it has no config.json, so no run was begun in it") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(f"{path / _CONFIGURATION} cannot be read: {error}") from error

    @property
    def checkpoint(self) -> Path:
        """The whole state after the last finished epoch."""
        return self.path / "checkpoint.safetensors"

    @property
    def weights(self) -> Path:
        """The trained weights, where the model is a stack of dense layers."""
        return self.path / "weights.safetensors"

    @property
    def metrics(self) -> dict[str, Any] | None:
        """What the finished run reached; None while it is not finished. It is written last.

        Raises:
            RunError: the file is there and cannot be read.

        """
        path = self.path / "metrics.json"
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise RunError(f"{path} cannot be read: {error}") from error

    def write(self, name: str, content: bytes) -> Path:
        """Write one of the run's files, whole or not at all.

        Raises:
            RunError: it cannot be written.

        """
        path = self.path / name
        try:
            write_whole(path, content)
        except OSError as error:
            raise RunError(f"cannot write {path}: {error.strerror or error}") from error
        return path

    def write_json(self, name: str, content: Mapping[str, Any]) -> Path:
        """Write one of the run's files as JSON."""
        return self.write(name, (json.dumps(content, indent=2) + "\n").encode())
