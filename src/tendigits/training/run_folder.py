"""The folder that a run leaves, and the configuration that is in it before anything else happens."""

import json
import os
import platform
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tendigits.backend import training_backend
from tendigits.errors import RunError
from tendigits.files import PARTIAL_SUFFIX, check_writable, write_new, write_whole
from tendigits.training.entries import check_entries
from tendigits.training.recipes import Recipe, named_recipe
from tendigits.training.threads import xla_threads

__all__ = ["Configuration", "RunFolder", "claim", "claimed", "create_in", "installed_versions", "make_run_folder"]

_PACKAGES = ("tendigits", "keras", "jax", "jaxlib", "tensorflow", "numpy")
_CONFIGURATION = "config.json"
_RUNS = Path("runs")

_ABANDONED_SECONDS = 3600
"""How long nothing was written to a file that is half-written before nobody can be about to finish it."""

_LEFT_BY_FILE_MANAGERS = frozenset({".DS_Store", ".directory", "Thumbs.db", "desktop.ini"})
"""What looking at a folder leaves in it: it is still an empty one."""

_NUMBERS = re.compile(r"\[\n\s*([^\[\]{}\"]*?)\n\s*\]")
"""A list of nothing but numbers, as ``json.dumps`` indents it."""


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
        seed: of the order of the examples, of all else that is drawn and, where ``network`` is set, of the initial
            weights.
        recipe: the name of the recipe.
        recipe_sha256: of its constants, as :attr:`Recipe.sha256` has it.
        held_out: digits at the end of the training set that are not trained on but measured after each epoch; at 0
            that is the test set's part, as in the tutorial.
        callbacks: the names of the caller's own callbacks.
        threads: XLA's on the processor: the last bits of large sums depend on how many there are.
        backend: what Keras ran on, where that was known when the run began.
        versions: of Python and the packages, when the run began.

    """

    network: str | None
    data: str | None
    data_sha256: Mapping[str, str]
    epochs: int
    batch_size: int
    seed: int
    recipe: str
    recipe_sha256: str
    held_out: int = 0
    callbacks: tuple[str, ...] = ()
    threads: int = field(default_factory=xla_threads)
    backend: str = field(default_factory=training_backend)
    versions: Mapping[str, str] = field(default_factory=installed_versions)

    @classmethod
    def parse(cls, content: Any) -> "Configuration":
        """Make a configuration of what a file holds.

        Raises:
            TypeError, ValueError: it is not exactly that.

        """
        check_entries(
            content,
            {
                "network": str | None, "data": str | None, "data_sha256": dict[str, str], "epochs": int,
                "batch_size": int, "seed": int, "recipe": str, "recipe_sha256": str, "held_out": int,
                "callbacks": list[str], "threads": int, "backend": str, "versions": dict[str, str],
            },
        )  # fmt: skip
        return cls(**content | {"callbacks": tuple(content["callbacks"])})


def make_run_folder(name: str) -> Path:
    """Make a folder under ``runs/`` that no other process has: the time, then a name.

    Raises:
        RunError: it cannot be made.

    """
    stem = f"{time.strftime('%Y-%m-%d_%H-%M-%S')}-{name}"
    for path in map(_RUNS.joinpath, (stem, *(f"{stem}-{i}" for i in range(2, 1000)))):
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise RunError(f"cannot make a run folder at {path}: {error.strerror or error}") from error
        return path
    raise RunError(f"{_RUNS / stem} and a thousand like it are there already")


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Claim a folder for a run that is about to begin in it.

    Where the run does not begin after all, the folders made for it are removed again.

    Raises:
        RunError: as ``claim``.

    """
    _check_free(path)
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        claim(path)
        yield
    except BaseException:
        for folder in made:
            with suppress(OSError):  # it holds something, or could not be made
                folder.rmdir()
        raise


def claim(path: Path) -> None:
    """Make a folder for a run, or take an empty one.

    Raises:
        RunError: it holds something, or cannot be made or written.

    """
    _check_free(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        check_writable(path)
    except OSError as error:
        raise RunError(f"cannot make a run folder at {path}: {error.strerror or error}") from error


def _check_free(path: Path) -> None:
    """Check that a run can use a folder: it is not there yet, or holds nothing that anybody has put there.

    What a killed process left half-written is not counted.

    Raises:
        RunError: it holds something, cannot be read, or is a file.

    """
    try:
        held = sorted(entry.name for entry in path.iterdir() if _counts(entry))
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        file = next(part for part in (path, *path.parents) if part.exists())
        what = "it" if file == path else file
        raise RunError(f"cannot make a run folder at {path}: {what} is a file") from error
    except OSError as error:
        raise RunError(f"cannot make a run folder at {path}: {error.strerror or error}") from error
    if held:
        raise _not_empty(path, held[0])


def _counts(entry: Path) -> bool:
    return entry.name not in _LEFT_BY_FILE_MANAGERS and not entry.name.endswith(PARTIAL_SUFFIX)


def _not_empty(path: Path, name: str) -> RunError:
    return RunError(f"{path} is not empty (it holds {name}): a run needs a new folder or an empty one")


def create_in(path: Path, name: str, content: Mapping[str, Any]) -> None:
    """Claim a folder, and write the JSON file into it that says what runs there.

    Of several processes that do so at once, one succeeds.

    Raises:
        RunError: the folder holds something, or cannot be made or written.

    """
    claim(path)
    try:
        write_new(path / name, as_json(content))
    except FileExistsError as error:
        raise _not_empty(path, name) from error
    except OSError as error:
        raise RunError(f"cannot write {path / name}: {error.strerror or error}") from error


def as_json(content: Mapping[str, Any]) -> bytes:
    """Write JSON for people: a value a line, a matrix a row a line.

    >>> print(as_json({"n": 4, "confusion": [[1, 0], [1, 2]]}).decode(), end="")
    {
      "n": 4,
      "confusion": [
        [1, 0],
        [1, 2]
      ]
    }
    """
    text = json.dumps(content, indent=2)
    return (_NUMBERS.sub(lambda row: "[" + re.sub(r"\n\s*", " ", row[1]) + "]", text) + "\n").encode()


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
        self.write(name, as_json(content))
