"""``tendigits train``: what it prints, what it leaves, and where."""

import json
import re
import shlex
import subprocess

import cv2
import numpy as np
import pytest
from command import tendigits_command


@pytest.mark.backends
def test_it_shows_every_step_of_the_tutorial(trained):
    output = trained[1].stdout

    steps = [
        r"x_train \(2000, 28, 28\) +y_train \(2000,\)",
        r"x_test +\(500, 28, 28\) +y_test +\(500,\)",
        r"Total params: 25,450",
        r"epoch 1/3 .*accuracy 0\.\d+ +loss \d.*val_accuracy 0\.\d+ +val_loss \d",
        r"epoch 3/3 ",
        r"epoch +\n1 +0\.\d{4}",
        r"test image 0: predicted \d \(\d.*% sure\), true 7",
        r"test image 4: predicted \d \(\d.*% sure\), true 4",
        r"test loss \d\.\d{4}",
        r"test accuracy 0\.\d{4} \(95% interval 0\.\d{3}-0\.\d{3}; \d+ of 500 wrong\)",
        r"run/history.png",
        r"Use it:\n  .* evaluate .*/run",
    ]
    at = 0
    for step in steps:
        found = re.compile(step).search(output, at)
        assert found, f"{step!r} is not in the rest of the output:\n{output[at:]}"
        at = found.end()


def test_it_ends_with_the_commands_that_use_the_run_and_they_work_as_they_stand(tmp_path, mnist):
    output = tendigits_command("train", "--network", "8", "--epochs", 1, "--out", tmp_path / "run").stdout
    evaluate, read, serve = (shlex.split(line) for line in output.partition("Use it:\n")[2].splitlines())
    photo = str(tmp_path / "photo.jpg")
    cv2.imwrite(photo, 255 - np.pad(mnist[1][0][0], 20))

    for words in (evaluate, [photo if word == "photo.jpg" else word for word in read]):
        subprocess.run(words, check=True, capture_output=True)
    with subprocess.Popen([*serve, "--port", "0"], stderr=subprocess.PIPE, text=True) as server:
        said = [server.stderr.readline() for _ in range(2)]
        server.terminate()
    assert str(tmp_path / "run") in said[0]
    assert "http://127.0.0.1:" in said[1]
    assert server.returncode == 0


def test_json_ends_with_one_line(small_mnist_folder, tmp_path):
    result = tendigits_command(
        "train", "--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--out", tmp_path / "run", "--json"
    )

    content = json.loads(result.stdout)
    assert list(content) == [
        "run", "accuracy", "loss", "wrong", "n", "interval", "fit_seconds", "total_seconds", "weights_sha256",
    ]  # fmt: skip
    assert content["n"] == 500
    assert "epoch 1/1" in result.stderr


def test_the_same_seed_gives_the_same_weights_and_another_others(small_mnist_folder, tmp_path):
    def weights(seed, name):
        arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--seed", seed)
        result = tendigits_command("train", *arguments, "--out", tmp_path / name, "--json")
        return json.loads(result.stdout)["weights_sha256"]

    assert weights(1, "a") == weights(1, "b") != weights(2, "c")


def test_without_out_it_makes_a_folder_under_runs(small_mnist_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    tendigits_command("train", "--network", "16", "--data", small_mnist_folder, "--epochs", 1)

    (folder,) = (tmp_path / "runs").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-16", folder.name)
    assert (folder / "metrics.json").exists()


@pytest.mark.backends
def test_going_on_with_a_finished_run_gives_its_result_again(trained):
    result = tendigits_command("train", "--resume", trained[0], "--json")

    metrics = json.loads((trained[0] / "metrics.json").read_text())
    assert json.loads(result.stdout)["weights_sha256"] == metrics["weights_sha256"]
    assert "this run was finished: nothing to train after 3 epochs" in result.stderr


def test_a_path_is_printed_as_it_is(small_mnist_folder):
    name = "r[bold]x:100:[/a]"
    result = tendigits_command("train", "--network", "8", "--data", small_mnist_folder, "--epochs", 1, "--out", name)

    assert f"{name}/history.png" in result.stdout


def test_the_table_of_many_epochs_is_short_and_ends_with_the_last(small_mnist_folder, tmp_path):
    arguments = ("--network", "4", "--data", small_mnist_folder, "--epochs", 60, "--out", tmp_path / "run")

    table = tendigits_command("train", *arguments).stdout.rsplit("\nepoch ", 1)[1].split("\n\n")[0]

    assert [int(line.split()[0]) for line in table.splitlines()[1:]] == list(range(3, 61, 3))
