"""Folders for runs that are about to begin: new or empty, and of no other process."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tendigits.errors import RunError
from tendigits.files import PARTIAL_SUFFIX, check_writable, write_new
from tendigits.training.readable_json import readable_json

__all__ = ["claim", "claimed", "create_in", "make_run_folder"]

_RUNS = Path("runs")

_LEFT_BY_FILE_MANAGERS = frozenset({".DS_Store", ".directory", "Thumbs.db", "desktop.ini"})
"""What looking at a folder leaves in it: it is still an empty one."""


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
        write_new(path / name, readable_json(content))
    except FileExistsError as error:
        raise _not_empty(path, name) from error
    except OSError as error:
        raise RunError(f"cannot write {path / name}: {error.strerror or error}") from error
