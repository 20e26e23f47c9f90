"""What getting a data set says on standard error: a line for each event and, on a terminal, a bar."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def note(line: str) -> None:
    """Say one thing, whoever listens."""
    print(f"tendigits: {line}", file=sys.stderr, flush=True)  # noqa: T201 - the one place that does


@contextmanager
def download_bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar of ``total`` bytes while the block runs, on a terminal only; call what it gives with each count.

    Where the total is None the bar only shows that something is going on.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - 0.1 s that only a download on a terminal needs
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415 - as above

    columns = [TextColumn("{task.description}", markup=False), BarColumn()]
    amount = [] if total is None else [DownloadColumn()]
    with Progress(*columns, *amount, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)
