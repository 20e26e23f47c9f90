"""The folder of a run: what is taken for an empty one, and that no two runs get the same."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tendigits.errors import RunError
from tendigits.training.claiming import claim, claimed, make_run_folder
from tendigits.training.readable_json import readable_json
from tendigits.training.repeat import Repetition
from tendigits.training.run_folder import RunFolder

REPETITION = Repetition(network="8", data="mnist", epochs=1, batch_size=32, recipe="tutorial", seeds=(1, 2))
CONFIGURATION = REPETITION.configuration(1, {})


class TestAFolderForARun:
    @pytest.mark.parametrize("path", ["run", "a/b/run", "."])
    def test_is_made_or_taken_where_it_is_empty(self, path, tmp_path):
        claim(tmp_path / path)

        assert not list((tmp_path / path).iterdir())

    @pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", ".config.json.0123abcd.partial"])
    def test_is_empty_although_a_file_manager_or_a_killed_process_was_there(self, name, tmp_path):
        (tmp_path / name).touch()

        claim(tmp_path)

    @pytest.mark.parametrize("name", ["notes", ".gitignore", "config.json"])
    def test_is_refused_where_it_holds_anything_else(self, name, tmp_path):
        (tmp_path / ".DS_Store").touch()
        (tmp_path / name).touch()

        with pytest.raises(RunError, match=rf"is not empty \(it holds {name}\)"):
            claim(tmp_path)

    @pytest.mark.parametrize(("path", "is_a_file"), [("file", "it"), ("file/run", "file")])
    def test_is_refused_where_a_file_is_in_the_way(self, path, is_a_file, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("file").touch()

        with pytest.raises(RunError, match=f"^cannot make a run folder at {path}: {is_a_file} is a file$"):
            claim(Path(path))

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
    def test_is_refused_where_none_can_be_made(self):
        with pytest.raises(RunError, match="cannot make a run folder at /proc/run"):
            claim(Path("/proc/run"))

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root and Windows write to it all the same")
    def test_is_refused_where_it_cannot_be_written(self, tmp_path):
        tmp_path.chmod(0o500)

        with pytest.raises(RunError, match=r"cannot make a run folder at .*Permission denied"):
            claim(tmp_path)


class TestARunThatDoesNotBegin:
    def begin_in_vain(self, path, before_it_fails=lambda: None):
        def begin():
            with claimed(path):
                before_it_fails()
                raise KeyError

        with pytest.raises(KeyError):
            begin()

    def test_leaves_no_folder_that_was_made_for_it(self, tmp_path):
        self.begin_in_vain(tmp_path / "a" / "b")

        assert not list(tmp_path.iterdir())

    def test_leaves_an_empty_folder_that_was_there(self, tmp_path):
        self.begin_in_vain(tmp_path)

        assert tmp_path.exists()

    def test_leaves_a_folder_that_another_run_has_begun_in(self, tmp_path):
        self.begin_in_vain(tmp_path / "run", lambda: RunFolder.create(tmp_path / "run", CONFIGURATION))

        assert RunFolder.open(tmp_path / "run").configuration == CONFIGURATION


@pytest.mark.parametrize(
    "create",
    [lambda path: RunFolder.create(path, CONFIGURATION), REPETITION.create],
    ids=["one run", "several seeds"],
)
@pytest.mark.parametrize("exists", [True, False])
def test_of_many_that_begin_in_one_folder_at_once_one_wins(exists, create, tmp_path):
    starters = 8
    path = tmp_path if exists else tmp_path / "run"
    together = Barrier(starters)

    def begin(_):
        together.wait()
        try:
            create(path)
        except RunError as error:
            return str(error)
        return "won"

    with ThreadPoolExecutor(starters) as pool:
        ends = list(pool.map(begin, range(starters)))

    assert ends.count("won") == 1
    assert sum(f"{path} is not empty" in end for end in ends) == starters - 1
    assert len(list(path.iterdir())) == 1


OF_BOTH = [
    ("epochs", "many", "epochs is 'many'"),
    ("epochs", -3, "epochs is -3, and should be 1 or more"),
    ("epochs", True, "epochs is True"),
    ("batch_size", 0, "batch_size is 0, and should be 1 or more"),
    ("batch_size", None, "batch_size is None"),
    ("recipe", "x", "recipe 'x' is not one of"),
    ("network", "nope", "network 'nope' is neither a name"),
    ("network", 8, "network is 8"),
    ("colour", "red", "it has not exactly the entries network, data, "),
]


def damaged(path, name, value):
    """Give the one file of a folder another entry."""
    (file,) = path.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    return file


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        *OF_BOTH,
        ("seed", -1, "seed is -1, and should be 0 or more"),
        ("held_out", -1, "held_out is -1, and should be 0 or more"),
        ("held_out", False, "held_out is False"),
        ("threads", 0, "threads is 0, and should be 1 or more"),
        ("callbacks", [1], "callbacks is 1"),
        ("versions", {"keras": None}, "versions is None"),
        ("data_sha256", [], r"data_sha256 is \[\]"),
    ],
)
def test_a_damaged_configuration_is_refused_with_what_is_wrong(name, value, reason, tmp_path):
    RunFolder.create(tmp_path, CONFIGURATION)
    file = damaged(tmp_path, name, value)

    with pytest.raises(RunError, match=f"^{file} cannot be read: {reason}"):
        RunFolder.open(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        *OF_BOTH,
        ("data", None, "data is None"),
        ("seeds", "12", "seeds is '12'"),
        ("seeds", [1, -2], "seeds is -2, and should be 0 or more"),
        ("seeds", [1, True], "seeds is True"),
        ("seeds", [], "it has no seeds"),
    ],
)
def test_a_damaged_list_of_seeds_is_refused_with_what_is_wrong(name, value, reason, tmp_path):
    REPETITION.create(tmp_path)
    file = damaged(tmp_path, name, value)

    with pytest.raises(RunError, match=f"^{file} cannot be read: {reason}"):
        Repetition.open(tmp_path)


def test_what_was_written_of_a_run_and_of_several_is_read_again(tmp_path):
    RunFolder.create(tmp_path / "one", CONFIGURATION)
    REPETITION.create(tmp_path / "several")

    assert RunFolder.open(tmp_path / "one").configuration == CONFIGURATION
    assert Repetition.open(tmp_path / "several") == REPETITION


def test_two_folders_made_in_the_same_second_are_two(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    first, second = (make_run_folder("tutorial") for _ in range(2))

    assert first != second
    assert first.is_dir()
    assert second.is_dir()


CONTENT = {"n": 3, "interval": [0.1, 2e-9], "confusion": [[1, 0], [2, -3]], "words": ["[\n1", "2\n]"], "no": []}


class TestTheJSON:
    def test_is_read_back_equal(self):
        assert json.loads(readable_json(CONTENT)) == CONTENT

    def test_has_a_row_of_a_matrix_in_a_line(self):
        lines = readable_json(CONTENT).decode().splitlines()

        assert '  "interval": [0.1, 2e-09],' in lines
        assert lines[lines.index('  "confusion": [') :][1:3] == ["    [1, 0],", "    [2, -3]"]
