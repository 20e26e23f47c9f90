"""A run, or runs of several seeds, gone on with from where they stand."""

import functools
from pathlib import Path

from tendigits.cli.train.one_run import load_shown, train_in
from tendigits.cli.train.result import show_result
from tendigits.cli.train.seeds import train_seeds
from tendigits.console import plain_console
from tendigits.errors import RunError
from tendigits.network import parameters
from tendigits.training.repeat import Repetition
from tendigits.training.run_folder import RunFolder
from tendigits.training.threads import limit_threads

__all__ = ["go_on"]


def go_on(path: Path, *, as_json: bool) -> None:
    """Go on with what was begun in a folder, and show what came of it."""
    console = plain_console(stderr=as_json)
    if Repetition.is_in(path):
        repetition = Repetition.open(path)
        limit_threads(repetition.network, repetition.batch_size)
        load = functools.cache(lambda: load_shown(repetition.data, console))
        train_seeds(path, repetition, load, console, as_json=as_json)
        return
    folder = RunFolder.open(path)
    if folder.configuration.network is None or folder.configuration.data is None:
        raise RunError(f"{path} was begun in Python: go on there, with tendigits.resume(folder, model, data)")
    folder.recipe(parameters(folder.configuration.network))  # refuses other constants before data are fetched
    data_set = load_shown(str(folder.configuration.data), console)
    show_result(train_in(folder, data_set, console), console, as_json=as_json)
