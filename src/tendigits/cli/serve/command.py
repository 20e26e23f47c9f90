"""The command itself: what can be asked."""

import os
from typing import Annotated

import typer

from tendigits.cli.answering import answer
from tendigits.cli.options import ModelOption

__all__ = ["app"]

app = typer.Typer()


@app.command(epilog="Example:  tendigits serve --open")
@answer
def serve(
    *,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 for everybody on the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="And on which port; 0 for any free.")] = 8000,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that answer.")] = 1,
    model: ModelOption = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="A name that the server may be asked for by, beside its own.", show_default=False
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Another site whose pages may ask it.", show_default=False),
    ] = None,
) -> None:
    """Serve a page to write digits on, and an API that reads images."""
    # As `tendigits read`: threads within a product cost more than they bring. Workers inherit it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tendigits.cli.serve.serving import serve_until_stopped
    from tendigits.serving.settings import Settings

    settings = Settings(host, port, workers, model, tuple(allow_host or ()), tuple(allow_origin or ()))
    serve_until_stopped(settings, open_browser=open_browser)
