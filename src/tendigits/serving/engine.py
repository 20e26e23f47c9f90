"""The model, read once, and the threads that read images with it: a bounded number, and a bounded queue before them."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

import cv2

from tendigits.cores import cores
from tendigits.models import open_model
from tendigits.reading.reader import Reader
from tendigits.serving.facts import public
from tendigits.serving.metrics import Metrics
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Settings

__all__ = ["Engine"]

T = TypeVar("T")


class Engine:
    """Reads images, in no more threads than there are cores for this process.

    Attributes:
        model: whose weights answer, by the name that clients see.

    Raises:
        WeightsError: the model is neither a run folder with weights nor a weights file, or does not read digits.

    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        cv2.setNumThreads(1)  # images are read beside each other, and share the cores so
        self.model = public(open_model(settings.model), settings.model)
        Reader(self.model)  # which refuses what does not read digits
        threads = max(1, cores() // settings.workers)
        self._seconds = settings.limits.answer_seconds
        self._metrics = metrics
        self._threads = ThreadPoolExecutor(threads, "reading")
        self._places = threading.BoundedSemaphore(threads + settings.limits.waiting)

    def check(self) -> None:
        """Check that one more may wait: who is refused before its body is read need not send it.

        Raises:
            Refused: too many wait already.

        """
        self._take_place()
        self._places.release()

    def _take_place(self) -> None:
        if not self._places.acquire(blocking=False):
            self._metrics.refused("busy")
            raise Refused(503, "this server is busy, and as many requests wait as may; try again", {"Retry-After": "1"})

    async def run(self, steps: Iterator[T]) -> list[T]:
        """Return what an iterator yields, which is asked for it in one of the threads.

        Where the answer is late, a step that has begun goes on to its end, in its thread, and no other begins.

        Raises:
            Refused: too many wait already, or the answer is not there in time.

        """
        self._take_place()
        late, waiting = threading.Event(), [steps]
        try:
            job = self._threads.submit(_all, waiting, late)
        except RuntimeError:  # no thread can be started
            waiting.clear()
            self._places.release()
            raise
        job.add_done_callback(lambda _: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(job), self._seconds)
        except TimeoutError as error:
            self._metrics.refused("late")
            raise Refused(
                504, f"there was no answer after {self._seconds:g} seconds; send less at once, or try again later"
            ) from error
        finally:
            late.set()  # also for a request that is cancelled
            waiting.clear()  # or the queue would hold what was sent until a thread comes by

    def close(self) -> None:
        """Let no other step begin that waits for a thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _all(waiting: list[Iterator[T]], late: threading.Event) -> list[T]:
    found: list[T] = []
    for step in chain.from_iterable(waiting[:1]):
        found.append(step)
        if late.is_set():
            break
    return found
