"""What can be asked of ``tendigits train``."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

from tendigits.cli.options import Data

__all__ = ["BatchSize", "Epochs", "Network", "NewRun", "Out", "RecipeName", "Repeat", "Resume", "Seed"]

Network = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|SIZES", help="tutorial, wide, or the sizes of the hidden layers, as in 256-128. [tutorial]"
    ),
]
RecipeName = Annotated[
    str | None,
    typer.Option(
        metavar="tutorial|robust",
        help="As the lesson does, or on freshly deformed digits for a quarter of the mistakes. [tutorial]",
    ),
]
Epochs = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Passes over the training set. [10; robust 250, wide 60]")
]
BatchSize = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Examples per step. [32; robust 512, wide 1024]")
]
Seed = Annotated[int | None, typer.Option(metavar="N", min=0, help="The same seed gives the same weights. [1]")]
Repeat = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Train N times, with seeds counted up from --seed.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="New or empty folder for the results.")]
Resume = Annotated[Path | None, typer.Option(metavar="DIR", help="Go on with an interrupted run, as it was begun.")]


@dataclass(frozen=True)
class NewRun:
    """The options that say what a new run is; None for one that was left out."""

    network: Network
    recipe: RecipeName
    data: Data
    epochs: Epochs
    batch_size: BatchSize
    seed: Seed
    repeat: Repeat
    out: Out

    @property
    def given(self) -> list[str]:
        """The options that were not left out, as they are spelled."""
        names = [field.name for field in fields(self) if getattr(self, field.name) is not None]
        return [f"--{name.replace('_', '-')}" for name in names]
