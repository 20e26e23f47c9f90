"""The examples in README and the book: fenced code in Markdown, and what is said of it.

Shell and Python are run. Where an example cannot be, an HTML comment before it says why, which no reader sees:
`<!-- not run: needs a cluster -->`. Cells of notebooks, ```` ```{code-cell} ````, run when the book is built.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

__all__ = ["PAGES", "ROOT", "Example", "examples"]

ROOT = Path(__file__).parents[2]

PAGES = [ROOT / "README.md", *(page for page in sorted(ROOT.glob("docs/**/*.md")) if "_build" not in page.parts)]

_NOT_RUN = re.compile(r"\s*<!-- not run: (?P<reason>.+) -->\s*")


@dataclass(frozen=True)
class Example:
    """Fenced code.

    page: the file it is in. line: of its first line of code, from 1. language: the fence's first word, or nothing.
    code: as it stands. not_run: why it is not run; None where it is.
    """

    page: Path
    line: int
    language: str
    code: str
    not_run: str | None

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def examples(page):
    """Return the examples of a page in their order."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [
        Example(page, token.map[0] + 2, (token.info.split() or [""])[0], token.content, _reason(before))
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.type == "fence"
    ]


def _reason(before):
    said = before is not None and before.type == "html_block" and _NOT_RUN.fullmatch(before.content)
    return said["reason"] if said else None
