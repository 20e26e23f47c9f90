"""``labels.csv`` of a page to review: what a person says is written in rows of a batch, beside what was read.

A row is of one of two kinds: it was accepted, and drawn at random among those that were, or it is one of the least sure
of the others.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.labels import LABELS
from tendigits.data.typed_table import digits_in, names_in, typed_rows
from tendigits.errors import DataError

__all__ = ["ACCEPTED", "DRAWN", "LEAST_SURE", "REVIEWED", "ReviewedRow", "find_reviewed", "read_reviewed"]

ACCEPTED, LEAST_SURE = "accepted", "least sure"
"""Why a row was drawn."""

DRAWN = {LEAST_SURE: 700, ACCEPTED: 300}
"""How many rows are drawn of each kind, or all where there are fewer."""

REVIEWED = ("path", "row", "page", "drawn", "of", "label", "text", "digits", "confidence", "marks", "model")
"""The columns."""

_TELLING = {"drawn", "text", "confidence"}
"""Columns that no other table of labels has."""


@dataclass(frozen=True)
class ReviewedRow:
    """A row of a batch, and what a person says of it.

    Attributes:
        drawn: why: :data:`ACCEPTED` or :data:`LEAST_SURE`.
        of: among how many rows.
        label: digits, lines joined by newlines; empty where none is written.
        text: as read, with ``?`` for what was not sure.
        confidence: the reader's, for the whole text.
        marks: strokes that were left out of the text.
        model: whose weights it was read with.

    """

    drawn: str
    of: int
    label: str
    text: str
    confidence: float
    marks: int
    model: str


def find_reviewed(path: Path) -> Path | None:
    """Return the table of a review that a path names, itself or a folder that it is in; None where it is none.

    Raises:
        DataError: it cannot be read.

    """
    with reading(path):
        table = path / LABELS if path.is_dir() else path
        is_there = table.is_file()
    return table if is_there and set(names_in(table)) >= _TELLING else None


def read_reviewed(table: Path) -> list[ReviewedRow]:
    """Read the table of a review.

    Raises:
        DataError: it is not what the page saves; the message names the line.

    """
    return list(_checked(table))


def _checked(table: Path) -> Iterator[ReviewedRow]:
    """Yield the rows; all of a kind were drawn among as many, and they are no more than that."""
    among: dict[str, int] = {}
    count: Counter[str] = Counter()
    for line, fields in typed_rows(table, REVIEWED):
        place = f"{table}, line {line}"
        row = _row(fields, place)
        of = among.setdefault(row.drawn, row.of)
        if of != row.of:
            raise DataError(f"{place}: drawn of {row.of:,}, and others of {of:,}; score each review by itself")
        count[row.drawn] += 1
        if count[row.drawn] > of:
            raise DataError(f"{place}: row {count[row.drawn]:,} of {of:,} that were {row.drawn}; some are there twice")
        yield row


def _row(fields: Mapping[str, str], place: str) -> ReviewedRow:
    drawn = fields["drawn"].strip()
    if drawn not in (ACCEPTED, LEAST_SURE):
        raise DataError(f"{place}: drawn is {drawn!r}; expected {ACCEPTED!r} or {LEAST_SURE!r}")
    label, text = digits_in(fields["label"], place), _text(fields["text"], place)
    _check_digits(label, text, _whole(fields, "digits", 0, place), place)
    return ReviewedRow(
        drawn=drawn,
        of=_whole(fields, "of", 1, place),
        label=label,
        text=text,
        confidence=_confidence(fields["confidence"], place),
        marks=_whole(fields, "marks", 0, place),
        model=fields["model"].strip(),
    )


def _check_digits(label: str, text: str, digits: int, place: str) -> None:
    """Check that no zeros are lost, without which a wrong reading may look right: 042 read as 0042.

    Raises:
        DataError: there are more or fewer digits than the page saved.

    """
    count = sum(len(line) for line in (*label.split(), *text.split()))
    if count != digits:
        raise DataError(
            f"{place}: the label {label!r} and the text {text!r} have {count} digits together, and had {digits} when"
            " the page saved them; a spreadsheet takes the zeros from 0042: save labels.csv on the page once more, and"
            " give that (whoever changes a label on purpose changes digits, too)"
        )


def _whole(fields: Mapping[str, str], name: str, least: int, place: str) -> int:
    written = fields[name].strip()
    if not re.fullmatch(r"[0-9]{1,15}", written) or int(written) < least:
        raise DataError(f"{place}: {name} is {written!r}; expected a whole number from {least}")
    return int(written)


def _text(written: str, place: str) -> str:
    lines = written.split()
    if not all(re.fullmatch(r"[0-9?]+", line) for line in lines):
        raise DataError(f"{place}: the text {written!r} is not digits and ?")
    return "\n".join(lines)


def _confidence(written: str, place: str) -> float:
    if not re.fullmatch(r"\s*(0([.,][0-9]+)?|1([.,]0+)?)\s*", written):
        raise DataError(f"{place}: confidence is {written!r}; expected a number from 0 to 1")
    return float(written.replace(",", "."))
