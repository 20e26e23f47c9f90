"""``tendigits compare``: two trained networks, measured on the same test set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tendigits.cli.answering import answer, print_json, say
from tendigits.cli.options import Data, Json, ends_in

if TYPE_CHECKING:
    from tendigits.compare import Answer, Comparison

__all__ = ["app"]

app = typer.Typer()

_MOST_SHOWN = 20
"""Digits that are shown of those that are read differently."""


@app.command(epilog="Example:  tendigits compare runs/first runs/second")
@answer
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A run folder, a weights file, robust or tutorial.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    data: Data = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", callback=ends_in(".png"), help="Draw the digits that they read differently."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure two trained networks on the same test set: which is better, or whether that is chance."""
    from tendigits.compare import compare as compared
    from tendigits.console import plain_console
    from tendigits.inference import predict
    from tendigits.measured_on import load_test_set
    from tendigits.models import open_model

    models = open_model(a), open_model(b)
    source, (images, labels) = load_test_set(models, data)
    say(f"A: {models[0].name}\nB: {models[1].name}\ndata: {source}")
    of_a, of_b = (predict(model.weights, images) for model in models)
    comparison = compared(of_a, of_b, labels)
    if picture is not None:
        from tendigits.files import write_output
        from tendigits.plots import disagreements_picture

        write_output(picture, disagreements_picture(images, comparison.disagreements))
    if as_json:
        names = {"models": [model.name for model in models], "data": source}
        print_json(names | comparison.as_dict())
        return
    console = plain_console()
    console.print(_side_by_side(comparison))
    if picture is not None:
        console.print(f"\n{picture}")


def _side_by_side(comparison: "Comparison") -> str:
    """Lay out a comparison: the scores, the four cells, the verdict, and digits that are read differently."""
    lines = [
        f"A  {comparison.a}",
        f"B  {comparison.b}",
        "",
        f"{'':7} {'B right':>9} {'B wrong':>9}",
        f"A right {comparison.both_right:9,} {comparison.only_a:9,}",
        f"A wrong {comparison.only_b:9,} {comparison.both_wrong:9,}",
        "",
        comparison.verdict,
    ]
    disagreements = comparison.disagreements
    if not disagreements:
        return "\n".join([*lines, "They read every digit alike."])
    shown = disagreements[:_MOST_SHOWN]
    of_how_many = f", of which these {_MOST_SHOWN} are read most surely" if len(disagreements) > _MOST_SHOWN else ""
    lines += ["", f"They read {len(disagreements):,} digits differently{of_how_many}:"]
    lines += [f"{'image':>7} {'true':>6}  {'A says':<14} B says"]
    lines += [f"{case.index:7} {case.label:6}  {_said(case.a):<14} {_said(case.b)}" for case in shown]
    return "\n".join(lines)


def _said(answer: "Answer") -> str:
    from tendigits.evaluation import percent

    return f"{answer.predicted} ({percent(answer.confidence)})"
