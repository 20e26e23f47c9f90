"""What batches are made of: a table of MNIST's test digits, and a folder of pages with numbers."""

import numpy as np
import pytest
from handwritten import page, save

DIGITS, PAGES = 9000, 34


@pytest.fixture(autouse=True)
def alone(elsewhere):
    """Leave nothing behind."""


@pytest.fixture(scope="session")
def digits(mnist, tmp_path_factory):
    """A table of three blocks, the last of which is not full."""
    images, labels = mnist[1]
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=images[:DIGITS], labels=labels[:DIGITS])
    return path


@pytest.fixture(scope="session")
def forms(mnist, tmp_path_factory):
    """A folder of images, of three blocks, and what is written in each."""
    folder = tmp_path_factory.mktemp("forms") / "forms"
    pages = {f"{number}.png": page(mnist, 2 + number % 3, seed=number) for number in range(1, PAGES + 1)}
    for name, written in pages.items():
        save(folder / name, written.pixels)
    return folder, {name: written.text for name, written in pages.items()}
