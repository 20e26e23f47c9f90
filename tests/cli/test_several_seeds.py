"""``tendigits train --repeat``: the same training with several seeds."""

import json
import re

import pytest
from command import tendigits_command


def test_several_seeds_without_out_are_told_by_the_folder_s_name(small_mnist_folder, tmp_path):
    arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
    tendigits_command("train", *arguments)

    (folder,) = (tmp_path / "runs").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-16-repeat-2", folder.name)
    assert sorted(path.name for path in folder.iterdir()) == ["repeat.json", "seed-1", "seed-2"]


@pytest.mark.backends
def test_several_seeds_are_summed_up(small_mnist_folder, tmp_path):
    arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--seed", 4, "--repeat", 2)
    result = tendigits_command("train", *arguments, "--out", tmp_path / "runs", "--json")

    content = json.loads(result.stdout)
    first, second = (run["accuracy"] for run in content["runs"])
    assert [run["run"] for run in content["runs"]] == [str(tmp_path / "runs" / f"seed-{n}") for n in (4, 5)]
    assert content["mean"] == pytest.approx((first + second) / 2)
    assert content["sd"] == pytest.approx(abs(first - second) / 2**0.5)
    assert content["worst"] == min(first, second)


def test_of_several_seeds_the_data_and_the_network_are_shown_once(small_mnist_folder):
    arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
    output = tendigits_command("train", *arguments, "--out", "run").stdout

    assert [output.count(shown) for shown in ("x_train (2000", "Total params", "epoch 1/1")] == [1, 1, 2]
    assert output.index("x_train") < output.index("Total params") < output.index("epoch 1/1")


@pytest.mark.backends
def test_several_seeds_go_on_where_one_is_missing(small_mnist_folder, tmp_path):
    arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
    whole = tendigits_command("train", *arguments, "--out", tmp_path, "--json")
    for path in (tmp_path / "seed-2").iterdir():
        path.unlink()
    first_written = (tmp_path / "seed-1" / "metrics.json").stat().st_mtime_ns

    resumed = tendigits_command("train", "--resume", tmp_path, "--json")

    hashes = [[run["weights_sha256"] for run in json.loads(result.stdout)["runs"]] for result in (whole, resumed)]
    assert hashes[0] == hashes[1]
    assert (tmp_path / "seed-1" / "metrics.json").stat().st_mtime_ns == first_written


def with_another_recipe(folder):
    """Make a run one that was begun with other constants."""
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(content | {"recipe_sha256": "0" * 64}))


def test_a_finished_seed_of_other_constants_is_not_summed_up_with_those_of_now(small_mnist_folder, tmp_path):
    arguments = ("--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--repeat", 2)
    tendigits_command("train", *arguments, "--out", tmp_path)
    with_another_recipe(tmp_path / "seed-1")

    result = tendigits_command("train", "--resume", tmp_path, code=1)

    assert "seed-1 was begun with other constants of the recipe tutorial" in result.stderr


def test_one_run_of_other_constants_is_refused_before_its_data_are_loaded(small_mnist_folder, tmp_path):
    tendigits_command(
        "train", "--network", "16", "--data", small_mnist_folder, "--epochs", 1, "--out", tmp_path / "run"
    )
    with_another_recipe(tmp_path / "run")

    result = tendigits_command("train", "--resume", tmp_path / "run", code=1)

    assert "was begun with other constants of the recipe tutorial" in result.stderr
    assert not result.stdout
