"""How many digits a number has, as users write it: ``4`` or ``4-6``."""

import re

from tendigits.errors import LengthError

__all__ = ["parse_length"]


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
