"""Files appear whole or not at all, and under a name that is free only once."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tendigits.files import check_writable, write_new, write_whole


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    write_whole(tmp_path / "file", b"old")
    write_whole(tmp_path / "file", b"new")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


@pytest.fixture(params=["links", "no links"])
def file_system(request, monkeypatch):
    """Run a test also where the file system knows no links, as FAT does."""

    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("file_system")
def test_a_new_file_is_there_and_nothing_beside_it(tmp_path):
    write_new(tmp_path / "file", b"content")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"content"]


@pytest.mark.usefixtures("file_system")
def test_a_name_that_is_taken_is_left_as_it_is(tmp_path):
    write_whole(tmp_path / "file", b"first")

    with pytest.raises(FileExistsError):
        write_new(tmp_path / "file", b"second")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]


@pytest.mark.usefixtures("file_system")
def test_of_many_who_write_a_new_file_at_once_one_succeeds(tmp_path):
    starters = 8
    together = Barrier(starters)

    def write(number):
        together.wait()
        try:
            write_new(tmp_path / "file", bytes([number]))
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(starters) as pool:
        winners = [number for number in pool.map(write, range(starters)) if number is not None]

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [bytes(winners)]
    assert len(winners) == 1


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path):
    check_writable(tmp_path)

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        check_writable(tmp_path / "absent")


@pytest.mark.skipif(os.name == "nt", reason="another way to ask")
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    longest = "x" * os.pathconf(tmp_path, "PC_NAME_MAX")

    write_whole(tmp_path / longest, b"content")

    assert [path.name for path in tmp_path.iterdir()] == [longest]
