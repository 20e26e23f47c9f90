"""How far it is: a bar on standard error, where that is a terminal and there is something to wait for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tendigits.cli.answering import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Bar", "progress_bar"]

_FEW = 5
"""Images that take no bar: they are read before one would be looked at."""


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


def _rich_bar() -> "Progress":
    """Return a bar that draws only when it is told to, and leaves both streams as they are."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from tendigits.console import plain_console

    return Progress(
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("images,"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=plain_console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
