"""The command itself: a new run, or with ``--resume`` one to go on with."""

import typer

from tendigits.cli.answering import answer
from tendigits.cli.options import Data, Json
from tendigits.cli.train.options import BatchSize, Epochs, Network, NewRun, Out, RecipeName, Repeat, Resume, Seed

__all__ = ["app"]

app = typer.Typer()


@app.command(epilog="Example:  tendigits train --epochs 10 --seed 1 --out runs/first")
@answer
def train(
    network: Network = None,
    recipe: RecipeName = None,
    data: Data = None,
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    seed: Seed = None,
    repeat: Repeat = None,
    out: Out = None,
    resume: Resume = None,
    as_json: Json = False,
) -> None:
    """Train a network; leave weights and pictures in a run folder."""
    new_run = NewRun(network, recipe, data, epochs, batch_size, seed, repeat, out)
    if resume is None:
        from tendigits.cli.train.begin import begin

        begin(new_run, as_json=as_json)
    else:
        _refuse_beside_resume(new_run.given)
        from tendigits.cli.train.go_on import go_on

        go_on(resume, as_json=as_json)


def _refuse_beside_resume(options: list[str]) -> None:
    if options:
        does = "does" if len(options) == 1 else "do"
        raise typer.BadParameter(f"{', '.join(options)} {does} not go with --resume: a run goes on as it was begun")
