"""``tendigits data``: data sets, listed, fetched, drawn and verified."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tendigits.cli.answering import answer, print_json, say
from tendigits.cli.options import DATA, Json, ends_in
from tendigits.cli.spelling import command_line

if TYPE_CHECKING:
    from tendigits.training.recipes import Deformation

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Data sets: list them, get one, verify it.")

_Name = Annotated[str, typer.Argument(metavar="NAME", help="A name from tendigits data list.")]


@app.command("list", epilog="Example:  tendigits data list")
@answer
def list_data(as_json: Json = False) -> None:
    """List the data sets that have a name."""
    from tendigits.data import available

    for known in available():
        if as_json:
            print_json({**asdict(known), "folder": str(known.folder)})
        else:
            missing = f"not fetched yet: {command_line('data', 'get', known.name)}"
            state = f"in {known.folder}" if known.cached else missing
            typer.echo(f"{known.name:14} {known.description}; {state}")


@app.command("get", epilog="Example:  tendigits data get fashion-mnist")
@answer
def get_data(name: _Name) -> None:
    """Fetch a data set into the cache."""
    from tendigits.data import get

    typer.echo(get(name))


@app.command("show", epilog="Example:  tendigits data show --deform -o deformed.png")
@answer
def show_data(
    data: Annotated[
        str,
        typer.Argument(metavar="[NAME|PATH]", help=f"{DATA}. [mnist]", show_default=False),
    ] = "mnist",
    *,
    deform: Annotated[
        bool, typer.Option("--deform", help="Beside each digit, copies of it as the robust recipe deforms it.")
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Which digits, and which deformations.")] = 1,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.png", callback=ends_in(".png"), help="The picture.")
    ] = Path("digits.png"),
) -> None:
    """Draw a sheet of a data set's digits."""
    from tendigits.data import load
    from tendigits.data.sheet import digits_of_each_class
    from tendigits.files import write_output
    from tendigits.plots import sheet_picture

    images, labels = digits_of_each_class(load(data).train, 1 if deform else 8, seed)
    copies = None
    if deform:
        from tendigits.training.deform import deformed
        from tendigits.training.recipes import ROBUST

        copies = [deformed(images, cast("Deformation", ROBUST.deformation), copy) for copy in range(seed, seed + 9)]
    write_output(out, sheet_picture(images, labels, copies))
    typer.echo(out)


@app.command("verify", epilog="Example:  tendigits data verify mnist")
@answer
def verify_data(name: _Name, as_json: Json = False) -> None:
    """Compare cached files with their published SHA-256."""
    from tendigits.data import verify

    states = verify(name)
    if as_json:
        print_json({"name": name, "files": states})
    else:
        for file, state in states.items():
            typer.echo(f"{file:26} {state}")
    if any(state != "ok" for state in states.values()):
        say(f"tendigits: {name} is not whole in the cache; fetch it with:  {command_line('data', 'get', name)}")
        raise typer.Exit(1)
