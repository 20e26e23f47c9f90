"""``tendigits train``, asked for what cannot be: the exit code, one line, and nothing left behind."""

import json

import pytest
from command import tendigits_command


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--epochs", "0"), "epochs"),
        (("--batch-size", "0"), "batch-size"),
        (("--seed", "-1"), "seed"),
        (("--network", "huge"), "neither a name"),
        (("--resume", "x", "--epochs", "3"), "--epochs does not go with --resume: a run goes on as it was begun"),
        (("--resume", "x", "--batch-size", "3", "--out", "y"), "--batch-size, --out do not go with --resume"),
    ],
    ids=str,
)
def test_wrong_usage_is_exit_code_2(arguments, reason):
    assert reason in tendigits_command("train", *arguments, code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--data", "/nowhere"), "no data set '/nowhere'"),
        (("--data", "data/nowhere"), "no data set 'data/nowhere'"),
        (("--data", "minst"), "no data set 'minst': neither mnist"),
        (("--data", "minst"), "did you mean mnist?"),
        (("--repeat", "2", "--data", "minst"), "did you mean mnist?"),
        (("--resume", "/nowhere"), "/nowhere is not a run folder"),
    ],
    ids=str,
)
def test_failure_is_exit_code_1_and_one_line(arguments, reason):
    result = tendigits_command("train", *arguments, code=1)

    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "notes").touch()

    assert ". is not empty (it holds notes)" in tendigits_command("train", "--out", ".", code=1).stderr


@pytest.mark.parametrize("options", [(), ("--out", "run"), ("--out", "a/b"), ("--out", "run", "--repeat", 2)], ids=str)
def test_a_start_that_fails_leaves_no_folder(options, tmp_path):
    tendigits_command("train", "--data", "/nowhere", *options, code=1)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [(), ("--repeat", 2)], ids=str)
def test_a_folder_that_cannot_be_made_is_refused_before_data_are_loaded(options, small_mnist_folder, tmp_path):
    (tmp_path / "file").touch()

    result = tendigits_command("train", "--data", small_mnist_folder, "--out", "file", *options, code=1)

    assert result.stderr == "tendigits: cannot make a run folder at file: it is a file\n"
    assert "x_train" not in result.stdout


@pytest.mark.parametrize("command", ["evaluate", "train --resume"])
def test_a_name_too_long_for_the_system_is_no_crash(command):
    assert "x" * 5000 in tendigits_command(*command.split(), "x" * 5000, code=1).stderr


def test_a_run_begun_in_python_is_gone_on_with_there(trained, tmp_path):
    configuration = json.loads((trained[0] / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(configuration | {"network": None}))

    assert "go on there, with tendigits.resume" in tendigits_command("train", "--resume", tmp_path, code=1).stderr
