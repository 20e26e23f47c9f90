"""What a run keeps from epoch to epoch: its history, and its state on disk."""

import time
from pathlib import Path
from typing import Any

import keras

from tendigits.training.checkpoint import Checkpoint, save_checkpoint

__all__ = ["ContinuedHistory", "KeepCheckpoint"]


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
        checkpoint = Checkpoint(epoch + 1, self._history.history, self._history.seconds)
        save_checkpoint(self._path, self.model, checkpoint)
