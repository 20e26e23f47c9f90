"""The runs of several seeds: each trained where it is not finished, and all summed up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from tendigits.cli.answering import print_json
from tendigits.cli.spelling import command_line
from tendigits.cli.train.one_run import train_in
from tendigits.cli.train.result import figures
from tendigits.data import DataSet
from tendigits.errors import TrainingInterrupted
from tendigits.network import parameters
from tendigits.training.repeat import Repetition, summary
from tendigits.training.run_folder import RunFolder

__all__ = ["train_seeds"]


def train_seeds(
    path: Path, repetition: Repetition, load: Callable[[], DataSet], console: Console, *, as_json: bool
) -> None:
    """Train every seed's run that is not finished, and sum them all up."""
    finished = []
    try:
        for seed, folder in repetition.folders(path):
            console.print(f"\nseed {seed}: {folder}")
            finished.append(figures(folder, _finish(repetition, seed, folder, load, console)))
    except KeyboardInterrupt as interruption:
        raise TrainingInterrupted(getattr(interruption, "epochs_done", None), path) from interruption
    accuracies = summary([run["accuracy"] for run in finished])
    console.print()
    for seed, run in zip(repetition.seeds, finished, strict=True):
        console.print(f"seed {seed}: test accuracy {run['accuracy']:.4f}, {run['wrong']:,} of {run['n']:,} wrong")
    console.print("mean {mean:.4f}, standard deviation {sd:.4f}, worst {worst:.4f}".format(**accuracies))
    console.print(f"\nUse one of them:\n  {command_line('evaluate', finished[0]['run'])}")
    if as_json:
        print_json({"runs": finished, **accuracies})


def _finish(
    repetition: Repetition, seed: int, path: Path, load: Callable[[], DataSet], console: Console
) -> dict[str, Any]:
    """Return the metrics of one seed's run, which is finished, gone on with, or begun."""
    if RunFolder.is_in(path):
        folder = RunFolder.open(path)
        folder.recipe(parameters(repetition.network))  # a finished one's figures would be of another recipe
    else:
        folder = RunFolder.create(path, repetition.configuration(seed, load().sha256))
    is_first = seed == repetition.seeds[0]
    return folder.metrics or train_in(folder, load(), console, with_summary=is_first).metrics
