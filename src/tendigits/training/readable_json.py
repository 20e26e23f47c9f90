"""JSON for people: a value a line, a matrix a row a line."""

import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["readable_json"]

_NUMBERS = re.compile(r"\[\n\s*([^\[\]{}\"]*?)\n\s*\]")
"""A list of nothing but numbers, as ``json.dumps`` indents it."""


def readable_json(content: Mapping[str, Any]) -> bytes:
    """Write JSON for people: a value a line, a matrix a row a line.

    >>> print(readable_json({"n": 4, "confusion": [[1, 0], [1, 2]]}).decode(), end="")
    {
      "n": 4,
      "confusion": [
        [1, 0],
        [1, 2]
      ]
    }
    """
    text = json.dumps(content, indent=2)
    return (_NUMBERS.sub(lambda row: "[" + re.sub(r"\n\s*", " ", row[1]) + "]", text) + "\n").encode()
