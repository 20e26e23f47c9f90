"""Links to what lies beside docs/: on a forge they are paths, in the book they are its own pages.

Pages of benchmarks/ are included in the folder measured/.
"""

import re

from sphinx.application import Sphinx

_BENCHMARK = re.compile(r"\]\((?:\.\./)+benchmarks/(\w+\.md)")


def _to_the_book(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = _BENCHMARK.sub(r"](/measured/\1", source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Rewrite pages as they are read."""
    app.connect("source-read", _to_the_book)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
