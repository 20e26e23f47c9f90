"""What files are like: which of them have changed is known without reading them again."""

import hashlib
import json
import os
import stat
from collections.abc import Sequence

__all__ = ["State", "digest", "state_of"]

State = tuple[str, int | None, int | None, int | None]
"""A file's name, its size, and when its content and its permissions changed, in nanoseconds."""

_DIGITS = 16
"""Hex digits: that a file has changed and 64 bits of SHA-256 have not does not happen."""


def state_of(path: str) -> State:
    """Look at a file; what is no file has but a name."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of a million files; Path takes longer to make than this
    except (OSError, ValueError):
        return path, None, None, None
    if not stat.S_ISREG(found.st_mode):  # a folder has changed where a file in it has come, which may be the target
        return path, None, None, None
    return path, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def digest(states: Sequence[State], *others: object) -> str:
    """Return 16 hex digits for what files are like, and for what else counts."""
    return hashlib.sha256(json.dumps([list(states), *others]).encode()).hexdigest()[:_DIGITS]
