"""What several rooms' tests share: MNIST itself, and a small part of it as files."""

import os
import signal
import weakref
from pathlib import Path

import pytest

from tendigits.backend import prefer_jax
from tendigits.data import Data, load_data, write_idx

prefer_jax()  # before a test imports Keras itself
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore Ctrl-C, and tests press it


@pytest.fixture
def tiff_pages(monkeypatch):
    """The pages of TIFFs that were decoded, as weak references: when one is, none before it may be held."""
    from tendigits.image import tiff

    decoded, original = [], tiff.decoded

    def watched(*arguments, **options):
        assert [page() for page in decoded] == [None] * len(decoded)
        page = original(*arguments, **options)
        decoded.append(weakref.ref(page))
        return page

    monkeypatch.setattr(tiff, "decoded", watched)
    return decoded


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Let a test leave nothing in the folder that it is run from."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def environment():
    """Leave the environment as it was: `read` sets how many threads NumPy has, and a later process would heed it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def mnist() -> Data:
    """``(x_train, y_train), (x_test, y_test)``, read-only, because all tests look at the same arrays."""
    train, test = load_data()
    for array in (*train, *test):
        array.flags.writeable = False
    return train, test


@pytest.fixture(scope="session")
def small_mnist_folder(mnist: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four raw IDX files: MNIST's first 2,000 training and first 500 test digits."""
    (x_train, y_train), (x_test, y_test) = mnist
    folder = tmp_path_factory.mktemp("small-mnist")
    write_idx(folder / "train-images-idx3-ubyte", x_train[:2000])
    write_idx(folder / "train-labels-idx1-ubyte", y_train[:2000])
    write_idx(folder / "t10k-images-idx3-ubyte", x_test[:500])
    write_idx(folder / "t10k-labels-idx1-ubyte", y_test[:500])
    return folder
