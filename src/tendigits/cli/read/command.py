"""The command itself: what can be asked."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tendigits.cli.answering import answer
from tendigits.cli.options import Json, ModelOption, ends_in
from tendigits.cli.plain import PlainCommand

__all__ = ["app"]

app = typer.Typer()

_Images = Annotated[
    list[str],
    typer.Argument(
        metavar="IMAGE|FOLDER|GLOB|TABLE...",
        help="Images; folders, searched with all that is below; patterns as 'scans/*.png'; - for standard input. With"
        " -o also tables of images: CSV, Parquet, Arrow, NPZ, IDX.",
        show_default=False,
    ),
]

_Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="TARGET",
        help="Read them all into this file, on all cores: .parquet, .csv or .jsonl. Broken off, it goes on when it is"
        " started again.",
    ),
]

_Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="With -o: processes, or actors of Ray. [one on each core]", show_default=False
    ),
]

_Ray = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS|local",
        help="With -o: read on a Ray cluster, at auto or HOST:PORT on one of its nodes; local starts Ray here.",
        show_default=False,
    ),
]

_Kaggle = Annotated[bool, typer.Option("--kaggle", help="With -o FILE.csv: ImageId,Label, as the competition wants.")]

_Review = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html",
        callback=ends_in(".html"),
        help="With -o: a page on which you say what is written in the least sure images and in accepted ones drawn at"
        " random; evaluate --data scores what it saves.",
        show_default=False,
    ),
]


@app.command(
    cls=PlainCommand,
    epilog="Example:  tendigits read photo.jpg scans --length 4-6 --annotate annotated\n\n"
    "Example:  tendigits read forms -o forms.parquet",
)
@answer
def read(
    images: _Images,
    *,
    single: Annotated[bool, typer.Option("--single", help="Each image is one digit.")] = False,
    length: Annotated[
        str | None, typer.Option(metavar="4|4-6", help="How many digits there are.", show_default=False)
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            metavar="P", min=0, max=1, help="0 to 1: a digit that is less sure is shown as ?.", show_default=False
        ),
    ] = None,
    annotate: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draw what was read on copies of the images, in this folder.")
    ] = None,
    model: ModelOption = None,
    as_json: Json = False,
    output: _Output = None,
    workers: _Workers = None,
    ray: _Ray = None,
    kaggle: _Kaggle = False,
    review: _Review = None,
) -> None:
    """Read handwritten digits from photos, scans and drawings."""
    digits = _checked(length, single=single)
    if output is not None:
        if annotate is not None:
            raise typer.BadParameter("copies are drawn of images read without -o", param_hint="--annotate")
        from tendigits.batch.run import BatchOptions
        from tendigits.cli.read.batch import read_batch

        options = BatchOptions(images, output, model, single, digits, min_confidence, kaggle, workers, ray, review)
        read_batch(options, as_json=as_json)
        return
    _refuse({"--workers": workers, "--ray": ray, "--kaggle": kaggle, "--review": review})
    # A product here takes half a millisecond; threads that share in it are waited for, 90 ms where the cores are busy.
    # OpenBLAS looks when NumPy is imported, which is next.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tendigits.cli.read.reading import ReadOptions, read_all

    read_all(images, ReadOptions(single, digits, min_confidence, annotate, model, as_json))


def _refuse(options: dict[str, object]) -> None:
    """Refuse options that make sense for a batch alone."""
    for option, given in options.items():
        if given:
            raise typer.BadParameter("goes with -o TARGET", param_hint=option)


def _checked(length: str | None, *, single: bool) -> tuple[int, int] | None:
    from tendigits.errors import LengthError
    from tendigits.reading.length import parse_length

    if length is None:
        return None
    if single:
        raise typer.BadParameter("--single is one digit: leave one of the two out", param_hint="--length")
    try:
        return parse_length(length)
    except LengthError as error:
        raise typer.BadParameter(str(error), param_hint="--length") from error
