"""Many images into one table, watched."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import typer

from tendigits.batch.finding import why_skipped
from tendigits.batch.on_ray.connection import LOCAL
from tendigits.batch.parts import parts_folder
from tendigits.batch.run import BatchOptions, run
from tendigits.batch.summary import Summary
from tendigits.cli.answering import INTERRUPTED, print_json, say
from tendigits.cli.progress import Rate
from tendigits.cli.wording import counted, some
from tendigits.printable import printable

__all__ = ["read_batch"]

_MOST_EXPLAINED, _MOST_LOOKED_INTO = 5, 100
"""Files that are passed over: told of on a line each, and looked into for what there is to tell."""


def read_batch(options: BatchOptions, *, as_json: bool) -> None:
    """Read what a batch is asked for, and print what came of it.

    Raises:
        typer.Exit: something could not be read: with code 1, when all the rest has been; interrupted: with 130.

    """
    began = time.monotonic()
    watcher = _Watcher()
    try:
        with _terminated():
            summary = run(options, watcher)
    except KeyboardInterrupt as interruption:
        watcher.close()
        if not watcher.total:
            raise
        say(
            f"tendigits: interrupted: {watcher.done:,} of {counted(watcher.total, 'image')} are read, and kept in"
            f" {printable(str(parts_folder(options.target)))}; the same command goes on"
        )
        raise typer.Exit(INTERRUPTED) from interruption
    finally:
        watcher.close()
    if as_json:
        print_json(summary.as_dict())
    else:
        print("\n".join(_lines(summary, time.monotonic() - began, _remedy(options))), flush=True)  # noqa: T201 - words out
    if summary.failed:
        raise typer.Exit(1)


@contextmanager
def _terminated() -> Iterator[None]:
    """Leave nothing behind, no process and no hidden cursor, where SIGTERM ends this."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Watcher:
    """Shows how far a batch is."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self._rate: Rate | None = None

    def skipped(self, paths: Sequence[str]) -> None:
        reasons = ((path, why_skipped(path)) for path in paths[:_MOST_LOOKED_INTO])
        explained = dict(islice(((path, why) for path, why in reasons if why), _MOST_EXPLAINED))
        for path, why in explained.items():
            say(f"passed over: {printable(path)}: {why}")
        others = [path for path in paths if path not in explained]
        if others:
            say(f"passed over, as neither images nor tables of images: {some(others)}")

    def connects(self, address: str) -> None:
        say("starting Ray" if address == LOCAL else f"joining the Ray cluster at {printable(address)}")

    def begins(self, model: str, done: int, total: int) -> None:
        say(f"model: {model}")
        if done:
            say(f"goes on: {done:,} of {counted(total, 'image')} are read already")
        self.done, self.total = done, total
        self._rate = Rate(done, total)

    def is_there(self, model: str, target: Path, total: int) -> None:
        say(f"model: {model}")
        say(f"{printable(str(target))} is there already, with {counted(total, 'image')}: only the page is made")

    def has_read(self, count: int) -> None:
        self.done += count
        if self._rate is not None:
            self._rate.advance(count)

    def close(self) -> None:
        if self._rate is not None:
            self._rate.close()


def _remedy(options: BatchOptions) -> str:
    """Say where it stands what could not be read, and what can be done about it."""
    if options.kaggle:
        return "they have no Label, which the competition refuses"
    return "mend them (the column error says why), and read them again"


def _lines(summary: Summary, seconds: float, remedy: str) -> Iterator[str]:
    """Lay out what came of a batch, and what to do about it."""
    yield f"{printable(str(summary.target))}: {counted(summary.rows, 'row')} in {seconds:,.1f} s"
    width = len(f"{max(summary.sure, summary.unsure, summary.failed):,}")
    yield f"  {summary.sure:>{width},} sure"
    if summary.unsure:
        can_be_shown = summary.review is None and summary.target.suffix == ".parquet"
        shown = "; --review FILE.html shows them" if can_be_shown else ""
        yield f"  {summary.unsure:>{width},} unsure: a ? in the text, or strokes left out{shown}"
    if summary.failed:
        yield f"  {summary.failed:>{width},} could not be read: {remedy}"
        yield from (f"  {'':>{width}}   {printable(failure)}" for failure in summary.failures)
        if summary.failed > len(summary.failures):
            yield f"  {'':>{width}}   and {summary.failed - len(summary.failures):,} more"
    if summary.dark:
        yield f"{summary.dark:,} of 28x28 pixels are mostly white, and ink is to be bright: take 255 - pixel"
    if summary.labelled:
        share = summary.as_labelled / summary.labelled
        yield f"of {summary.labelled:,} with a label {summary.as_labelled:,} are read as it says ({share:.2%})"
    if summary.review is not None:
        yield f"{printable(str(summary.review))}: open it in a browser, and say what is written in some of them"
