"""How many cores there are for a process, and how many processes are of use on them."""

import os

from tendigits.errors import TendigitsError

__all__ = ["check_some_workers", "check_workers", "cores"]

_FOR_A_CORE = 4
"""Workers that a core can have: they share its time, and each takes 80 MB."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_some_workers(workers: int) -> None:
    """Check that there are workers at all, wherever they are.

    Raises:
        TendigitsError: there is none.

    """
    if workers < 1:
        raise TendigitsError(f"{workers} workers do nothing: choose 1 or more")


def check_workers(workers: int) -> None:
    """Check that so many workers are of use here.

    Raises:
        TendigitsError: there is none, or they would only take each other's time and memory.

    """
    check_some_workers(workers)
    here = cores()
    most = _FOR_A_CORE * here
    if workers > most:
        raise TendigitsError(
            f"{workers} workers are of no use on {here} core{'s' * (here > 1)}: choose one for each core, and at most"
            f" {most}, with --workers"
        )
