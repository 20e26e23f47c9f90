"""The ``tendigits`` command: arguments in, one call, words out.

Each command is a file of its own, or a folder where it is more than a call. Importing them loads nothing of what they
call: a command imports that when it is run.
"""

import gc
import io
import sys
from typing import Annotated

import typer

from tendigits.cli import compare, data, evaluate, export, read, report, serve, train
from tendigits.cli.plain import PlainGroup

__all__ = ["app", "main"]

app = typer.Typer(
    cls=PlainGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Train, evaluate and use the classic handwritten-digit network.",
)
for command in (train, evaluate, read, serve, compare, report, export):  # in the order of the help
    app.add_typer(command.app)
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line."""
    gc.set_threshold(100_000)  # what is made while modules are loaded stays: looking for garbage in it takes 4 ms
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console without UTF-8 shows what it can
    try:
        app()
    finally:
        gc.freeze()  # or Python, as it ends, looks for garbage in all that was imported, for 20 ms


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if wanted:
        import tendigits

        typer.echo(f"tendigits {tendigits.__version__}")
        raise typer.Exit


@app.callback()
def _tendigits(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Train, evaluate and use the classic handwritten-digit network."""
