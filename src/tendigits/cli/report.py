"""``tendigits report``: a page about a run."""

from pathlib import Path
from typing import Annotated

import typer

from tendigits.cli.answering import answer
from tendigits.cli.options import Data, ends_in

__all__ = ["app"]

app = typer.Typer()


@app.command(epilog="Example:  tendigits report runs/first")
@answer
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE.html", callback=ends_in(".html", ".htm"), help="[RUN/report.html]"),
    ] = None,
    data: Data = None,
) -> None:
    """Write a page about a run: curves, confusion, worst mistakes, how far its confidence can be trusted."""
    from tendigits.report import write_report

    typer.echo(write_report(run, out, data))
