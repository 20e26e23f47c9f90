"""Arguments and options that several commands have: the same words for the same thing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["DATA", "Data", "Json", "Model", "ModelOption", "ends_in"]

_WHICH = "A run folder, a weights file, robust or tutorial. [the robust weights, which ship]"

DATA = "mnist, fashion-mnist, or your own: IDX, .npz, CSV, Parquet, Arrow, or images in folders 0 to 9"
"""What names or holds a data set."""

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON; everything else goes to stderr.")]

Data = Annotated[
    str | None,
    typer.Option("--data", metavar="NAME|PATH", help=f"{DATA}."),
]

Model = Annotated[
    Path | None,
    typer.Argument(metavar="[MODEL]", help=_WHICH, show_default=False),
]

ModelOption = Annotated[Path | None, typer.Option("--model", metavar="MODEL", help=_WHICH, show_default=False)]


def ends_in(*endings: str) -> Callable[[Path | None], Path | None]:
    """Return a check that a file is called as what will be written to it is."""

    def checked(path: Path | None) -> Path | None:
        if path is not None and path.suffix.lower() not in endings:
            raise typer.BadParameter(f"{path} is to end in {' or '.join(endings)}")
        return path

    return checked
