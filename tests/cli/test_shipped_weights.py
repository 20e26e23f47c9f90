"""The weights that ship, where a command is given no model or a name."""

import json
import re

from command import tendigits_command


def test_evaluate_measures_them_where_no_model_is_named():
    result = tendigits_command("evaluate", "--json")

    content = json.loads(result.stdout)
    assert content["model"].startswith("shipped 1.0 ")
    assert content["accuracy"] > 0.993
    assert f"model: {content['model']}; data: mnist" in result.stderr


def test_the_tutorial_s_and_the_robust_ones_are_known_by_name():
    output = tendigits_command("compare", "tutorial", "robust").stdout

    assert re.search(r"B makes \d+ fewer mistakes", output)


def test_they_are_exported_where_no_model_is_named(tmp_path):
    tendigits_command("export", "-o", "digits.onnx")

    assert (tmp_path / "digits.onnx").exists()
