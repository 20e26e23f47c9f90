"""Every shell and Python example in README and the book does what it says, or its page says why it cannot be tried."""

import json
import os
import re
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from command import tendigits_command
from desk import environment, furnish, run
from markdown_examples import PAGES, ROOT, examples

RUN_PYTHON = Path(__file__).with_name("run_python.py")
ADDRESS = "127.0.0.1:8000"
KNOWN = {"", "json", "python", "sh", "text"}

RUNNABLE = [
    page
    for page in PAGES
    if any(example.language in {"sh", "python"} and not example.not_run for example in examples(page))
]


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of(page, desk, variables, port):
    shown = [example for example in examples(page) if not example.not_run]
    shell = [(str(each), localised(each.code, port)) for each in shown if each.language == "sh"]
    python = [(str(page), each.line, localised(each.code, port)) for each in shown if each.language == "python"]

    if any(ADDRESS in example.code for example in shown):
        run([desk / ".venv/bin/tendigits", "serve"], desk, variables)
    run(["bash", "-c", script(shell)], desk, variables)
    if python:
        (desk / "examples.json").write_text(json.dumps(python))
        run([sys.executable, RUN_PYTHON, "examples.json"], desk, variables)


def test_pages_have_code_of_known_languages_alone():
    languages = {example.language for page in PAGES for example in examples(page)}

    assert {language for language in languages if not language.startswith("{")} == KNOWN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_not_called_shell_is_no_command_in(page):
    for example in examples(page):
        if example.language in {"", "text"}:
            assert not re.search(r"^(\$ |\S*bin/|tendigits [a-z]|make |pip )", example.code, re.MULTILINE), str(example)


def test_few_examples_are_not_run_and_each_says_why():
    left_out = [example for page in PAGES for example in examples(page) if example.not_run]
    all_of_them = [each for page in PAGES for each in examples(page) if each.language in {"sh", "python"}]

    assert all(len(example.not_run) > 5 for example in left_out)
    assert all(example.language in {"sh", "python"} for example in left_out)
    assert len(left_out) < len(all_of_them) / 4


def localised(code, port):
    """Return code that asks the test's server, and whose runs have a name."""
    return code.replace(ADDRESS, f"127.0.0.1:{port}").replace("runs/...", "runs/lesson")


def script(examples):
    """Return one script; where it fails it says in which example."""
    blocks = [f"place='{place}'\n{code}" for place, code in examples]
    return "\n".join(["set -euo pipefail", "trap 'echo \"in $place\" >&2' ERR", *blocks])


@pytest.fixture(scope="module")
def finished_run(small_mnist_folder, tmp_path_factory):
    """A run of one epoch on a small set."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    tendigits_command("train", "--data", small_mnist_folder, "--epochs", 1, "--out", folder)
    return folder


@pytest.fixture
def desk(tmp_path, mnist, finished_run):
    """A folder with all that the examples name; what serves in it is stopped in the end."""
    furnish(tmp_path, mnist, finished_run)
    yield tmp_path
    with suppress(FileNotFoundError, ProcessLookupError):  # none was started, or it has ended
        os.killpg(int((tmp_path / "server.pid").read_text()), signal.SIGTERM)


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def variables(desk, port, small_mnist_folder):
    return environment(desk, port, small_mnist_folder)
