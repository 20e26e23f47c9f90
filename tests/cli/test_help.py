"""Help for every command, and the version."""

import re

import pytest
from command import tendigits_command

import tendigits
from tendigits.network import NETWORKS


def test_the_version():
    assert tendigits_command("--version").stdout == f"tendigits {tendigits.__version__}\n"


@pytest.mark.parametrize(
    "command",
    [
        *("train", "evaluate", "read", "serve", "compare", "report", "export"),
        *("data list", "data get", "data show", "data verify"),
    ],
)
def test_every_command_has_help_with_an_example(command):
    output = tendigits_command(*command.split(), "--help").stdout

    assert f"Example:  tendigits {command}" in output


def test_the_help_names_the_networks_and_shows_sizes():
    output = " ".join(tendigits_command("train", "--help").stdout.split())

    description = re.search(r"--network NAME\|SIZES (.*?) --data", output)[1]
    assert all(name in description for name in NETWORKS)
    assert "256-128" in description


@pytest.mark.parametrize(
    ("arguments", "ending"),
    [
        (["data", "show", "-o", "digits.jpeg"], ".png"),
        (["compare", "tutorial", "robust", "--picture", "differences.jpg"], ".png"),
        (["evaluate", "--data", ".", "--sheet", "failures.gif"], ".png"),
        (["report", "run", "-o", "report.txt"], ".html"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_file_is_called_as_what_is_written_to_it(arguments, ending):
    errors = tendigits_command(*arguments, code=2).output

    assert arguments[-1] in errors
    assert f"is to end in {ending}" in errors.replace("\n", " ")
