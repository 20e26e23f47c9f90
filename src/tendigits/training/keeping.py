"""What a run keeps from epoch to epoch: its history, and its state on disk."""

import time
from pathlib import Path
from typing import Any

import keras

from tendigits.errors import RunError
from tendigits.training.checkpoint import Checkpoint, save_checkpoint

__all__ = ["ContinuedHistory", "KeepCheckpoint", "keep"]


class ContinuedHistory(keras.callbacks.History):  # type: ignore[misc]  # Keras has no types
    """A History that begins with the epochs that were finished before.

    Attributes:
        seconds: how long the training has taken, the epochs before included.

    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self._checkpoint = checkpoint
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long the training has taken so far, in the processes before too."""
        return self._checkpoint.seconds + time.perf_counter() - self._began

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin with what was kept."""
        super().on_train_begin(logs)
        self.epoch = list(range(self._checkpoint.epochs_done))
        self.history = {name: list(values) for name, values in self._checkpoint.history.items()}


class KeepCheckpoint(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Writes the whole state after each epoch."""

    def __init__(self, path: Path, history: ContinuedHistory) -> None:
        super().__init__()
        self._path = path
        self._history = history

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        """Write it."""
        keep(self._path, self.model, Checkpoint(epoch + 1, self._history.history, self._history.seconds))


def keep(path: Path, model: Any, checkpoint: Checkpoint) -> None:
    """Write a checkpoint.

    Raises:
        RunError: it cannot be written.

    """
    try:
        save_checkpoint(path, model, checkpoint)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error
