"""The book's own extensions, where Sphinx is installed: `make docs` builds all of it, warnings being errors."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tendigits.cli import app

pytest.importorskip("sphinx")

DOCS = Path(__file__).parents[2] / "docs"

CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "_ext")!r})
extensions = ["myst_parser", "sphinx.ext.autodoc", "arrays", "command_line", "elsewhere"]
"""

INDEX = """
# A book

[measured](../benchmarks/fit.md)

```{toctree}
measured/fit
```

```{commands} tendigits.cli:app tendigits
```

```{eval-rst}
.. autofunction:: tendigits.prepare
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The text of a small book that uses them all."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(CONF)
    (folder / "index.md").write_text(INDEX)
    (folder / "measured").mkdir()
    (folder / "measured/fit.md").write_text("# Fit")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", folder, folder / "html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "html/index.html").read_text()


def test_it_has_every_command_and_option(book):
    text = re.sub(r"<[^>]+>", "", book)
    group = typer.main.get_command(app)
    data = group.commands.pop("data")
    for path, command in [*group.commands.items(), *((f"data {name}", each) for name, each in data.commands.items())]:
        assert f"tendigits {path}" in text
        assert all(option in text for parameter in command.params for option in parameter.opts if option[0] == "-")


def test_it_has_the_examples_of_the_help(book):
    assert "tendigits serve --open" in re.sub(r"<[^>]+>", "", book)


def test_links_to_benchmarks_lead_to_the_books_own_pages(book):
    assert 'href="measured/fit.html"' in book


def test_arrays_in_signatures_are_short(book):
    signature = re.sub(r"<[^>]+>", "", re.search(r'<dt class="sig.*?</dt>', book, re.DOTALL)[0])

    assert re.search(r"images:\s*ndarray\b(?!\[)", signature)
