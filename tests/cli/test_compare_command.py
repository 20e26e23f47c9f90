"""``tendigits compare``: two models on the same digits, and those that they read differently."""

import json
import re

from command import tendigits_command


def test_each_gets_what_evaluate_finds(trained, another):
    content = json.loads(tendigits_command("compare", trained[0], another, "--json").stdout)

    for name, folder in (("a", trained[0]), ("b", another)):
        alone = json.loads(tendigits_command("evaluate", folder, "--json").stdout)
        assert content[name] == {key: alone[key] for key in ("accuracy", "loss", "wrong", "interval")}
    assert content["n"] == 500
    assert content["both_right"] + content["only_a_right"] == 500 - content["a"]["wrong"]
    assert list(content) == [
        "models", "data", "n", "a", "b", "both_right", "only_a_right", "only_b_right", "both_wrong", "p_value",
        "verdict", "disagreements",
    ]  # fmt: skip


def test_for_people_it_says_who_is_better_and_shows_twenty_digits(trained, another):
    result = tendigits_command("compare", trained[0], another)

    assert re.search(r"A: run .* [0-9a-f]{8}\nB: run .* [0-9a-f]{8}\ndata: ", result.stderr)
    assert re.search(r"A  test accuracy 0\.\d+ .*\nB  test accuracy 0\.\d+ ", result.stdout)
    assert re.search(r"A right +\d+ +\d+\nA wrong +\d+ +\d+\n", result.stdout)
    assert re.search(r"[AB] makes \d+ fewer mistakes?; a difference this large by chance alone: p", result.stdout)
    assert len(re.findall(r"(?m)^ +\d+ +\d  \d \(.*%\) +\d \(.*%\)$", result.stdout)) == 20


def test_a_run_and_its_own_weights_file_read_alike(trained, small_mnist_folder):
    weights = trained[0] / "weights.safetensors"

    output = tendigits_command("compare", trained[0], weights, "--data", small_mnist_folder).stdout

    assert "A and B make equally many mistakes\nThey read every digit alike." in output


def test_a_picture_of_the_digits_that_they_read_differently(trained, another, tmp_path):
    result = tendigits_command("compare", trained[0], another, "--picture", "differ.png")

    assert (tmp_path / "differ.png").read_bytes().startswith(b"\x89PNG")
    assert result.stdout.endswith("\ndiffer.png\n")


def test_a_picture_that_cannot_be_written_is_named(trained, another):
    errors = tendigits_command("compare", trained[0], another, "--picture", "no/differ.png", code=1).stderr

    assert "cannot write no/differ.png: there is no folder no" in errors


def test_models_of_different_data_need_to_be_told_which(trained):
    errors = tendigits_command("compare", trained[0], trained[0] / "weights.safetensors", code=1).stderr

    assert " on mnist: name what to measure both on with --data" in errors
