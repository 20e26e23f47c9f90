"""Which images are found: through patterns and in folders, where links lead elsewhere, back, or nowhere."""

import pytest

from tendigits.reading.finding import find_images


@pytest.fixture
def folder(tmp_path):
    """``in`` with one image, beside a folder ``elsewhere`` with another, and an empty ``out``."""
    for name in ("in/a.png", "elsewhere/far.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    (tmp_path / "out").mkdir()
    return tmp_path


def found_by(folder, *names, leave_out="out"):
    search = find_images([str(folder / name) for name in names], folder / leave_out)
    assert not any(each.error for each in search.found)
    return [each.path.removeprefix(f"{folder}/") for each in search.found]


@pytest.mark.parametrize("name", ["in", "in/*.png", "in/**/*.png"])
def test_a_link_to_nothing_is_found_as_a_file_that_cannot_be_read(folder, name):
    (folder / "in/b.png").symlink_to(folder / "gone.png")

    assert found_by(folder, name) == ["in/a.png", "in/b.png"]


def test_a_link_to_an_image_is_an_image(folder):
    (folder / "in/b.png").symlink_to(folder / "elsewhere/far.png")

    assert found_by(folder, "in/*.png") == found_by(folder, "in") == ["in/a.png", "in/b.png"]


def test_a_link_to_a_folder_that_is_named_is_searched(folder):
    (folder / "in/b").symlink_to(folder / "elsewhere")

    assert found_by(folder, "in/*") == ["in/a.png", "in/b/far.png"]


@pytest.mark.parametrize("name", ["*", "*/*", "**/*.png"])
def test_nothing_is_found_in_the_folder_that_is_left_out(folder, name):
    (folder / "out/drawn.png").touch()

    assert sorted(found_by(folder, name)) == ["elsewhere/far.png", "in/a.png"]


def test_a_folder_to_leave_out_need_not_be_there_yet(folder):
    assert found_by(folder, "in/*.png", leave_out="later") == ["in/a.png"]
    assert found_by(folder, "in/*.png", leave_out="x" * 5000) == ["in/a.png"]


def test_a_link_to_a_folder_within_a_folder_is_skipped_and_told(folder):
    (folder / "in/b.png").symlink_to(folder / "elsewhere")
    (folder / "in/back").symlink_to(folder / "in")
    (folder / "in/drawn").symlink_to(folder / "out")

    search = find_images([str(folder / "in")], folder / "out")

    assert [each.path for each in search.found] == [str(folder / "in/a.png")]
    assert search.skipped == (str(folder / "in/b.png"), str(folder / "in/back"))
