"""What a person sees while a model trains: a line an epoch, and a bar below it where there is a terminal."""

import time
from types import TracebackType
from typing import Any, Self

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["EpochProgress"]


class EpochProgress(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Prints each epoch's figures as they come.

    Args:
        console: where to.
        epochs: those to come, counted from 0.

    """

    def __init__(self, console: Console, epochs: range) -> None:
        super().__init__()
        self._console = console
        self._epochs = epochs.stop
        self._bar = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("epochs,"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("training", total=epochs.stop, completed=epochs.start)
        self._began = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        """Take the time."""
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Print the epoch's line."""
        scalars = {name: value for name, value in (logs or {}).items() if isinstance(value, float)}
        figures = "  ".join(f"{name} {value:.4f}" for name, value in scalars.items())
        seconds = time.perf_counter() - self._began
        width = len(str(self._epochs))
        line = f"epoch {epoch + 1:{width}}/{self._epochs}  {figures}  ({seconds:.2f} s)"
        self._console.print(line)
        self._bar.advance(self._task)
