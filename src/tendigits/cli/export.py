"""``tendigits export``: trained weights as a file for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from tendigits.cli.answering import answer, print_json, say
from tendigits.cli.options import Json, Model
from tendigits.errors import ExportError

__all__ = ["app"]

app = typer.Typer()


@app.command(epilog="Example:  tendigits export runs/first -o digits.onnx")
@answer
def export(
    model: Model = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.onnx|FILE.keras", help="The file to write, by its ending.")
    ],
    as_json: Json = False,
) -> None:
    """Write trained weights as a file for other programs: ONNX or Keras."""
    from tendigits import export as exporting
    from tendigits.models import open_model

    _check_ending(out)
    opened = open_model(model)
    say(f"model: {opened.name}")
    exported = exporting.export(opened.weights, out)
    if as_json:
        print_json({"path": str(out), "model": opened.name, **exported.as_dict()})
    else:
        typer.echo(f"{out} {exported}")


def _check_ending(file: Path) -> None:
    from tendigits.export import check_name

    try:
        check_name(file)
    except ExportError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
