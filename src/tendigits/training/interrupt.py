"""Ctrl-C while training: the first ends after the epoch in hand, the second at once."""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any, Self

import keras

__all__ = ["StopAfterEpoch"]


class StopAfterEpoch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """While it is entered, the first Ctrl-C lets the epoch in hand end and stops the training there.

    A host program that handles SIGINT in its own way, or ignores it, goes on doing so.

    Attributes:
        requested: whether Ctrl-C was pressed.

    """

    def __init__(self) -> None:
        super().__init__()
        self.requested = False
        self._in_charge = False

    def __enter__(self) -> Self:
        in_main_thread = threading.current_thread() is threading.main_thread()  # elsewhere Python sets no handlers
        self._in_charge = in_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._in_charge:
            signal.signal(signal.SIGINT, self._first)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._in_charge:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _first(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's arguments
        self.requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stderr.write("\nstopping after this epoch; Ctrl-C again stops at once\n")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        """Stop the training if Ctrl-C was pressed."""
        if self.requested:
            self.model.stop_training = True
