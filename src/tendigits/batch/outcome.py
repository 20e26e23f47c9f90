"""What becomes of all rows as they go by once, in their order: the target, a summary, and a page to review."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from tendigits.batch.job import WORDS, Job, about
from tendigits.batch.review.draw import Draw
from tendigits.batch.review.writing import check_replaced, write_review
from tendigits.batch.summary import Summary, Tally
from tendigits.batch.targets import rows_of, said_of_itself
from tendigits.errors import BatchError

__all__ = ["Outcome"]


class Outcome:
    """What becomes of a job's rows.

    Args:
        target: the file.
        review: the page to review, if there is to be one.
        job: how they were read.
        key: what tells the job from others, as :func:`tendigits.batch.job.key` says.

    Attributes:
        target: the file.

    Raises:
        BatchError: something else would be lost by writing the page.

    """

    def __init__(self, target: Path, review: Path | None, job: Job, key: str) -> None:
        if review is not None:
            check_replaced(review, key)
        self.target, self._review, self._job, self._key = target, review, job, key
        self._tally, self._draw = Tally(), Draw(key)

    @property
    def is_there(self) -> bool:
        """Whether the target is there, of this very job, and all that is wanted is a page of it."""
        return self._review is not None and said_of_itself(self.target).get("job") == self._key

    def check_target(self) -> None:
        """Refuse a target that is there, where it is of another job and a page is wanted of it.

        Raises:
            BatchError: it is; the message says what differs.

        """
        said = {} if self._review is None else said_of_itself(self.target)
        if said:
            now = about(self._job)
            other = [f"{WORDS[key]} {said.get(key)}, now {now[key]}" for key in now if said.get(key) != now[key]]
            differs = "; ".join(other) or "other images or tables"
            raise BatchError(
                f"{self.target} is there already, of another job ({differs}): for a page of it give the command that it"
                " was made with, or name another target"
            )

    def write(self, file: BinaryIO, batches: Iterable[pa.RecordBatch], about: Mapping[str, str]) -> None:
        """Write the target, and the page: when the one is in its place, the other is.

        Raises:
            TendigitsError: the page cannot be written.

        """
        self._job.kind.write(file, self._watched(batches), {**about, "job": self._key})
        self._write_review()

    def take_up(self) -> None:
        """Make the page of the target, without reading anything again.

        Raises:
            BatchError: the target is damaged.
            TendigitsError: the page cannot be written.

        """
        self._tally.dark = None
        for _ in self._watched(rows_of(self.target)):
            pass
        self._write_review()

    def summary(self, skipped: tuple[str, ...]) -> Summary:
        """Return what came of it, files that were passed over included."""
        return self._tally.summary(self.target, self._job.model.name, self._review, skipped)

    def _watched(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        counted = self._tally.counted(batches)
        return counted if self._review is None else self._draw.watched(counted)

    def _write_review(self) -> None:
        if self._review is not None:
            name = self._job.model.name
            write_review(self._review, self._draw, self._tally, self._key, name, self.target.name)
