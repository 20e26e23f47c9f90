"""`make kit` is for the computers that are named, and replaces an older kit when the new one is whole."""

import importlib
import sys

import pytest
from classroom import Target
from classroom.target import this_platform, this_python


@pytest.fixture
def make(monkeypatch, tmp_path):
    """Make a kit at ``tmp_path / "kit"`` with ``filled`` in it; an error in its place is raised half-way."""
    tool = importlib.import_module("kit")

    def run(filled, *options):
        made_for = []

        def fill(folder, targets):
            folder.mkdir()
            made_for.extend(targets)
            if isinstance(filled, Exception):
                raise filled
            for name in ("MANIFEST.json", filled):
                (folder / name).touch()

        monkeypatch.setattr(tool, "fill", fill)
        monkeypatch.setattr(sys, "argv", ["kit.py", "--out", str(tmp_path / "kit"), *options])
        tool.main()
        return made_for

    return run


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_new_kit_takes_an_older_ones_place(make, tmp_path):
    make("old wheel")
    make("new wheel")

    assert names(tmp_path) == {"kit", "kit/MANIFEST.json", "kit/new wheel"}


def test_a_kit_that_is_not_finished_leaves_the_older_one(make, tmp_path):
    make("old wheel")
    with pytest.raises(OSError, match="full"):
        make(OSError("full"))

    assert names(tmp_path) == {"kit", "kit/MANIFEST.json", "kit/old wheel"}


def test_a_folder_that_is_no_kit_is_left_as_it_is(make, tmp_path):
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "thesis.txt").touch()

    with pytest.raises(SystemExit, match="is no kit"):
        make("wheel")

    assert names(tmp_path) == {"kit", "kit/thesis.txt"}


def test_it_is_for_computers_like_this_one(make):
    assert make("wheel", "--platform", "--python") == [Target(this_platform(), this_python())]


def test_it_is_for_each_platform_with_each_python_that_is_named(make):
    targets = make("wheel", "--platform", "win_amd64", "macosx_arm64", "--python", "3.12.4", "3.13")

    assert targets == [
        Target("win_amd64", "3.12"),
        Target("win_amd64", "3.13"),
        Target("macosx_arm64", "3.12"),
        Target("macosx_arm64", "3.13"),
    ]


def test_what_goes_along_is_as_each_system_wants_it(tmp_path):
    importlib.import_module("kit").hand_out(tmp_path, "0.1.0", [Target("win_amd64", "3.12")])

    assert names(tmp_path) == {"GUIDE.html", "first_try.py", "install.py", "setup.bat", "setup.sh"}
    batch = (tmp_path / "setup.bat").read_bytes()
    assert batch.count(b"\r\n") == batch.count(b"\n") > 1
    assert b"\r" not in (tmp_path / "setup.sh").read_bytes()
    assert "tendigits 0.1.0 for Python 3.12 on Windows" in (tmp_path / "GUIDE.html").read_text("utf-8")
