"""How many digits a number has, as users say it: 4, ``"4"``, ``(4, 6)`` or ``"4-6"``."""

import re
from collections.abc import Sequence
from numbers import Integral
from typing import Any

from tendigits.errors import LengthError

__all__ = ["Length", "as_length", "parse_length"]

Length = int | Sequence[int] | str | None

_BYTES = bytes | bytearray | memoryview
"""Sequences of whole numbers, of which none is meant as such."""


def as_length(length: Length) -> tuple[int, int] | None:
    """Return the fewest and the most digits that are expected; None for any number.

    Raises:
        LengthError: it is none of these, or no number has so many digits.

    """
    if length is None:
        return None
    if isinstance(length, str):
        return parse_length(length)
    ends: Sequence[Any] = (length, length)
    if isinstance(length, Sequence) and not isinstance(length, _BYTES):
        ends = length
    if len(ends) != 2:
        raise LengthError(f"length {length!r} is no pair of the fewest and the most digits")
    fewest, most = (_whole(end, length) for end in ends)
    if not 1 <= fewest <= most:
        raise LengthError(f"length {length!r} should be 1 or more digits, the fewest first")
    return fewest, most


def _whole(end: Any, length: Any) -> int:
    if not isinstance(end, Integral) or isinstance(end, bool):
        raise LengthError(f'length {length!r} is no whole number of digits; give 4, (4, 6) or "4-6"')
    return int(end)


def parse_length(text: str) -> tuple[int, int]:
    """Return the fewest and the most digits that are expected.

    >>> parse_length("4"), parse_length("4-6")
    ((4, 4), (4, 6))

    Raises:
        LengthError: it is neither a number nor a range of numbers, all at least 1.

    """
    written = re.fullmatch(r"\s*([0-9]{1,4})\s*(?:-\s*([0-9]{1,4})\s*)?", text)
    if written is None:
        raise LengthError(f"{text!r} is no number of digits; write 4, or 4-6 for four to six")
    fewest, most = int(written[1]), int(written[2] or written[1])
    if fewest < 1:
        raise LengthError(f"{text!r}: a number has at least one digit; write 4, or 4-6 for four to six")
    if fewest > most:
        raise LengthError(f"{text!r} runs backwards; write {most}-{fewest}")
    return fewest, most
