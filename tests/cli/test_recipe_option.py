"""``tendigits train --recipe``: its own epochs and batch size, and the same weights again."""

import json

from command import tendigits_command

from tendigits.training.recipes import ROBUST


def test_a_robust_run_says_so_and_repeats_to_the_bit(small_mnist_folder, tmp_path):
    arguments = ("--network", "16", "--recipe", "robust", "--epochs", 1, "--data", small_mnist_folder)
    once, again = (
        json.loads(tendigits_command("train", *arguments, "--json", "--out", name).stdout) for name in ("a", "b")
    )

    assert once["weights_sha256"] == again["weights_sha256"]
    assert json.loads((tmp_path / "a/config.json").read_text())["recipe"] == "robust"


def test_its_own_epochs_and_batch_size_are_the_default(small_mnist_folder, tmp_path):
    arguments = ("--network", "8", "--recipe", "robust", "--data", small_mnist_folder, "--out", "run")
    tendigits_command("train", *arguments)

    configuration = json.loads((tmp_path / "run/config.json").read_text())
    assert (configuration["epochs"], configuration["batch_size"]) == (ROBUST.epochs, ROBUST.batch_size)


def test_an_unknown_one_is_refused_with_those_there_are():
    errors = tendigits_command("train", "--recipe", "rubost", code=2).stderr

    assert "recipe 'rubost' is not one of tutorial, robust" in " ".join(errors.split())
