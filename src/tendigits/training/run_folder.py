"""The folder that a run leaves: what is in it, and how it is opened again."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tendigits.errors import RunError
from tendigits.files import PARTIAL_SUFFIX, write_whole
from tendigits.training.claiming import create_in
from tendigits.training.configuration import Configuration
from tendigits.training.readable_json import readable_json
from tendigits.training.recipes import Recipe, named_recipe

__all__ = ["RunFolder"]

_CONFIGURATION = "config.json"

_ABANDONED_SECONDS = 3600
"""How long nothing was written to a file that is half-written before nobody can be about to finish it."""


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
        create_in(Path(path), _CONFIGURATION, asdict(configuration))
        return cls(Path(path), configuration)

    @staticmethod
    def is_in(path: Path) -> bool:
        """Tell whether a run was begun in a folder."""
        return os.path.exists(path / _CONFIGURATION)  # noqa: PTH110 - Path.exists raises for a name that is too long

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "RunFolder":
        """Open the folder of a run that was begun, and clear away what a process killed long ago left half-written.

        Raises:
            RunError: it is not there, or no run's.

        """
        path = Path(path)
        try:
            content = json.loads((path / _CONFIGURATION).read_text(encoding="utf-8"))
            configuration = Configuration.parse(content)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(f"{path} is not a run folder: it has no config.json, so no run was begun in it") from error
        except (OSError, ValueError, TypeError) as error:
            raise RunError(f"{path / _CONFIGURATION} cannot be read: {error}") from error
        with suppress(OSError):
            for partial in path.glob(f".*{PARTIAL_SUFFIX}"):
                if time.time() - partial.stat().st_mtime > _ABANDONED_SECONDS:
                    partial.unlink()
        return cls(path, configuration)

    def recipe(self, parameters: int) -> Recipe:
        """Return the recipe that a network of so many trainable parameters is trained by, as when the run began.

        Raises:
            RunError: the recipe's constants are others now.

        """
        recipe = named_recipe(self.configuration.recipe, parameters)
        if recipe.sha256 != self.configuration.recipe_sha256:
            raise RunError(f"{self.path} was begun with other constants of the recipe {recipe.name}: begin anew")
        return recipe

    @property
    def checkpoint(self) -> Path:
        """The whole state after the last finished epoch."""
        return self.path / "checkpoint.safetensors"

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

    def write(self, name: str, content: bytes) -> None:
        """Write one of the run's files, whole or not at all.

        Raises:
            RunError: it cannot be written.

        """
        path = self.path / name
        try:
            write_whole(path, content)
        except OSError as error:
            raise RunError(f"cannot write {path}: {error.strerror or error}") from error

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write one of the run's files as JSON."""
        self.write(name, readable_json(content))
