"""The rooms: docs/architecture.md lists every file once, and imports go down that list."""

import ast
import re
from pathlib import Path

import pytest

import tendigits

SOURCE = Path(tendigits.__file__).parent
PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
NOT_LISTED = {"__init__.py", "__main__.py"}


def listed() -> str:
    """The list of rooms and their files, as the page has it."""
    return PAGE.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]


def rooms() -> dict[str, int]:
    """How far down the list each room is: a folder, or a file that stands in none. Those of one line are level."""
    found = re.finditer(r"^([a-z_]+/|[a-z_.]+\.py(?:, [a-z_.]+\.py)*)(?=\s)", listed(), re.MULTILINE)
    return {name.rstrip("/"): at for at, line in enumerate(found) for name in line[1].split(", ")}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def imported(path: Path) -> set[str]:
    """The rooms that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "tendigits":
            names = node.module.split(".")[1:2] or [alias.name for alias in node.names]
            found |= {name if (SOURCE / name).is_dir() else f"{name}.py" for name in names}
    return {name for name in found if (SOURCE / name).exists()}


def test_every_file_is_listed_and_every_listed_file_is_there():
    there = {path.name for path in SOURCE.rglob("*.py")} - NOT_LISTED
    assert set(re.findall(r"\w+\.py\b", listed())) == there


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_go_down_the_list(path):
    at = rooms()
    if room(path) in NOT_LISTED:
        return
    assert {name for name in imported(path) if at[name] < at[room(path)]} == set()
