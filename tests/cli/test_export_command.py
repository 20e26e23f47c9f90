"""``tendigits export``: what it says of the file that it wrote."""

import json
import re

import pytest
from command import tendigits_command


def test_it_ends_with_what_was_written_and_how_to_use_it(trained):
    result = tendigits_command("export", trained[0], "-o", "digits.onnx")

    assert result.stdout == (
        "digits.onnx takes images uint8 (batch, 28, 28), 0 to 255, ink bright;"
        " gives probabilities float32 (batch, 10), of each class;"
        " labels int64 (batch), the most probable class, counted from 0\n"
    )
    assert re.search(r"model: run .* [0-9a-f]{8}\n", result.stderr)


@pytest.mark.parametrize(("name", "dtype"), [("digits.onnx", "uint8"), ("digits.keras", "float32")])
def test_json_says_the_same(trained, name, dtype, tmp_path):
    result = tendigits_command("export", trained[0] / "weights.safetensors", "-o", name, "--json")

    content = json.loads(result.stdout)
    assert list(content) == ["path", "model", "format", "input", "outputs"]
    assert (tmp_path / content["path"]).stat().st_size > 100_000
    assert content["model"].startswith("file ")
    assert (content["input"]["name"], content["input"]["dtype"]) == ("images", dtype)
    assert content["outputs"][0]["name"] == "probabilities"


def test_another_ending_is_wrong_usage(trained):
    assert ".onnx or .keras" in tendigits_command("export", trained[0], "-o", "digits.h5", code=2).stderr


@pytest.mark.parametrize(
    ("model", "out", "reason"),
    [
        (None, "nowhere/digits.onnx", "there is no folder nowhere"),
        ("/nowhere", "digits.onnx", "/nowhere does not exist"),
    ],
)
def test_failure_is_exit_code_1_and_leaves_nothing(trained, model, out, reason, tmp_path):
    assert reason in tendigits_command("export", model or trained[0], "-o", out, code=1).stderr
    assert not list(tmp_path.iterdir())
