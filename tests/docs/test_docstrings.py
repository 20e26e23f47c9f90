"""Examples in docstrings give what they say."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import tendigits

SOURCE = Path(tendigits.__file__).parent
MODULES = sorted(
    ".".join(("tendigits", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in SOURCE.rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_an_example_in_a_docstring_gives_what_it_says(name):
    results = doctest.testmod(import_module(name.removesuffix(".__init__")))

    assert results.attempted
    assert not results.failed
