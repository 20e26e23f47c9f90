"""What came of a batch: how many rows were read, which are unsure, which failed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tendigits.batch.rows import DARK, is_sure

__all__ = ["Summary", "Tally"]

_MOST_FAILURES = 5

_ZEROS = r"^0+\B"
"""Before a number: a label is one, and has none."""


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes:
        target: the file.
        model: whose weights.
        rows: in the target.
        sure: rows whose every digit is sure, with nothing left out.
        unsure: the other rows that were read.
        failed: rows that have an error.
        labelled: rows that were read and have a label.
        as_labelled: of those, the rows whose text is the label, which is a number: zeros before it do not count.
        dark: rows of images of 28x28 that are mostly white: the network knows bright ink on black. None where they were
            not looked at, as nothing but a page was made.
        failures: the first errors.
        review: the page to review, where one was asked for.
        skipped: files in folders that were passed over, as neither images nor tables of images.

    """

    target: Path
    model: str
    rows: int
    sure: int
    unsure: int
    failed: int
    labelled: int
    as_labelled: int
    dark: int | None
    failures: tuple[str, ...]
    review: Path | None
    skipped: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as ``tendigits read --json -o`` shows it."""
        names = ("model", "rows", "sure", "unsure", "failed", "labelled", "as_labelled", "dark")
        review = {} if self.review is None else {"review": str(self.review)}
        counts = {name: getattr(self, name) for name in names}
        files = {"failures": list(self.failures), "skipped": list(self.skipped)}
        return {"target": str(self.target), **counts, **files, **review}


@dataclass
class Tally:
    """Counts rows as they go by."""

    rows: int = 0
    sure: int = 0
    failed: int = 0
    labelled: int = 0
    as_labelled: int = 0
    dark: int | None = 0
    failures: list[str] = field(default_factory=list)

    def counted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield rows, and count them."""
        for batch in batches:
            self._count(batch)
            yield batch.replace_schema_metadata(None)

    def _count(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        if self.dark is not None:
            self.dark += int((batch.schema.metadata or {}).get(DARK, 0))
        self.sure += int(is_sure(batch).sum())
        self.failed += batch.num_rows - batch.column("error").null_count
        has_label = pc.and_(pc.is_valid(batch.column("label")), pc.is_valid(batch.column("text")))
        number = pc.replace_substring_regex(batch.column("text"), _ZEROS, "")
        right = pc.equal(pc.cast(batch.column("label"), pa.string()), number)
        self.labelled += int(np.count_nonzero(has_label))
        self.as_labelled += pc.sum(right).as_py() or 0
        if len(self.failures) < _MOST_FAILURES and batch.column("error").null_count < batch.num_rows:
            errors = batch.filter(pc.is_valid(batch.column("error"))).select(["path", "row", "error"])
            self.failures += [_in_words(**row) for row in errors.slice(0, _MOST_FAILURES).to_pylist()]

    @property
    def unsure(self) -> int:
        """The rows that were read and are not sure."""
        return self.rows - self.sure - self.failed

    def summary(self, target: Path, model: str, review: Path | None, skipped: tuple[str, ...]) -> Summary:
        """Return what was counted."""
        return Summary(
            target=target,
            model=model,
            rows=self.rows,
            sure=self.sure,
            unsure=self.unsure,
            failed=self.failed,
            labelled=self.labelled,
            as_labelled=self.as_labelled,
            dark=self.dark,
            failures=tuple(self.failures[:_MOST_FAILURES]),
            review=review,
            skipped=skipped,
        )


def _in_words(path: str, row: int | None, error: str) -> str:
    """Say what failed, and where if the error does not."""
    if row is not None:
        return f"{path}: row {row:,}: {error.removeprefix(f'{path}: ')}"
    return error if error.startswith(path) else f"{path}: {error}"
