"""The command itself: what can be asked, and which of the three is."""

from pathlib import Path
from typing import Annotated

import typer

from tendigits.cli.answering import answer
from tendigits.cli.options import DATA, Json, Model, ends_in

__all__ = ["app"]

app = typer.Typer()

_SHEET = Path("failures.png")


@app.command(epilog="Example:  tendigits evaluate runs/first")
@answer
def evaluate(
    model: Model = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="NAME|PATH",
            help=f"{DATA}; or a folder of images with labels.csv (path,label): then reading is measured; or the"
            " labels.csv that a page to review saves.",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png",
            callback=ends_in(".png"),
            help=f"Where images read wrong are drawn, of a folder with labels.csv. [{_SHEET}]",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure trained weights on a test set, reading on the images of a folder, or what a person reviewed."""
    from tendigits.data.labels import is_labelled

    reviewed = _reviewed(data)
    if reviewed is not None:
        from tendigits.cli.evaluate.reviewed import evaluate_reviewed

        _check_alone(model, sheet)
        evaluate_reviewed(reviewed, as_json=as_json)
        return
    folder = _folder(data)
    if folder is not None and is_labelled(folder):
        from tendigits.cli.evaluate.readings import evaluate_folder

        evaluate_folder(folder, model, sheet or _SHEET, as_json=as_json)
        return
    if sheet is not None:
        raise typer.BadParameter(
            "a sheet is drawn of a folder of images with labels.csv; give that as --data", param_hint="--sheet"
        )
    from tendigits.cli.evaluate.network import evaluate_network

    if folder is not None:
        _check_holds_data(folder)
    evaluate_network(model, data, as_json=as_json)


def _reviewed(data: str | None) -> Path | None:
    """Return the table of a review, if one is to be scored."""
    from tendigits.data.named import NAMED_SETS
    from tendigits.data.reviewed import find_reviewed

    return None if data is None or data in NAMED_SETS else find_reviewed(Path(data))


def _check_alone(model: Path | None, sheet: Path | None) -> None:
    """Refuse what a review has no use for: what was read at the time is scored, and the images need not be there."""
    if model is not None:
        raise typer.BadParameter("a review scores what was read then: leave the model out", param_hint="MODEL")
    if sheet is not None:
        raise typer.BadParameter(
            "a sheet is drawn of images that are read, and a review reads none; leave it out", param_hint="--sheet"
        )


def _folder(data: str | None) -> Path | None:
    """Return the folder that is to be measured on, if it is one: what is the name of a data set is that set."""
    from tendigits.data.named import NAMED_SETS

    return None if data is None or data in NAMED_SETS or not Path(data).is_dir() else Path(data)


def _check_holds_data(folder: Path) -> None:
    """Check that a folder without a table of labels holds a data set.

    Raises:
        DataError: it holds none.

    """
    from tendigits.data.labels import LABELS
    from tendigits.data.loading import DATA_FOLDERS, holds_data
    from tendigits.errors import DataError

    if not holds_data(folder):
        raise DataError(
            f"{folder}: a folder of images needs a {LABELS} beside them, with a line of names, path,label, and below it"
            f" a line such as photo.jpg,1234 for each; a data set's folder holds {DATA_FOLDERS}"
        )
