"""How far it is: a bar on standard error, where that is a terminal and there is something to wait for."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tendigits.cli.answering import is_terminal, say

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Bar", "Rate", "progress_bar"]

_FEW = 5
"""Images that take no bar: they are read before one would be looked at."""

_SECONDS_BETWEEN_LINES = 30
"""Where there is no terminal."""


class Bar:
    """A bar that makes room for what is printed."""

    def __init__(self, bar: "Progress | None", total: int) -> None:
        self._bar = bar
        self._task = None if bar is None else bar.add_task("reading", total=total)

    @contextmanager
    def put_away(self) -> Iterator[None]:
        """Have no bar on the terminal while something is printed."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        yield
        self._bar.start()

    def advance(self) -> None:
        """Count an image."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, refresh=True)


@contextmanager
def progress_bar(total: int) -> Iterator[Bar]:
    """Show a bar for so many images."""
    if total <= _FEW or not is_terminal(sys.stderr):
        yield Bar(None, total)
        return
    with _rich_bar() as bar:
        yield Bar(bar, total)


class Rate:
    """How far many images are, how many are read in a second, and how long the rest will take.

    On a terminal it is a bar; elsewhere a line now and then, as in the log of a job that nobody looks at.

    Args:
        done: images that were read before.
        total: images in all.

    """

    def __init__(self, done: int, total: int) -> None:
        self._first, self._done, self._total = done, done, total
        self._began = self._said = time.monotonic()
        self._bar = _rich_bar("{task.fields[rate]}") if is_terminal(sys.stderr) else None
        if self._bar is not None:
            self._task = self._bar.add_task("reading", total=total, completed=done, rate="")
            self._bar.start()

    def advance(self, count: int) -> None:
        """Count images, and show it."""
        self._done += count
        if self._bar is not None:
            self._bar.update(self._task, advance=count, rate=f"{self._rate():,.0f} a second,", refresh=True)
        elif time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            left = (self._total - self._done) / self._rate()
            say(f"{self._done:,} of {self._total:,} images, {self._rate():,.0f} a second, {left:,.0f} s left")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _rate(self) -> float:
        return (self._done - self._first) / (time.monotonic() - self._began)


def _rich_bar(*more: str) -> "Progress":
    """Return a bar that draws only when it is told to, and leaves both streams as they are."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from tendigits.console import plain_console

    return Progress(
        TextColumn("reading"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} images,"),
        *map(TextColumn, more),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=plain_console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
