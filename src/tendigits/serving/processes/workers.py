"""Several processes that share a port: started, replaced when one dies, and stopped together.

uvicorn's own supervisor cannot say why a worker does not start, keeps the port open after all workers have closed it,
so that clients wait for nobody, and gives a worker that does not end all the time in the world.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from socket import socket
from types import FrameType, TracebackType
from typing import Self

from prometheus_client.multiprocess import mark_process_dead

from tendigits.errors import ServingError
from tendigits.serving.logs import LOGGER
from tendigits.serving.processes.app import CreateApp
from tendigits.serving.processes.metrics_folder import metrics_folder
from tendigits.serving.processes.worker import Line, work
from tendigits.serving.settings import Settings

__all__ = ["run_workers"]

_SPAWN = multiprocessing.get_context("spawn")  # a fork would take over locks that other threads hold

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_LOOK = 0.1
"""Seconds after which a signal is seen at the latest."""

_PAUSE = 1.0
"""Seconds between the starts of a worker and of its successor: one that cannot start should not keep a core busy."""

_OVERTIME = 5.0
"""Seconds after which a worker that should have ended is killed."""


def run_workers(settings: Settings, create_app: CreateApp, listener: socket, started: Callable[[], None]) -> bool:
    """Serve until asked to stop, and return whether that was by Ctrl-C.

    Args:
        settings: how, and in how many processes.
        create_app: makes the app in each of them; a function that can be imported.
        listener: the socket, which listens; closed when this returns.
        started: called when all of them accept connections.

    Raises:
        ServingError: a worker does not start; the message says why.

    """
    with metrics_folder(), _Workers(settings, create_app, listener) as workers:
        if workers.all_serve():
            started()
            workers.keep_running()
        workers.stop()
    return signal.SIGINT in workers.signals


@dataclass
class _Worker:
    process: SpawnProcess
    line: Line
    since: float = field(default_factory=time.monotonic)

    def tell(self, number: int) -> None:
        """Pass on a signal."""
        with suppress(OSError):  # it has ended
            self.line.send(number)

    def heard(self) -> str | None:
        """Return why it says that it does not serve; None if it says nothing of the kind."""
        with suppress(EOFError, OSError):
            while self.line.poll():
                reason = self.line.recv()
                if reason is not None:
                    return str(reason)
        return None


class _Workers:
    """The processes, while this is entered; none of them survives it.

    Attributes:
        signals: those that asked to stop, in the order they came.

    """

    def __init__(self, settings: Settings, create_app: CreateApp, listener: socket) -> None:
        self.signals: list[int] = []
        self._settings, self._create_app, self._listener = settings, create_app, listener
        self._running: list[_Worker] = []

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, self._note) for number in _SIGNALS}
        try:
            for _ in range(self._settings.workers):
                self._running.append(self._start())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        for worker in self._running:
            worker.process.kill()
            worker.process.join()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def all_serve(self) -> bool:
        """Wait until all of them serve; say whether they do, or were asked to stop before.

        Raises:
            ServingError: one of them does not.

        """
        for worker in self._running:
            while not self.signals and not worker.line.poll(_LOOK):
                if not worker.process.is_alive():
                    raise ServingError(_ending(worker))
            if self.signals:
                return False
            try:
                reason = worker.line.recv()
            except EOFError:
                reason = _ending(worker)
            if reason is not None:
                raise ServingError(reason)
        return True

    def keep_running(self) -> None:
        """Replace those that end, until asked to stop."""
        while not self.signals:
            connection.wait([worker.process.sentinel for worker in self._running], _LOOK)
            for place, worker in enumerate(self._running):
                if not worker.process.is_alive() and time.monotonic() > worker.since + _PAUSE:
                    LOGGER.error("%s; another takes its place", worker.heard() or _ending(worker))
                    mark_process_dead(worker.process.pid)  # type: ignore[no-untyped-call]  # the library has no types here
                    self._replace(place)
            if any(not worker.process.is_alive() for worker in self._running):
                time.sleep(_LOOK)  # wait returns at once

    def _replace(self, place: int) -> None:
        try:
            self._running[place] = self._start()
        except OSError as error:  # as where there is no memory: the others go on
            LOGGER.error("no worker can be started, which is tried again: %s", error.strerror)
            self._running[place].since = time.monotonic()

    def stop(self) -> None:
        """Pass on what asked to stop, and wait for the processes to end, as long as they may take."""
        self._listener.close()
        limits = self._settings.limits
        until = time.monotonic() + limits.drain_seconds + limits.end_seconds + _OVERTIME
        told = 0
        while time.monotonic() < until and any(worker.process.is_alive() for worker in self._running):
            for number in self.signals[told:]:
                for worker in self._running:
                    worker.tell(number)
            told = len(self.signals)
            time.sleep(_LOOK)

    def _start(self) -> _Worker:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(
            target=work, args=(self._settings, self._create_app, self._listener, theirs), name="tendigits-worker"
        )
        process.start()
        theirs.close()  # so that the line breaks when either process ends
        return _Worker(process, ours)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's arguments
        self.signals.append(number)


def _ending(worker: _Worker) -> str:
    worker.process.join()
    return f"a worker, process {worker.process.pid}, ended with exit code {worker.process.exitcode}"
