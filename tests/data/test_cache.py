"""The cache: read with every hash checked, repaired where it is damaged, done without where it cannot be written."""

import gzip
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest

from tendigits.data import DataSet, cache_folder
from tendigits.data.cache import store
from tendigits.data.loading import load_named
from tendigits.data.named import InstalledFolder, NamedSet, NpzMirror
from tendigits.errors import DownloadError

pytestmark = pytest.mark.usefixtures("cache")

FILES = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"]


@pytest.fixture
def named(tiny, folder: Path) -> NamedSet:
    return tiny(InstalledFolder(str(folder), "dataset-tiny"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_same(data_set: DataSet, digits) -> None:
    for pair, expected in zip(data_set.arrays, digits, strict=True):
        for array, original in zip(pair, expected, strict=True):
            np.testing.assert_array_equal(array, original)


def test_variable_names_the_cache(cache: Path) -> None:
    assert cache_folder() == cache


def test_without_the_variable_it_is_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENDIGITS_CACHE", raising=False)
    assert cache_folder().is_absolute()
    assert "tendigits" in cache_folder().parts


def test_fetched_set_is_kept_as_raw_idx_files_and_nothing_else(
    cache: Path, named: NamedSet, folder: Path, digits
) -> None:
    assert_same(load_named(named), digits)
    assert names_in(cache / "tiny") == FILES
    for name in FILES:
        assert (cache / "tiny" / name).read_bytes() == (folder / name).read_bytes()


def test_kept_set_needs_no_source(named: NamedSet, tiny, digits, capsys) -> None:
    load_named(named)
    capsys.readouterr()
    assert_same(load_named(tiny()), digits)
    assert capsys.readouterr() == ("", "")


def test_hashes_of_a_named_set_are_the_published_ones(named: NamedSet) -> None:
    data_set = load_named(named)
    assert data_set.sha256 == {file.name: file.sha256 for file in named.files}
    assert data_set.sha256 == DataSet.from_arrays(data_set.arrays).sha256


def test_files_that_a_user_puts_there_may_be_gzipped(cache: Path, tiny, folder: Path, digits) -> None:
    (cache / "tiny").mkdir(parents=True)
    for file in folder.iterdir():
        (cache / "tiny" / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert_same(load_named(tiny()), digits)


@pytest.mark.parametrize("damage", [b"", b"rubbish", None], ids=["empty", "rubbish", "one bit"])
def test_damaged_file_is_named_and_fetched_again(cache: Path, named: NamedSet, digits, damage, capsys) -> None:
    load_named(named)
    path = cache / "tiny" / "train-images-idx3-ubyte"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if damage is None else damage)
    capsys.readouterr()
    assert_same(load_named(named), digits)
    assert f"tendigits: {path}: " in capsys.readouterr().err
    assert path.read_bytes() == content


def test_damaged_file_that_nobody_has_is_an_error_that_says_where_it_goes(cache: Path, named: NamedSet, tiny) -> None:
    load_named(named)
    (cache / "tiny" / "t10k-labels-idx1-ubyte").write_bytes(b"rubbish")
    with pytest.raises(DownloadError, match="put these files") as error:
        load_named(tiny())
    assert str(cache / "tiny") in str(error.value)
    assert "train-images-idx3-ubyte" not in str(error.value)


def test_data_are_there_although_the_cache_is_none(cache: Path, named: NamedSet, digits, capsys) -> None:
    cache.write_text("a file where the folder should be")
    assert_same(load_named(named), digits)
    assert (
        f"tendigits: warning: tiny is not kept for the next time: {cache / 'tiny'} cannot be" in capsys.readouterr().err
    )
    assert cache.read_text() == "a file where the folder should be"


def test_data_are_there_although_a_file_cannot_be_replaced(cache: Path, named: NamedSet, digits, capsys) -> None:
    (cache / "tiny" / "train-labels-idx1-ubyte" / "full").mkdir(parents=True)
    assert_same(load_named(named), digits)
    assert "warning" in capsys.readouterr().err
    assert not [name for name in names_in(cache / "tiny") if name.startswith(".")]


def load_on_a_full_disk(named: NamedSet) -> DataSet:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    return load_named(named)


def test_data_are_there_although_the_disk_takes_no_more(cache: Path, named: NamedSet, digits, capfd) -> None:
    pytest.importorskip("resource", reason="a limit on what may be written needs POSIX")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert_same(pool.submit(load_on_a_full_disk, named).result(), digits)
    assert "cannot be written: " in capfd.readouterr().err
    assert all(name in FILES for name in names_in(cache / "tiny"))


def test_two_processes_that_start_at_once_both_have_the_data(cache: Path, web, tiny, npz: bytes, digits) -> None:
    both = threading.Barrier(2, timeout=30)

    def together(request: BaseHTTPRequestHandler) -> None:
        both.wait()
        request.send_response(200)
        request.end_headers()
        request.wfile.write(npz)

    web.answers["/digits.npz"] = together
    named = tiny(NpzMirror(f"{web.url}digits.npz"))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for data_set in pool.map(load_named, [named, named]):
            assert_same(data_set, digits)
    assert len(web.asked) == 2
    assert names_in(cache / "tiny") == FILES
    assert_same(load_named(tiny()), digits)


def test_file_that_cannot_be_replaced_will_do_where_it_is_the_same(named: NamedSet, arrays) -> None:
    load_named(named)
    pytest.importorskip("resource")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(store_on_a_full_disk, named, arrays).result()


def store_on_a_full_disk(named: NamedSet, arrays: dict[str, np.ndarray]) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    store(named, arrays)
