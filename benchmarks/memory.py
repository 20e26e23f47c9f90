"""The memory of a process and all that it has started, while it runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["watched"]


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """Note the memory of a process and all that it started, ten times a second."""
    noted, stop = [0], threading.Event()

    def look() -> None:
        while not stop.wait(0.1):
            noted.append(sum(map(memory, family(pid))))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield noted
    finally:
        stop.set()
        looking.join()


def family(pid: int) -> Iterator[int]:
    """Yield a process and those that it has started, and they."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                yield from family(int(child))
        except OSError:  # it has ended
            return


def memory(pid: int) -> int:
    """Return the bytes that a process has, its part of what it shares counted."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0
    return next(1024 * int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
