"""A named set's files from its sources: tried in order, every file checked against its published hash."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tendigits.data.folder import IDX_NAMES, find_idx
from tendigits.data.idx import check_sha256, parse_idx, read_idx
from tendigits.data.mirror import MAX_DOWNLOAD_BYTES, download
from tendigits.data.named import IdxFile, IdxMirror, InstalledFolder, NamedSet, NpmPackage, NpzMirror, Source
from tendigits.data.notes import note
from tendigits.data.npm import read_package
from tendigits.data.npz import parse_npz
from tendigits.errors import DataError, DownloadError

NamedArray: TypeAlias = tuple[str, NDArray[np.uint8]]


def fetch(named: NamedSet, files: list[IdxFile], cache: Path) -> dict[str, NDArray[np.uint8]]:
    """Fetch the arrays of ``files``, by name; a source that fails is named on standard error, and the next one asked.

    Raises:
        DownloadError: no source had them. Its message lists each with the reason, and what to put into ``cache``.

    """
    missing = {file.name: file for file in files}
    fetched: dict[str, NDArray[np.uint8]] = {}
    failures = []
    for source in named.sources:
        try:
            for name, array in _deliver(source, list(missing.values())):
                check_sha256(array, missing[name].sha256, name)
                fetched[name] = array
                del missing[name]
        except DataError as error:
            failures.append(f"{source}: {error}")
            note(f"{named.name}: {failures[-1]}")
        else:
            if not missing:
                note(f"{named.name}: fetched from {source}")
                return fetched
            failures.append(f"{source}: does not hold {', '.join(missing)}")
    raise DownloadError(_advice(named, list(missing), failures, cache))


def _deliver(source: Source, files: list[IdxFile]) -> Iterator[NamedArray]:
    match source:
        case IdxMirror():
            return _from_idx_mirror(source, files)
        case NpzMirror():
            return _from_npz_mirror(source, files)
        case InstalledFolder():
            return _from_folder(source, files)
        case NpmPackage():
            return iter(read_package(source, files).items())


def _from_idx_mirror(mirror: IdxMirror, files: list[IdxFile]) -> Iterator[NamedArray]:
    for file in files:
        content = BytesIO(download(f"{mirror.url}{file.name}.gz"))
        yield file.name, parse_idx(content, file.name, limit=file.values)


def _from_npz_mirror(mirror: NpzMirror, files: list[IdxFile]) -> Iterator[NamedArray]:
    content = BytesIO(download(mirror.url))
    train, test = parse_npz(content, mirror.url.rpartition("/")[2], limit=MAX_DOWNLOAD_BYTES)
    arrays = dict(zip(IDX_NAMES, (*train, *test), strict=True))
    for file in files:
        yield file.name, arrays[file.name]


def _from_folder(folder: InstalledFolder, files: list[IdxFile]) -> Iterator[NamedArray]:
    for file in files:
        path = find_idx(Path(folder.path), file.name)
        if path is not None:
            yield file.name, read_idx(path, limit=file.values)


def _advice(named: NamedSet, missing: list[str], failures: list[str], cache: Path) -> str:
    lines = [f"{named.name} is not, or not whole, in the cache, and no source could be reached. Tried:"]
    lines += [f"  {failure}" for failure in failures]
    lines += [f"To try again:  tendigits data get {named.name}"]
    lines += [f"To supply it by hand, put these files, as they are or with .gz, into {cache}:"]
    lines += [f"  {name}" for name in missing]
    lines += ["or name a folder that holds all four files:  --data FOLDER  (in Python: load_data(FOLDER))"]
    return "\n".join(lines)
