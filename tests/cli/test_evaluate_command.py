"""``tendigits evaluate``: whose answer it is, what is measured, and what cannot be."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command import tendigits_command
from PIL import Image

from tendigits.models import open_model
from tendigits.weights import Dense, Weights, serialize


def test_data_of_more_classes_than_the_model_has_are_refused(tmp_path):
    layer = Dense(np.zeros((784, 3), np.float32), np.zeros(3, np.float32), "softmax")
    (tmp_path / "three").write_bytes(serialize(Weights((layer,), ("a", "b", "c"), {})))

    errors = tendigits_command("evaluate", "three", code=1).stderr

    assert re.search(r"mnist has labels up to 9, and file three [0-9a-f]{8} has 3 classes", errors)


def test_a_run_on_arrays_made_in_python_is_measured_on_named_data_only(trained, tmp_path):
    shutil.copytree(trained[0], tmp_path / "run")
    configuration = json.loads((trained[0] / "config.json").read_text())
    (tmp_path / "run" / "config.json").write_text(json.dumps(configuration | {"data": None}))

    assert "with --data" in tendigits_command("evaluate", "run", code=1).stderr


@pytest.mark.backends
def test_it_finds_what_training_found_on_the_data_of_the_run(trained):
    result = tendigits_command("evaluate", trained[0], "--json")

    content, metrics = json.loads(result.stdout), json.loads((trained[0] / "metrics.json").read_text())
    assert re.fullmatch(rf"run {trained[0]} [0-9a-f]{{8}}", content["model"])
    assert {key: content[key] for key in metrics if key in content} == {
        key: metrics[key] for key in metrics if key in content
    }
    assert list(content) == [
        "model", "accuracy", "loss", "wrong", "n", "interval", "calibration_error", "accuracy_at_99_coverage",
        "confusion",
    ]  # fmt: skip


def test_it_says_whose_answer_it_is(trained):
    assert re.search(r"model: run .* [0-9a-f]{8}; data: ", tendigits_command("evaluate", trained[0]).stderr)


def test_for_people_it_prints_the_confusion(trained):
    output = tendigits_command("evaluate", trained[0]).stdout

    assert "test accuracy 0." in output
    assert re.search(r"test loss \d\.\d{4} \(negative log-likelihood, in nats\)\ncalibration error \d", output)
    assert re.search(r"accuracy without the 1% it is least sure of 0\.\d{4}\n", output)
    assert re.search(r"true +as 0 +as 1", output)


def test_a_weights_file_alone_is_measured_on_mnist(trained, mnist):
    result = tendigits_command("evaluate", trained[0] / "weights.safetensors", "--json")

    assert json.loads(result.stdout)["n"] == 10_000
    assert json.loads(result.stdout)["model"].startswith("file ")


def test_other_data_can_be_named(trained, small_mnist_folder):
    result = tendigits_command("evaluate", trained[0], "--data", small_mnist_folder, "--json")

    assert json.loads(result.stdout)["n"] == 500


def test_of_a_model_that_is_not_dense_it_says_why(tmp_path):
    (tmp_path / "metrics.json").write_text(json.dumps({"not_dense": "layer 'conv2d' is a Conv2D"}))

    result = tendigits_command("evaluate", tmp_path, code=1)

    assert f"{tmp_path} has no weights file: layer 'conv2d' is a Conv2D" in result.stderr


def test_an_unfinished_run_is_named(tmp_path):
    assert "no run was finished in it" in tendigits_command("evaluate", tmp_path, code=1).stderr


def test_a_folder_of_several_seeds_names_them(trained, tmp_path):
    shutil.copytree(trained[0], tmp_path / "several" / "seed-1")

    assert "it holds runs" in (errors := tendigits_command("evaluate", "several", code=1).stderr)
    assert "several/seed-1" in errors


def test_runs_of_several_seeds_are_found_below_a_folder_of_runs(trained, tmp_path):
    for name in ("one", "repeat/seed-1", "repeat/seed-2"):
        shutil.copytree(trained[0], tmp_path / "runs" / name)

    errors = tendigits_command("evaluate", "runs", code=1).stderr

    assert "runs/one, runs/repeat/seed-1, runs/repeat/seed-2" in errors


def test_a_folder_called_as_a_data_set_is_not_taken_for_it():
    Path("mnist").mkdir()
    Path("mnist/photo.jpg").touch()

    assert "; data: mnist\n" in tendigits_command("evaluate", "--data", "mnist").stderr
    assert "needs a labels.csv" in tendigits_command("evaluate", "--data", "./mnist", code=1).stderr


def test_a_folder_of_images_without_labels_is_told_what_it_needs():
    Path("digits").mkdir()
    Path("digits/photo.jpg").touch()

    errors = tendigits_command("evaluate", "--data", "digits", code=1).stderr

    assert "digits: a folder of images needs a labels.csv" in errors
    assert "train-images-idx3-ubyte" in errors


def test_an_interrupted_run_is_told_how_to_go_on(tmp_path):
    (tmp_path / "checkpoint.safetensors").touch()

    assert f"train --resume {tmp_path}" in tendigits_command("evaluate", tmp_path, code=1).stderr


def test_a_checkpoint_is_answered_with_the_folder_to_name(trained):
    result = tendigits_command("evaluate", trained[0] / "checkpoint.safetensors", code=1)

    assert "is a checkpoint" in result.stderr
    assert result.stderr.endswith(f"give the run's folder, {trained[0]}\n")


def test_a_file_of_another_kind_is_called_what_it_is_not(tmp_path):
    (tmp_path / "README.md").write_text("# A title, and some words below")

    assert "README.md is not a weights file of tendigits: it is not a safetensors file" in (
        tendigits_command("evaluate", "README.md", code=1).stderr
    )


@pytest.mark.parametrize(
    "command", [("evaluate",), ("compare", "tutorial"), ("read", "digit.png", "--model")], ids=" ".join
)
def test_weights_that_overflow_are_called_so(command, monkeypatch):
    original = open_model(Path("tutorial")).weights
    layers = tuple(replace(layer, kernel=layer.kernel * np.float32(1e30)) for layer in original.layers)
    with monkeypatch.context() as unchecked:
        unchecked.setattr("tendigits.weights._LARGEST", np.inf)
        Path("diverged").write_bytes(serialize(replace(original, layers=layers)))
    Image.fromarray(np.full((28, 28), 255, np.uint8)).save("digit.png")

    errors = tendigits_command(*command, "diverged", code=1).stderr

    assert "diverged is not a weights file of tendigits: layer 1 may give more than float32 can hold" in errors


def test_of_data_that_are_not_there_nothing_else_is_said(trained):
    result = tendigits_command("evaluate", trained[0], "--data", "fashion-mist", code=1)

    assert result.stderr.startswith("tendigits: no data set 'fashion-mist'")
    assert result.stderr.endswith("did you mean fashion-mnist?\n")


def test_a_missing_model_is_named():
    assert "/nowhere does not exist" in tendigits_command("evaluate", "/nowhere", code=1).stderr
