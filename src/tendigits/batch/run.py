"""A batch, from what is named to the target."""

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tendigits.batch.blocks import Inputs
from tendigits.batch.finding import find_inputs
from tendigits.batch.job import Job, about, identity, in_words, key
from tendigits.batch.on_ray.connection import LOCAL, connected
from tendigits.batch.outcome import Outcome
from tendigits.batch.parts import Parts, is_placed, parts_folder
from tendigits.batch.processes import Keep, read_in_processes
from tendigits.batch.review.writing import check_review
from tendigits.batch.summary import Summary
from tendigits.batch.targets import ENDINGS, KAGGLE, Kind, kind_of
from tendigits.cores import check_some_workers, check_workers, cores
from tendigits.data.digits import SIDE
from tendigits.data.tables import Table
from tendigits.errors import BatchError, LengthError
from tendigits.models import open_model
from tendigits.reading.length import Length, as_length
from tendigits.reading.reader import Reader

__all__ = ["BatchOptions", "Watcher", "carry_out", "read_many", "run"]

Read = Callable[[Job, Inputs, Iterable[int], int, Keep], Generator[int]]
"""Reads blocks, as :func:`tendigits.batch.processes.read_in_processes` does."""


@dataclass(frozen=True)
class BatchOptions:
    """What a batch reads, how, and into what, as :func:`read_many` says."""

    sources: Sequence[str]
    target: Path
    model: Path | None = None
    single: bool = False
    length: tuple[int, int] | None = None
    min_confidence: float | None = None
    kaggle: bool = False
    workers: int | None = None
    ray: str | None = None
    review: Path | None = None


class Watcher(Protocol):
    """Is told how far a batch is."""

    def skipped(self, paths: Sequence[str]) -> None:
        """Note which files in folders are passed over."""

    def connects(self, address: str) -> None:
        """Note that Ray is to be had there, which takes seconds."""

    def begins(self, model: str, done: int, total: int) -> None:
        """Note that reading begins, with so many inputs read already."""

    def is_there(self, model: str, target: Path, total: int) -> None:
        """Note that the target is there with all inputs, and that only the page of it is made."""

    def has_read(self, count: int) -> None:
        """Note that so many more inputs are read."""


class _Progress:
    """Tells a function how many inputs are read, of how many."""

    def __init__(self, progress: Callable[[int, int], object] | None) -> None:
        self._progress = progress
        self._done = self._total = 0

    def skipped(self, paths: Sequence[str]) -> None:
        pass

    def connects(self, address: str) -> None:
        pass

    def begins(self, model: str, done: int, total: int) -> None:  # noqa: ARG002 - as a watcher's
        self._done, self._total = done, total
        self.has_read(0)

    def is_there(self, model: str, target: Path, total: int) -> None:  # noqa: ARG002 - as a watcher's
        self.begins(model, total, total)

    def has_read(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(self._done, self._total)


def read_many(
    source: "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]",
    target: "str | os.PathLike[str]",
    *,
    model: "str | os.PathLike[str] | None" = None,
    single: bool = False,
    length: Length = None,
    min_confidence: float | None = None,
    kaggle: bool = False,
    workers: int | None = None,
    ray: str | None = None,
    review: "str | os.PathLike[str] | None" = None,
    progress: Callable[[int, int], object] | None = None,
) -> Summary:
    """Read many images into one table, as ``tendigits read SOURCE... -o TARGET`` does.

    Where an earlier call was broken off, this one goes on. The result is the same whoever reads what, and whenever.

    Args:
        source: images, folders of them, patterns, and tables of images (CSV, Parquet, Arrow, NPZ, IDX); one or more.
        target: ``.parquet``, ``.csv``, ``.jsonl`` or ``.ndjson``, not there yet; till then its parts are in
            ``TARGET.parts``.
        model: as for :class:`tendigits.Reader`.
        single: each image is one digit.
        length: how many digits an image has, as for :meth:`tendigits.Reader.read`.
        min_confidence: digits of less are not told, as for :class:`tendigits.Reader`.
        kaggle: write ``ImageId,Label``: each image is one digit, and the likeliest is told.
        workers: processes, or actors of Ray; None for one on each core.
        ray: the cluster that is to read: ``auto`` or ``host:port`` on one of its nodes, or ``local`` to start Ray here.
            Where Ray is initialised already, that is used.
        review: a page, ``.html``, on which a person says what is written in some of the images: those that are least
            sure, and accepted ones drawn at random. It is made of a Parquet file, too, that this very call has made. Of
            files that have its name only a page of this very call is replaced.
        progress: called with how many images are read, and of how many.

    Raises:
        BatchError: it cannot be begun, gone on with or written.
        LengthError: ``length`` is no number of digits, or there is one besides ``single``.
        ValueError: ``min_confidence`` is not from 0 to 1.
        TendigitsError: there are less than 1 ``workers``, or the page cannot be written.
        WeightsError: there is no such model, or it does not read digits.
        MissingExtraError: PyArrow is not installed, or Ray where it is asked for.

    """
    sources = [source] if isinstance(source, str | bytes | os.PathLike) else source
    options = BatchOptions(
        [os.fsdecode(each) for each in sources],
        Path(target),
        None if model is None else Path(model),
        single,
        as_length(length),
        min_confidence,
        kaggle,
        workers,
        ray,
        None if review is None else Path(review),
    )
    return run(options, _Progress(progress))


def run(options: BatchOptions, watcher: Watcher) -> Summary:
    """Do what :func:`read_many` says."""
    job, inputs, skipped = _begun(options, watcher)
    outcome = Outcome(options.target, options.review, job, key(job, inputs))
    if not is_placed(options.target):  # whose parts are still there, and have to go
        if outcome.is_there:
            watcher.is_there(job.model.name, options.target, inputs.count)
            outcome.take_up()
            return outcome.summary(skipped)
        outcome.check_target()
    if options.ray is None:
        carry_out(job, inputs, outcome, options.workers or cores(), watcher)
    else:
        watcher.connects(options.ray)
        with connected(options.ray) as cores_there:
            from tendigits.batch.on_ray.reading import read_on_ray  # noqa: PLC0415 - of an extra

            carry_out(job, inputs, outcome, options.workers or cores_there, watcher, read_on_ray)
    return outcome.summary(skipped)


def carry_out(
    job: Job, inputs: Inputs, outcome: Outcome, workers: int, watcher: Watcher, read: Read = read_in_processes
) -> None:
    """Read inputs, or those that have not been read yet, and write what is to become of them.

    Raises:
        TendigitsError: it cannot be gone on with, or written.

    """
    with Parts(outcome.target, identity(job, inputs), inputs.states) as parts:

        def keep(number: int, content: bytes) -> None:
            if inputs.is_unchanged(number):
                parts.keep(number, content)

        left = [number for number in range(len(inputs)) if number not in parts.done]
        watcher.begins(job.model.name, inputs.count - sum(len(inputs[number]) for number in left), inputs.count)
        with closing(read(job, inputs, left, workers, keep)) as counts:
            for count in counts:
                watcher.has_read(count)
        _check_whole(parts, inputs)
        parts.assemble(outcome.write, about(job))


def _check_whole(parts: Parts, inputs: Inputs) -> None:
    """Refuse to make a file where what was read was not kept, as it had become something else than it was."""
    number = next((number for number in range(len(inputs)) if number not in parts.done), None)
    if number is not None:
        raise BatchError(
            f"{inputs.named(number)} has changed while the batch was read, or is gone: give the same command again, and"
            " what has changed is read again"
        )


def _begun(options: BatchOptions, watcher: Watcher) -> tuple[Job, Inputs, tuple[str, ...]]:
    """Check all that can be checked before anything is read; return the job, its inputs, and what is passed over."""
    kind = _kind(options)
    if options.workers is not None:
        (check_workers if options.ray in (None, LOCAL) else check_some_workers)(options.workers)
    if options.review is not None:
        check_review(options.review)
    model = open_model(options.model)
    least = 0.0 if options.kaggle else options.min_confidence
    Reader(model, least)  # which refuses what does not read digits
    if not options.sources:
        raise BatchError("nothing to read: no image, folder or table is named")
    found = find_inputs(options.sources, options.target)
    if found.skipped:
        watcher.skipped(found.skipped)
    inputs = Inputs(found.inputs, options.sources)
    errors = [file.error for file in inputs.files if file.error]
    if len(errors) == inputs.count:
        raise BatchError(errors[0] if errors else f"nothing to read: {', '.join(options.sources)} has no rows")
    _check_one_digit(inputs.tables, options.length)
    job = Job(model, inputs.tables, options.single or options.kaggle, options.length, least, kind)
    return job, inputs, found.skipped


def _check_one_digit(tables: Iterable[Table], length: tuple[int, int] | None) -> None:
    """Refuse tables of pixels, each image of which is one digit, where more are asked for."""
    pixels = next((table.name for table in tables if not table.is_encoded), None)
    if pixels is not None and length is not None and length[0] > 1:
        raise LengthError(
            f"{pixels} has images of {SIDE}x{SIDE} pixels, each of one digit, and length asks for {length[0]} at least:"
            " leave it out, or read the table by itself"
        )


def _check_place(target: Path) -> None:
    """Refuse a target that no file can be, and one in a folder that is not there."""
    if "\0" in str(target):
        raise BatchError(f"{str(target)!r} cannot be the name of a file")
    try:
        parts_folder(target).exists()
    except OSError as error:  # the name is too long
        raise BatchError(f"cannot write {target}: {error.strerror or error}") from error
    if not target.absolute().parent.is_dir():
        raise BatchError(f"cannot write {target}: there is no folder {target.parent}")


def _kind(options: BatchOptions) -> Kind:
    kind = kind_of(options.target)
    if kind is None:
        raise BatchError(f"{options.target} is to end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    if options.single and options.length:
        raise LengthError(f"single is one digit, and length is {in_words(options.length)}: leave one of the two out")
    _check_place(options.target)
    if not options.kaggle:
        return kind
    if options.target.suffix.lower() != ".csv":
        raise BatchError(f"{options.target} is to end in .csv: the competition takes no other")
    if options.length or options.min_confidence is not None:
        raise BatchError("kaggle is one digit for each image, however unsure: leave length and min_confidence out")
    return KAGGLE
