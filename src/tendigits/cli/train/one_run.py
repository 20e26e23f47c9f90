"""One run in this process: its data loaded, its model built and trained."""

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from tendigits.data import DataSet, load
from tendigits.errors import TrainingInterrupted
from tendigits.training.run_folder import RunFolder

if TYPE_CHECKING:
    from tendigits.training.result import Run

__all__ = ["load_shown", "train_in"]


def load_shown(source: str, console: Console) -> DataSet:
    """Load a data set and show the shapes of its four arrays."""
    data_set = load(source)
    for part, (images, labels) in (("train", data_set.train), ("test", data_set.test)):
        console.print(f"x_{part} {images.shape!s:16} y_{part} {labels.shape}")
    return data_set


def train_in(folder: RunFolder, data_set: DataSet, console: Console, *, with_summary: bool = True) -> "Run":
    """Train what a run folder's configuration says, from where the run stands."""
    configuration = folder.configuration
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = configuration.backend  # that of the run, when it is gone on with
    os.environ.setdefault("NPROC", str(configuration.threads))  # JAX reads it when it is first used
    try:
        from tendigits.training import run  # imports Keras, which takes a second

        model = run.build(folder)
        if with_summary:
            model.summary(print_fn=lambda text, **_: console.file.write(f"{text}\n"))
        return run.go_on(folder, model, data_set, console)
    except TrainingInterrupted:
        raise
    except KeyboardInterrupt as interruption:
        raise TrainingInterrupted(None, folder.path) from interruption
