"""The folder on this machine that keeps the named sets: ``<cache>/<name>/<IDX file>``, verified whenever it is read."""

import os
from collections.abc import Container
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from tendigits.data.folder import find_idx
from tendigits.data.idx import check_sha256, read_idx, write_idx
from tendigits.data.named import IdxFile, NamedSet
from tendigits.data.notes import note
from tendigits.errors import DataError

State: TypeAlias = Literal["ok", "damaged", "missing"]


def cache_folder() -> Path:
    """Where tendigits keeps what it can make or fetch again: ``$TENDIGITS_CACHE``, else the user's cache folder."""
    chosen = os.environ.get("TENDIGITS_CACHE")
    return Path(chosen) if chosen else user_cache_path("tendigits", appauthor=False)


def set_folder(named: NamedSet) -> Path:
    """Where the set's four files are, or would be."""
    return cache_folder() / named.name


def read_cached(named: NamedSet) -> dict[str, NDArray[np.uint8]]:
    """Read the arrays that are in the cache, by file name; a damaged file is named on standard error and left out."""
    arrays = {}
    for file in named.files:
        try:
            array = _read(named, file)
        except DataError as error:
            note(f"{error}; fetching it again")
        else:
            if array is not None:
                arrays[file.name] = array
    return arrays


def states(named: NamedSet) -> dict[str, State]:
    """Say how each of the set's files is, by its name; all are read and hashed."""
    return {file.name: _state(named, file) for file in named.files}


def store(named: NamedSet, arrays: dict[str, NDArray[np.uint8]]) -> None:
    """Write arrays as the IDX files of these names, each whole or not at all.

    Raises:
        OSError: the cache cannot be written.

    """
    set_folder(named).mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        try:
            write_idx(set_folder(named) / name, array)
        except OSError:
            # Windows does not replace a file that another process is reading. It read what it wrote: the same.
            if states(named)[name] != "ok":
                raise


def fetch_missing(named: NamedSet, cached: Container[str]) -> dict[str, NDArray[np.uint8]]:
    """Fetch the arrays of the files that are not among ``cached``; DownloadError where no source has them."""
    files = [file for file in named.files if file.name not in cached]
    if not files:
        return {}
    from tendigits.data.download import fetch  # noqa: PLC0415 - 0.1 s of urllib that a cached set does not need

    return fetch(named, files, set_folder(named))


def _state(named: NamedSet, file: IdxFile) -> State:
    try:
        return "missing" if _read(named, file) is None else "ok"
    except DataError:
        return "damaged"


def _read(named: NamedSet, file: IdxFile) -> NDArray[np.uint8] | None:
    """Read the file's array; None where there is no file, a DataError where there is another than the published one."""
    path = find_idx(set_folder(named), file.name)
    if path is None:
        return None
    array = read_idx(path, limit=file.values)
    check_sha256(array, file.sha256, path)
    return array
