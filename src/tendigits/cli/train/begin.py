"""A new run, or new runs of several seeds, from the options to the result."""

from contextlib import nullcontext

import typer

from tendigits.backend import training_backend
from tendigits.cli.train.one_run import load_shown, train_in
from tendigits.cli.train.options import NewRun
from tendigits.cli.train.result import show_result
from tendigits.cli.train.seeds import train_seeds
from tendigits.console import plain_console
from tendigits.data import located
from tendigits.network import hidden_units, parameters
from tendigits.training.claiming import claimed, make_run_folder
from tendigits.training.recipes import Recipe, check_backend, named_recipe
from tendigits.training.repeat import Repetition
from tendigits.training.run_folder import RunFolder
from tendigits.training.threads import limit_threads

__all__ = ["begin"]


def begin(new_run: NewRun, *, as_json: bool) -> None:
    """Train what was asked for in a new folder, and show what came of it."""
    console = plain_console(stderr=as_json)
    repetition = _repetition(new_run)
    limit_threads(repetition.network, repetition.batch_size)
    with nullcontext() if new_run.out is None else claimed(new_run.out):  # before a data set is fetched in vain
        data_set = load_shown(new_run.data or "mnist", console)
    name = repetition.network if new_run.recipe is None else f"{repetition.network}-{new_run.recipe}"
    if new_run.repeat is None:
        configuration = repetition.configuration(repetition.seeds[0], data_set.sha256)
        folder = RunFolder.create(new_run.out or make_run_folder(name), configuration)
        show_result(train_in(folder, data_set, console), console, as_json=as_json)
    else:
        path = new_run.out or make_run_folder(f"{name}-repeat-{new_run.repeat}")
        repetition.create(path)
        train_seeds(path, repetition, lambda: data_set, console, as_json=as_json)


def _repetition(new_run: NewRun) -> Repetition:
    """Return the runs that were asked for, one or several, with the recipe's own numbers where none was given."""
    network = _checked_network(new_run.network or "tutorial")
    recipe = _checked_recipe(new_run.recipe or "tutorial", network)
    first = 1 if new_run.seed is None else new_run.seed
    return Repetition(
        network=network,
        data=located(new_run.data or "mnist"),
        epochs=new_run.epochs or recipe.epochs,
        batch_size=new_run.batch_size or recipe.batch_size,
        recipe=recipe.name,
        seeds=tuple(range(first, first + (new_run.repeat or 1))),
    )


def _checked_recipe(name: str, network: str) -> Recipe:
    try:
        recipe = named_recipe(name, parameters(network))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--recipe") from error
    check_backend(name, training_backend())
    return recipe


def _checked_network(network: str) -> str:
    try:
        hidden_units(network)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--network") from error
    return network
