"""A kit is all that a class needs: everything here is done where there is no network at all."""

import hashlib
import json
from pathlib import Path

import pytest
from handwritten import page, save

from tendigits.data.named import MNIST


@pytest.fixture(scope="module")
def run(at_a_desk):
    """Train as the guide says, but for an epoch; return the run's folder."""
    at_a_desk("tendigits", "train", "--epochs", 1, "--out", "runs/lesson")
    return Path(at_a_desk("pwd").stdout.strip()) / "runs" / "lesson"


@pytest.fixture(scope="module")
def picture(mnist, tmp_path_factory):
    """Return a picture of a number, and the number."""
    drawn = page(mnist, 4)
    return save(tmp_path_factory.mktemp("pictures") / "number.png", drawn.pixels), drawn.text


def test_the_manifest_describes_every_file(kit):
    manifest = json.loads((kit / "MANIFEST.json").read_text())
    files = {path.relative_to(kit).as_posix(): path.read_bytes() for path in kit.rglob("*") if path.is_file()}
    del files["MANIFEST.json"]

    assert {each["path"]: (each["bytes"], each["sha256"]) for each in manifest["files"]} == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in files.items()
    }
    assert manifest["bytes"] == sum(map(len, files.values()))


def test_all_wheels_are_of_the_versions_that_were_tested_together(kit):
    files = json.loads((kit / "MANIFEST.json").read_text())["files"]
    names = {Path(each["path"]).name.split("-")[0].lower(): each.get("version") for each in files}
    pinned = Path(__file__).parents[2].joinpath("constraints.txt").read_text().lower().replace("-", "_").splitlines()

    wheels = {name: version for name, version in names.items() if version is not None}

    assert {"jax", "keras", "fastapi", "pip"} < wheels.keys()
    del wheels["tendigits"]
    assert [f"{name}=={version}" for name, version in wheels.items() if f"{name}=={version}" not in pinned] == []


def test_a_network_is_trained_on_the_mnist_that_came_along(run):
    assert json.loads((run / "metrics.json").read_text())["accuracy"] > 0.9
    configuration = json.loads((run / "config.json").read_text())
    assert configuration["data_sha256"] == {file.name: file.sha256 for file in MNIST.files}


def test_a_number_is_read(at_a_desk, picture):
    path, number = picture

    assert number in at_a_desk("tendigits", "read", path).stdout


def test_one_digit_is_read_as_everybody_tries_first(run, at_a_desk, mnist, tmp_path):
    images, labels = mnist[1]
    for number in range(9):
        save(tmp_path / f"{number}.png", images[number][..., None].repeat(3, axis=2))
    (tmp_path / "labels.csv").touch()

    lines = at_a_desk("python", "first_try.py", run, tmp_path).stdout.splitlines()

    assert len(lines) == 9
    right = [line.startswith(f"{number}.png: {labels[number]} (") for number, line in enumerate(lines)]
    assert sum(right) >= 7


def test_the_page_and_its_answers_are_served(at_a_desk, picture):
    path, number = picture

    served = at_a_desk("python", Path(__file__).with_name("serving_alone.py"), path)

    assert served.stdout == f"{number}\n"
