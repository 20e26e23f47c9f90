"""Two short runs, which all tests of the commands look at, and an empty folder for each test to be in."""

import pytest
from command import tendigits_command


@pytest.fixture(autouse=True)
def alone(elsewhere):
    """Leave nothing behind."""


@pytest.fixture(scope="session")
def trained(small_mnist_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    arguments = ("--network", "32", "--data", small_mnist_folder, "--epochs", 3, "--out", folder)
    return folder, tendigits_command("train", *arguments)


@pytest.fixture(scope="session")
def another(small_mnist_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("another") / "run"
    arguments = ("--network", "32", "--data", small_mnist_folder, "--epochs", 2, "--seed", 5, "--out", folder)
    tendigits_command("train", *arguments)
    return folder
