"""Worker processes, each asked by a thread: what ends one is found out, and costs no other block."""

import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import Any, BinaryIO, cast

from tendigits.batch.blocks import FileBlock, Inputs, RowBlock
from tendigits.batch.job import Job
from tendigits.batch.one_thread import VARIABLES
from tendigits.batch.talk import Begun, Done, Failed, ReadBlock, hear, say, skip_to_beginning
from tendigits.errors import BatchError

__all__ = ["read_in_processes"]

_PROGRAM = (sys.executable, "-P", "-m", "tendigits.batch.worker")
"""Without the current folder, where anything may lie that is called as a module is."""

_GROUP: dict[str, Any] = {"creationflags": 0x200} if sys.platform == "win32" else {"process_group": 0}
"""Windows: CREATE_NEW_PROCESS_GROUP."""

_MOST_DEATHS = 2

_PATIENCE = 600.0
"""Seconds without a word, after which a process is ended. A phone's photograph takes a twentieth of one."""

_GIVEN_UP = f"a process that read it ended, or took over {_PATIENCE / 60:.0f} minutes, twice: it is given up"

Keep = Callable[[int, bytes], None]
"""Takes a block's number, and what its part holds."""


def read_in_processes(job: Job, inputs: Inputs, numbers: Iterable[int], workers: int, keep: Keep) -> Generator[int]:
    """Read blocks, as many at a time as there are workers, and yield how many inputs were in each that has been kept.

    Args:
        job: how.
        inputs: what.
        numbers: of the blocks that are to be read.
        workers: processes.
        keep: called in any thread.

    Raises:
        BatchError: a block cannot be kept, or a process cannot be started.

    """
    wanted = list(numbers)
    shared = _Shared(wanted)
    askers = [_Asker(job, inputs, shared, keep) for _ in range(min(workers, len(wanted)))]
    try:
        for asker in askers:
            asker.start()
        for _ in wanted:
            outcome = _next(shared, askers)
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        for asker in askers:
            asker.stop()
        for asker in askers:
            if asker.ident is not None:  # it was started
                asker.join()


def _next(shared: "_Shared", askers: "Iterable[_Asker]") -> int | BaseException:
    """Wait for what comes of a block, and meanwhile see that no process stands still."""
    while True:
        for asker in askers:
            asker.end_if_silent()
        with suppress(queue.Empty):
            return shared.outcomes.get(timeout=_PATIENCE / 20)


class _Shared:
    """The blocks that nobody has taken yet, and what came of the others."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.outcomes: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()
        self._numbers = iter(numbers)
        self._lock = threading.Lock()

    def next(self) -> int | None:
        """Return the number of a block that is to be read."""
        with self._lock:
            return next(self._numbers, None)


class _Asker(threading.Thread):
    """Has one block after another read by a process of its own, and by another one when that has ended."""

    def __init__(self, job: Job, inputs: Inputs, shared: _Shared, keep: Keep) -> None:
        super().__init__(daemon=True)
        self._job, self._inputs, self._shared, self._keep = job, inputs, shared, keep
        self._process: _Process | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def run(self) -> None:
        """Ask until there are no more blocks, or it is to stop."""
        try:
            while not self._is_stopped and (number := self._shared.next()) is not None:
                block = self._inputs[number]
                self._keep(number, self._read(block))
                self._shared.outcomes.put(len(block))
        except BaseException as error:  # noqa: BLE001 - the thread that waits for it raises it
            self._shared.outcomes.put(error)
        finally:
            self._end_process()

    def stop(self) -> None:
        """End the process, whatever it does, and start none any more."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()

    def end_if_silent(self) -> None:
        """End the process if it is asked and has said nothing for too long: another one is started then."""
        with self._lock:
            if self._process is not None and self._process.is_silent():
                self._process.kill()

    def _read(self, block: FileBlock | RowBlock) -> bytes:
        """Have a block read: whatever a process ends with twice is not read any more."""
        given_up: dict[int, str] = {}
        deaths: Counter[Begun] = Counter()
        is_watched = isinstance(block, FileBlock) or not block.is_quick
        while True:
            process = self._ready()
            process.begun = Begun(0, len(block))
            try:
                return process.read(ReadBlock(block, given_up, is_watched))
            except (EOFError, OSError):
                at = process.begun
            self._end_process()
            deaths[at] += 1
            is_watched = True
            if deaths[at] > _MOST_DEATHS:
                raise BatchError(
                    f"a worker process ended {deaths[at]} times with block {block.number}: is there memory for it?"
                )
            if deaths[at] == _MOST_DEATHS:
                given_up |= dict.fromkeys(range(at.first, at.first + at.count), _GIVEN_UP)

    def _ready(self) -> "_Process":
        """Return a process that waits to be asked; where one ends as it starts, which may be chance, the next."""
        for _ in range(_MOST_DEATHS):
            process = self._running()
            with suppress(EOFError, OSError):
                process.make_ready()
                return process
            code = self._end_process()
        raise BatchError(
            f"{_MOST_DEATHS} worker processes ended as they started, the last with code {code}: is memory short?"
        )

    def _running(self) -> "_Process":
        with self._lock:
            if self._is_stopped:
                raise BatchError("stopped")
            if self._process is None:
                self._process = _Process(self._job)
            return self._process

    def _end_process(self) -> int | None:
        """Return the process's exit code, of which there is none if it was ended already."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        return process.close()


class _Process:
    """A process that reads blocks.

    Attributes:
        begun: which inputs of the block in hand it was about to read when it was last heard of.

    """

    def __init__(self, job: Job) -> None:
        self.begun = Begun(0, 0)
        self._is_ready = False
        self._asked = time.monotonic()  # or heard of since; infinite while nothing is wanted of it
        # In a group of its own it does not hear of Ctrl-C; when this process is killed, its pipe tells it.
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                _PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), **_GROUP
            )
        except OSError as error:
            raise BatchError(f"a worker process cannot be started: {error.strerror or error}") from error
        self._job = job

    def read(self, order: ReadBlock) -> bytes:
        """Return what the part of a block holds.

        Raises:
            EOFError, OSError: the process has ended.
            BatchError: it cannot go on.

        """
        to, answers = _pipes(self._process)
        self._asked = time.monotonic()
        say(to, order)
        while not isinstance(answer := _heard(answers), Done):
            self.begun, self._asked = answer, time.monotonic()
        self._asked = math.inf
        return answer.content

    def make_ready(self) -> None:
        """Wait until it can be asked.

        Raises:
            EOFError, OSError: the process has ended.
            BatchError: it cannot go on.

        """
        if self._is_ready:
            return
        to, answers = _pipes(self._process)
        skip_to_beginning(answers)
        say(to, self._job)
        _heard(answers)
        self._is_ready = True
        self._asked = math.inf

    def is_silent(self) -> bool:
        """Whether something is wanted of it, and it has said nothing for too long."""
        return time.monotonic() - self._asked > _PATIENCE

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def close(self) -> int:
        """Wait for its end, close its pipes, and return its exit code."""
        code = self._process.wait()
        for stream in _pipes(self._process):
            with suppress(OSError):  # what has not been sent is not wanted
                stream.close()
        return code


def _heard(answers: BinaryIO) -> Any:
    """Return an answer.

    Raises:
        EOFError: the process has ended.
        BatchError: it cannot go on.

    """
    answer = hear(answers)
    if isinstance(answer, Failed):
        raise BatchError(answer.reason)
    return answer


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[BinaryIO, BinaryIO]:
    return cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)


def _environment() -> dict[str, str]:
    """Return what a process is to find: the modules that this one finds, and one thread to calculate with."""
    path = os.pathsep.join(each for each in sys.path if each)
    return {**os.environ, "PYTHONPATH": path, **VARIABLES}
