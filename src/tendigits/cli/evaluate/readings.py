"""Reading, measured on a folder of images with ``labels.csv``, and a sheet of what was read wrong."""

from collections.abc import Iterator, Sequence
from itertools import count, takewhile
from pathlib import Path

import typer

from tendigits.cli.answering import print_json, say
from tendigits.cli.evaluate.thresholds import threshold_table
from tendigits.cli.progress import progress_bar
from tendigits.cli.wording import counted
from tendigits.data.labels import LabelledImage, read_labels
from tendigits.evaluation.readings import ReadingsEvaluation, evaluate_readings
from tendigits.evaluation.scores import percent
from tendigits.files import check_output, write_output
from tendigits.printable import printable
from tendigits.reading.annotate.picture import as_png
from tendigits.reading.annotate.sheet import PER_SHEET, failure_sheets
from tendigits.reading.labelled import ReadImage, read_labelled, surest_failures
from tendigits.reading.reader import Reader
from tendigits.reading.result import on_one_line

__all__ = ["evaluate_folder"]

_MOST_SHOWN = 20


def evaluate_folder(folder: Path, model: Path | None, sheet: Path, *, as_json: bool) -> None:
    """Measure reading, print how good it is, and draw the failures.

    Raises:
        TendigitsError: the sheet cannot be written; before anything is read.
        typer.Exit: an image cannot be read: with code 1, when all is measured.

    """
    check_output(sheet)
    labelled = read_labels(folder)
    reader = Reader(model)
    say(f"model: {reader.name}; data: {folder}")
    images = _read(reader, labelled)
    result = evaluate_readings([image.number for image in images])
    failures = surest_failures(images)
    sheets = _sheets(sheet, len(failures))
    if as_json:
        shown = {"failures": [failure.as_dict() for failure in failures], "sheets": [str(path) for path in sheets]}
        print_json({"model": reader.name, "data": str(folder), **result.as_dict(), **shown})
    else:
        print("\n".join(_lines(result, failures)), flush=True)  # noqa: T201 - words out
    for path, picture in zip(sheets, failure_sheets(failures), strict=True):
        write_output(path, as_png(picture))
        say(str(path))
    if not failures and not sheet.exists():
        say(f"no image was read wrong: {sheet} is not written")
    for path in _older(sheet, len(sheets)):
        say(f"{path} is of an earlier evaluation: this one has {counted(len(failures), 'failure')}")
    if result.unreadable:
        say(f"tendigits: {counted(result.unreadable, 'image')} could not be read")
        raise typer.Exit(1)


def _read(reader: Reader, labelled: Sequence[LabelledImage]) -> list[ReadImage]:
    images = []
    with progress_bar(len(labelled)) as bar:
        for image in read_labelled(reader, labelled):
            images.append(image)
            bar.advance()
    return images


def _sheets(first: Path, failures: int) -> list[Path]:
    """Return the files of the sheets: the second beside the first, with -2 in its name."""
    return [_numbered(first, number) for number in range(1, -(-failures // PER_SHEET) + 1)]


def _numbered(first: Path, number: int) -> Path:
    return first if number == 1 else first.with_stem(f"{first.stem}-{number}")


def _older(first: Path, sheets: int) -> Iterator[Path]:
    """Yield the files that would have been written over, had there been more failures."""
    return takewhile(Path.exists, (_numbered(first, number) for number in count(sheets + 1)))


def _lines(result: ReadingsEvaluation, failures: Sequence[ReadImage]) -> Iterator[str]:
    """Lay out an evaluation for people."""
    yield f"exactly right {result.score}"
    if "" in result.source_mean:
        yield f"averaged over {counted(len(result.sources), 'source')} {result.source_mean['']:.4f}"
    for kind, score in result.kinds.items():
        mean = f"; averaged over sources {result.source_mean[kind]:.4f}" if kind in result.source_mean else ""
        yield f"{printable(kind)}: exactly right {score}{mean}"
    if result.unsure:
        yield f"{counted(result.unsure, 'image')} with a ? in the text, which counts as wrong"
    yield ""
    yield from threshold_table(result.thresholds)
    if failures:
        yield ""
        yield from _failures(failures)


def _failures(failures: Sequence[ReadImage]) -> Iterator[str]:
    of_how_many = f", of which these {_MOST_SHOWN} are the surest" if len(failures) > _MOST_SHOWN else ""
    yield f"{counted(len(failures), 'image')} read wrong{of_how_many}:"
    for failure in failures[:_MOST_SHOWN]:
        yield f"{printable(failure.image.name)}: {on_one_line(failure.image.label)}, {_said(failure)}"


def _said(failure: ReadImage) -> str:
    if failure.reading is None:
        return "cannot be read"
    return f"read as {on_one_line(failure.reading.text)} ({percent(failure.reading.confidence)})"
