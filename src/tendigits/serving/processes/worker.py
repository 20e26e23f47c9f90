"""One of several processes that share a port, from its own point of view."""

import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from socket import socket
from types import FrameType

from tendigits.errors import TendigitsError
from tendigits.serving.logs import configure_logs
from tendigits.serving.processes.app import CreateApp, guarded
from tendigits.serving.processes.leaving import leave_busy_threads
from tendigits.serving.processes.process import ServingProcess
from tendigits.serving.settings import Settings

__all__ = ["Line", "work"]

Line = Connection
"""To the process that started this one. It is told None when this one serves, or why it does not; it says which signals
it got; when it is no more, the line breaks."""


class _ServingWorker(ServingProcess):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave Ctrl-C, which a terminal sends to all processes, to the one that started this."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)

    def obey(self, line: Line) -> None:
        """Do what the process that started this one says, until one of the two ends."""
        with suppress(EOFError, OSError):
            while True:
                number = line.recv()
                self.closes_port = True
                super().handle_exit(number, None)
        self.closes_port = True
        super().handle_exit(signal.SIGTERM, None)


def work(settings: Settings, create_app: CreateApp, listener: socket, line: Line) -> None:
    """Serve until asked to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the server runs
    configure_logs()
    others = threading.enumerate()
    try:
        served = guarded(create_app, settings)
        process = _ServingWorker(served, settings.limits, started=lambda: line.send(None))
        process.closes_port = False  # if only this one is asked to stop, the others go on
        threading.Thread(target=process.obey, args=(line,), daemon=True).start()
        process.run([listener])
        leave_busy_threads(others, 0)
    except TendigitsError as error:
        line.send(str(error))
