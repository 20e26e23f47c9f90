"""The end of a process in which a thread is still busy with what nobody waits for any longer.

Python waits for threads before it ends, and one that reads an image cannot be stopped from outside. As a daemon it
would not be waited for, but run on in C code while the interpreter is taken apart around it, which may crash. So the
process ends without taking anything apart: all answers have been sent, and what it holds is memory alone.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Collection

from tendigits.serving.logs import LOGGER

__all__ = ["leave_busy_threads"]

_PATIENCE = 0.5
"""Seconds in which threads that have nothing to do end by themselves."""


def leave_busy_threads(others: Collection[threading.Thread], status: int) -> None:
    """Return if no thread is left that Python would wait for; otherwise end this process at once.

    Args:
        others: threads that are not meant, as they were there before serving began.
        status: the process's exit status.

    """
    until = time.monotonic() + _PATIENCE
    ours = [thread for thread in threading.enumerate() if not thread.daemon and thread not in others]
    for thread in ours:
        thread.join(max(until - time.monotonic(), 0))
    busy = sum(thread.is_alive() for thread in ours)
    if busy:
        LOGGER.error("the server ends while threads are busy with requests that were given up: %d", busy)
        sys.stdout.flush()
        logging.shutdown()  # which flushes standard error
        os._exit(status)
