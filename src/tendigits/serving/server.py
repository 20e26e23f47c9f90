"""The server: one process, or several that share a port, from start to end."""

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from socket import socket
from typing import TYPE_CHECKING

from tendigits.cores import check_workers
from tendigits.extras import require
from tendigits.serving.settings import Settings

if TYPE_CHECKING:
    from tendigits.serving.processes.app import CreateApp

__all__ = ["run"]

_NEEDED = ("fastapi", "fastapi_offline", "httptools", "prometheus_client", "python_multipart", "uvicorn")
"""Modules of the extra ``serve``."""


def _say_nothing(address: str) -> None:
    pass


def run(
    settings: Settings,
    *,
    create_app: "CreateApp | None" = None,
    started: Callable[[str], None] = _say_nothing,
) -> None:
    """Serve until asked to stop, by SIGTERM or Ctrl-C, and until requests in flight are answered.

    The process ends with it where a request that was given up still keeps a thread busy.

    Args:
        settings: how.
        create_app: makes the ASGI app in each process; a function that can be imported. None for the app that reads
            digits.
        started: called with the server's address, ``http://127.0.0.1:8000``, when it can be asked.

    Raises:
        KeyboardInterrupt: it was Ctrl-C, and all has ended as it should.
        MissingExtraError: the extra ``serve`` is not installed.
        ServingError: the server cannot start; the message says why.
        TendigitsError: the app cannot, for a reason of its own.

    """
    for package in _NEEDED:
        require(package, "serve")
    check_workers(settings.workers)
    from tendigits.serving.logs import configure_logs  # noqa: PLC0415 - these need what was asked for above
    from tendigits.serving.processes.app import default_app  # noqa: PLC0415 - as above
    from tendigits.serving.processes.listening import address_of, listen  # noqa: PLC0415 - as above

    configure_logs()
    with closing(listen(settings.host, settings.port)) as listener:
        address = address_of(listener, settings.host)
        serve = _serve_alone if settings.workers == 1 else _serve_with_workers
        interrupted = serve(settings, create_app or default_app, listener, lambda: started(address))
    if interrupted:
        raise KeyboardInterrupt


def _serve_alone(settings: Settings, create_app: "CreateApp", listener: socket, started: Callable[[], None]) -> bool:
    from tendigits.serving.processes.app import guarded  # noqa: PLC0415 - needs the extra
    from tendigits.serving.processes.leaving import leave_busy_threads  # noqa: PLC0415 - as above
    from tendigits.serving.processes.process import ServingProcess  # noqa: PLC0415 - as above

    others = threading.enumerate()
    process = ServingProcess(guarded(create_app, settings), settings.limits, started)
    process.run([listener])
    leave_busy_threads(others, 128 + signal.SIGINT if process.interrupted else 0)
    return process.interrupted


def _serve_with_workers(
    settings: Settings, create_app: "CreateApp", listener: socket, started: Callable[[], None]
) -> bool:
    from tendigits.serving.processes.workers import run_workers  # noqa: PLC0415 - needs the extra

    return run_workers(settings, create_app, listener, started)
