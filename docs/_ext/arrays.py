"""Types of arrays in signatures, short: their shape and dtype are in the docstrings, where a reader finds them."""

import re
from typing import Any

from sphinx.application import Sphinx

_ARRAY = re.compile(r"(~?(?:numpy\.)?ndarray)\[tuple\[[~.\w]*Any, \.\.\.\], [~.\w]*dtype\[[^\[\]]*\]\]")


def _shortened(*event: Any) -> tuple[str | None, str | None]:
    """Return the signature and the return annotation, which are the last that the event tells."""
    *_, signature, returns = event
    return _short(signature), _short(returns)


def _short(annotated: str | None) -> str | None:
    return annotated and _ARRAY.sub(r"\1", annotated)


def setup(app: Sphinx) -> dict[str, bool]:
    """Shorten every signature that autodoc finds."""
    app.connect("autodoc-process-signature", _shortened)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
