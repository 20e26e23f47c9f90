"""`make kit` replaces a kit that is there when the new one is whole, and nothing else."""

import importlib
import sys

import pytest


@pytest.fixture
def make(monkeypatch, tmp_path):
    """Make a kit at ``tmp_path / "kit"`` with ``filled`` in it; an error in its place is raised half-way."""
    tool = importlib.import_module("kit")

    def run(filled):
        def fill(folder, targets):
            folder.mkdir()
            if isinstance(filled, Exception):
                raise filled
            for name in ("MANIFEST.json", filled):
                (folder / name).touch()

        monkeypatch.setattr(tool, "fill", fill)
        monkeypatch.setattr(sys, "argv", ["kit.py", "--out", str(tmp_path / "kit")])
        tool.main()

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
