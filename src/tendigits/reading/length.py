"""How many digits a reading should have, as users say it."""

import operator
import re

__all__ = ["Length", "as_length"]

Length = int | tuple[int, int] | str | None


def as_length(length: Length) -> tuple[int, int] | None:
    """Return the least and the most digits; None for any number.

    Args:
        length: 4, ``"4"``, ``(4, 6)``, ``"4-6"`` or None.

    Raises:
        ValueError: it is none of these, or no such number of digits can be.

    """
    if length is None:
        return None
    if isinstance(length, str):
        match = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", length)
        if not match:
            raise ValueError(f"length {length!r} is neither a number, as 4, nor a range, as 4-6")
        least, most = int(match[1]), int(match[2] or match[1])
    elif isinstance(length, tuple):
        least, most = (operator.index(end) for end in length)
    else:
        least = most = operator.index(length)
    if not 1 <= least <= most:
        raise ValueError(f"length {length!r} should be 1 or more digits, the fewer first")
    return least, most
