"""A reading as one line for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tendigits.cli.wording import counted
from tendigits.printable import printable
from tendigits.reading.result import on_one_line

if TYPE_CHECKING:
    from tendigits.reading.result import Digit, Reading

__all__ = ["line_for_people"]

_WORTH_NAMING = 0.1
"""The probability from which a digit is named as what a ``?`` may be."""

_MOST_ALTERNATIVES = 3
"""Digits that are named as what a ``?`` may be."""

_MOST_EXPLAINED = 3
"""Unsure digits that are explained one by one; more are counted."""


def line_for_people(name: str, reading: "Reading", width: int) -> str:
    """Lay out a reading: the image's name in ``width`` columns, the confidence, the text, and what is unsure."""
    # Rounded down: 99.6 % is not 100 %.
    columns = f"{printable(name):<{width}}  {int(100 * reading.confidence):>3}%  {on_one_line(reading.text)}"
    remarks = "; ".join(_remarks(reading))
    return f"{columns}   ({remarks})" if remarks else columns


def _remarks(reading: "Reading") -> Iterator[str]:
    unsure = [digit for digit in reading.digits if digit.digit is None]
    if len(unsure) > _MOST_EXPLAINED:
        yield f"{len(unsure):,} digits unsure"
    elif unsure:
        yield ", ".join(f"? may be {_candidates(digit)}" for digit in unsure)
    if reading.marks:
        yield f"{counted(len(reading.marks), 'stroke')} left out"


def _candidates(digit: "Digit") -> str:
    likely = [str(value) for value, probability in digit.alternatives if probability >= _WORTH_NAMING]
    return " or ".join(likely[:_MOST_ALTERNATIVES]) or "no digit"
