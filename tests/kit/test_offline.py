"""A kit is all that a class needs: where there is no network at all, it is set up, trains, reads and serves.

One test, as what all of it needs takes half a minute and 1.3 GB: several would be shared out among processes, each of
which would make a kit.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from classroom import Target
from classroom.target import this_platform, this_python
from classroom.wheels import versions_for
from handwritten import page, save

from tendigits.data.named import MNIST

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kit(tmp_path):
    """Make a kit for this computer, and leave none of it behind."""
    folder = tmp_path / "kit"
    subprocess.run([sys.executable, ROOT / "tools" / "kit.py", "--out", folder], check=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def at_a_desk(kit, offline, tmp_path):
    """Set the kit up, and run commands as the set-up says that they are run."""
    folder = tmp_path / "a pupil's"
    said = offline("sh", kit / "setup.sh", folder).stdout
    start = shlex.split(re.search("Now: +(.+)\n", said)[1])
    yield lambda *command: offline(*start, *command).stdout
    shutil.rmtree(folder)


@pytest.fixture
def picture(mnist, tmp_path):
    """Return a picture of a number, and the number."""
    drawn = page(mnist, 4)
    return save(tmp_path / "pictures" / "number.png", drawn.pixels), drawn.text


def test_a_class_needs_a_kit_and_no_network(kit, at_a_desk, picture, mnist, tmp_path):
    path, number = picture

    assert_tested_together(json.loads(at_a_desk("python", "-m", "pip", "list", "--format=json")))
    at_a_desk("tendigits", "train", "--epochs", 1, "--out", "runs/lesson")
    assert_trained_on_mnist(Path(at_a_desk("pwd").strip()) / "runs" / "lesson")
    assert number in at_a_desk("tendigits", "read", path)
    assert at_a_desk("python", Path(__file__).with_name("serving_alone.py"), path) == f"{number}\n"
    assert_mostly_right(at_a_desk("python", "first_try.py", "runs/lesson", singles(mnist, tmp_path)), mnist)


def assert_tested_together(installed):
    """All that was installed is in constraints.txt, and is what the project's extras need."""
    pinned = versions_for(Target(this_platform(), this_python()))
    versions = {plain(each["name"]): each["version"] for each in installed}

    assert {"pip", "jax", "keras", "fastapi", "pillow-heif"} < versions.keys()
    assert versions.pop("tendigits")
    assert versions.items() <= pinned.items()


def plain(name):
    return name.lower().replace("_", "-")


def assert_trained_on_mnist(run):
    assert json.loads((run / "metrics.json").read_text())["accuracy"] > 0.9
    data = json.loads((run / "config.json").read_text())["data_sha256"]
    assert data == {file.name: file.sha256 for file in MNIST.files}


def singles(mnist, folder):
    """Write nine test digits as pictures, in a folder with something else."""
    for number in range(9):
        save(folder / "singles" / f"{number}.png", mnist[1][0][number][..., None].repeat(3, axis=2))
    (folder / "singles" / "labels.csv").touch()
    return folder / "singles"


def assert_mostly_right(said, mnist):
    *lines, last = said.splitlines()
    assert last == "labels.csv: OpenCV reads no picture here"
    assert len(lines) == 9
    assert sum(line.startswith(f"{i}.png: {mnist[1][1][i]} (") for i, line in enumerate(lines)) >= 7
