"""``available``, ``get`` and ``verify``: what ``tendigits data list|get|verify`` prints."""

from pathlib import Path

import pytest

from tendigits.data import available, catalogue, get, named, verify
from tendigits.data.named import InstalledFolder
from tendigits.errors import DataError, DownloadError

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def known(cache: Path, tiny, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A world in which one set is known, ``tiny``; the folder that it is cached in."""
    sets = {"tiny": tiny(InstalledFolder(str(folder), "dataset-tiny"))}
    monkeypatch.setattr(named, "NAMED_SETS", sets)
    monkeypatch.setattr(catalogue, "NAMED_SETS", sets)
    return cache / "tiny"


def test_mnist_and_fashion_mnist_are_available(cache: Path) -> None:
    assert [(entry.name, entry.folder, entry.cached) for entry in available()] == [
        ("mnist", cache / "mnist", False),
        ("fashion-mnist", cache / "fashion-mnist", False),
    ]


def test_set_that_was_fetched_is_listed_as_cached(known: Path) -> None:
    assert [entry.cached for entry in available()] == [False]
    assert get("tiny") == known
    assert [entry.cached for entry in available()] == [True]


@pytest.mark.usefixtures("known")
def test_every_file_that_was_fetched_is_whole() -> None:
    assert set(verify("tiny").values()) == {"missing"}
    get("tiny")
    assert set(verify("tiny").values()) == {"ok"}


def test_damaged_and_missing_files_are_told_apart_and_fetched_again(known: Path) -> None:
    get("tiny")
    (known / "train-images-idx3-ubyte").write_bytes(b"rubbish")
    (known / "t10k-labels-idx1-ubyte").unlink()
    assert verify("tiny") == {
        "train-images-idx3-ubyte": "damaged",
        "train-labels-idx1-ubyte": "ok",
        "t10k-images-idx3-ubyte": "ok",
        "t10k-labels-idx1-ubyte": "missing",
    }
    get("tiny")
    assert set(verify("tiny").values()) == {"ok"}


def test_get_fails_where_the_files_cannot_be_kept(known: Path) -> None:
    known.parent.write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"cannot be written: .*TENDIGITS_CACHE") as error:
        get("tiny")
    assert not isinstance(error.value, DownloadError)


@pytest.mark.parametrize("ask", [get, verify])
def test_unknown_name_is_answered_with_the_known_ones(ask) -> None:
    with pytest.raises(
        DataError, match=r"no data set is called 'mnst'; there are: mnist, fashion-mnist; did you mean mnist\?"
    ):
        ask("mnst")
