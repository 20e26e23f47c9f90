"""The ``tendigits`` command: arguments in, one call, words out."""

import functools
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, cast

import typer
from rich.console import Console

from tendigits.console import plain_console
from tendigits.errors import ExportError, RunError, TendigitsError, TrainingInterrupted

if TYPE_CHECKING:
    from tendigits.compare import Answer, Comparison
    from tendigits.data import DataSet
    from tendigits.training.recipes import Deformation, Recipe
    from tendigits.training.repeat import Repetition
    from tendigits.training.run import Run
    from tendigits.training.run_folder import RunFolder

__all__ = ["app", "main"]

_IMPORTED = time.perf_counter()
_INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Train, evaluate and use the classic handwritten-digit network.",
)
data_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Data sets: list them, get one, verify it.")
app.add_typer(data_app, name="data")

P = ParamSpec("P")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console without UTF-8 shows what it can
    app()


def _answer(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a command raises on purpose into one line on standard error and an exit code."""

    @functools.wraps(command)
    def answering(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except TendigitsError as error:
            _say(f"tendigits: {error}")
            raise typer.Exit(1) from error
        except TrainingInterrupted as interruption:
            _say(f"{interruption}; go on with:  {_command('train', '--resume', interruption.folder)}")
            if interruption.epochs_done is None:
                _leave_at_once()
            raise typer.Exit(_INTERRUPTED) from interruption
        except KeyboardInterrupt as interruption:
            _say("tendigits: interrupted")
            raise typer.Exit(_INTERRUPTED) from interruption

    return answering


def _leave_at_once() -> None:
    """End the process without Python's farewells: JAX's would wait for the epoch that is being computed."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - words out


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content), flush=True)  # noqa: T201 - words out


def _command(*arguments: "str | Path | None") -> str:
    """Return a command line that works as it stands here, whether or not the environment is activated."""
    words = [*_program(), *(str(word) for word in arguments if word is not None)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _program() -> list[str]:
    """Return how this program was called: by its name where the shell finds it, else by its path."""
    program = Path(sys.argv[0])
    if program.stem != "tendigits":
        return [_relative(Path(sys.executable)), "-m", "tendigits"]
    found = shutil.which("tendigits")
    by_name = found is not None and Path(found).resolve().with_suffix("") == program.resolve().with_suffix("")
    return ["tendigits"] if by_name else [_relative(program)]


def _relative(path: Path) -> str:
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


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


_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON; everything else goes to stderr.")]
_Data = Annotated[
    str | None,
    typer.Option("--data", metavar="NAME|PATH", help="mnist, fashion-mnist, a folder of IDX files, or an .npz."),
]

_Model = Annotated[
    Path | None,
    typer.Argument(
        metavar="[MODEL]",
        help="A run folder, a weights file, robust or tutorial. [the robust weights, which ship]",
        show_default=False,
    ),
]


@app.command(epilog="Example:  tendigits train --epochs 10 --seed 1 --out runs/first")
@_answer
def train(
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|SIZES", help="tutorial, wide, or the sizes of the hidden layers, as in 256-128. [tutorial]"
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="tutorial|robust",
            help="As the lesson does, or on freshly deformed digits for a third of the mistakes. [tutorial]",
        ),
    ] = None,
    data: _Data = None,
    epochs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Passes over the training set. [10; robust 100]")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Examples per step. [32; robust 256]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="The same seed gives the same weights. [1]")
    ] = None,
    repeat: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Train N times, with seeds counted up from --seed.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="New or empty folder for the results.")] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Go on with an interrupted run, as it was begun.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Train a network; leave weights and pictures in a run folder."""
    console = plain_console(stderr=as_json)
    if resume is not None:
        _refuse_beside_resume(
            network=network,
            recipe=recipe,
            data=data,
            epochs=epochs,
            batch_size=batch_size,
            seed=seed,
            repeat=repeat,
            out=out,
        )
        _go_on(resume, console, as_json=as_json)
        return
    from tendigits.data import located
    from tendigits.training.repeat import Repetition
    from tendigits.training.run_folder import RunFolder, claimed, new_run_path

    first, chosen = 1 if seed is None else seed, _checked_recipe(recipe or "tutorial")
    repetition = Repetition(
        network=_checked_network(network or "tutorial"),
        data=located(data or "mnist"),
        epochs=epochs or chosen.epochs,
        batch_size=batch_size or chosen.batch_size,
        recipe=chosen.name,
        seeds=tuple(range(first, first + (repeat or 1))),
    )
    with nullcontext() if out is None else claimed(out):  # before a data set is fetched in vain
        data_set = _load(data or "mnist", console)
    name = repetition.network if recipe is None else f"{repetition.network}-{recipe}"
    if repeat is None:
        path = out or new_run_path(name)
        folder = RunFolder.create(path, repetition.configuration(first, data_set.sha256))
        _report(_train_in(folder, data_set, console), console, as_json=as_json)
        return
    path = out or new_run_path(f"{name}-repeat-{repeat}")
    repetition.create(path)
    _train_seeds(path, repetition, lambda: data_set, console, as_json=as_json)


def _refuse_beside_resume(**options: object) -> None:
    """Name the options that were given, none of which goes with --resume."""
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value is not None]
    if given:
        does = "does" if len(given) == 1 else "do"
        raise typer.BadParameter(f"{', '.join(given)} {does} not go with --resume: a run goes on as it was begun")


def _checked_network(network: str) -> str:
    from tendigits.network import hidden_units

    try:
        hidden_units(network)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--network") from error
    return network


def _checked_recipe(name: str) -> "Recipe":
    from tendigits.backend import training_backend
    from tendigits.training.recipes import check_backend, named_recipe

    try:
        recipe = named_recipe(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--recipe") from error
    check_backend(recipe, training_backend())
    return recipe


def _go_on(path: Path, console: Console, *, as_json: bool) -> None:
    """Go on with one run, or with the runs of several seeds."""
    from tendigits.training.repeat import Repetition
    from tendigits.training.run_folder import RunFolder

    if Repetition.is_in(path):
        repetition = Repetition.open(path)
        load = functools.cache(lambda: _load(repetition.data, console))
        _train_seeds(path, repetition, load, console, as_json=as_json)
        return
    folder = RunFolder.open(path)
    if folder.configuration.network is None or folder.configuration.data is None:
        raise RunError(f"{path} was begun in Python: go on there, with tendigits.resume(folder, model, data)")
    _report(_train_in(folder, _load(str(folder.configuration.data), console), console), console, as_json=as_json)


def _train_seeds(
    path: Path, repetition: "Repetition", load: Callable[[], "DataSet"], console: Console, *, as_json: bool
) -> None:
    """Train every seed's run that is not finished, and sum them all up."""
    from tendigits.training.repeat import summary

    finished = []
    try:
        for seed, folder in repetition.folders(path):
            console.print(f"\nseed {seed}: {folder}")
            finished.append(_result(folder, _finish(repetition, seed, folder, load, console)))
    except KeyboardInterrupt as interruption:
        raise TrainingInterrupted(getattr(interruption, "epochs_done", None), path) from interruption
    accuracies = summary([run["accuracy"] for run in finished])
    console.print()
    for seed, run in zip(repetition.seeds, finished, strict=True):
        console.print(f"seed {seed}: test accuracy {run['accuracy']:.4f}, {run['wrong']:,} of {run['n']:,} wrong")
    console.print("mean {mean:.4f}, standard deviation {sd:.4f}, worst {worst:.4f}".format(**accuracies))
    console.print(f"\nUse one of them:\n  {_command('evaluate', finished[0]['run'])}")
    if as_json:
        _print_json({"runs": finished, **accuracies})


def _finish(
    repetition: "Repetition", seed: int, path: Path, load: Callable[[], "DataSet"], console: Console
) -> dict[str, Any]:
    """Return the metrics of one seed's run, which is finished, gone on with, or begun."""
    from tendigits.training.run_folder import RunFolder

    if RunFolder.is_in(path):
        folder = RunFolder.open(path)
    else:
        folder = RunFolder.create(path, repetition.configuration(seed, load().sha256))
    is_first = seed == repetition.seeds[0]
    return folder.metrics or _train_in(folder, load(), console, with_summary=is_first).metrics


def _load(source: str, console: Console) -> "DataSet":
    """Load a data set and show the shapes of its four arrays."""
    from tendigits.data import load

    data_set = load(source)
    for part, (images, labels) in (("train", data_set.train), ("test", data_set.test)):
        console.print(f"x_{part} {images.shape!s:16} y_{part} {labels.shape}")
    return data_set


def _train_in(folder: "RunFolder", data_set: "DataSet", console: Console, *, with_summary: bool = True) -> "Run":
    """Train what a run folder's configuration says, from where the run stands."""
    from tendigits.training.threads import limit_threads

    configuration = folder.configuration
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = configuration.backend  # that of the run, when it is gone on with
    if configuration.network:
        limit_threads(configuration.network, configuration.batch_size)
    try:
        from tendigits.training import run  # imports Keras, which takes a second

        model = run.build(folder)
        if with_summary:
            model.summary(print_fn=lambda text, **_: console.file.write(f"{text}\n"))
        return run.go_on(folder, model, data_set, console)
    except TrainingInterrupted:
        raise
    except KeyboardInterrupt as interruption:
        raise TrainingInterrupted(None, folder.path) from interruption


def _report(run: "Run", console: Console, *, as_json: bool) -> None:
    """Show what the tutorial shows at its end, and how to go on from here."""
    from tendigits.evaluation import percent

    folder = run.folder
    if folder is None:
        return
    console.print(f"\n{run.history_frame.to_string(float_format='{:.4f}'.format)}\n")
    predicted = run.probabilities[:5].argmax(axis=1)
    for i, (row, label) in enumerate(zip(run.probabilities[:5], run.labels[:5], strict=True)):
        console.print(f"test image {i}: predicted {predicted[i]} ({percent(row.max())} sure), true {label}")
    console.print(f"\ntest loss {run.evaluation.loss:.4f}\n{run.evaluation}\n")
    for path in sorted(folder.glob("*.png")):
        console.print(str(path))
    if run.not_dense:
        console.print(f"\nno weights file: {run.not_dense}")
    else:
        console.print(f"\nUse it:\n  {_command('evaluate', folder)}")
    if as_json:
        _print_json(_result(folder, run.metrics, total_seconds=round(_seconds_since_start(), 3)))


def _result(folder: Path, metrics: dict[str, Any], **more: float) -> dict[str, Any]:
    """Return what ``train --json`` prints of a run."""
    figures = {"run": str(folder)} | metrics | more
    keys = ("run", "accuracy", "loss", "wrong", "n", "interval", "fit_seconds", "total_seconds", "weights_sha256")
    return {key: figures[key] for key in keys if key in figures}


def _seconds_since_start() -> float:
    """Return how long this process has run; where the system does not tell, since this module was imported."""
    try:
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError, ValueError, IndexError):
        return time.perf_counter() - _IMPORTED


@app.command(epilog="Example:  tendigits evaluate runs/first")
@_answer
def evaluate(
    model: _Model = None,
    data: _Data = None,
    as_json: _Json = False,
) -> None:
    """Measure trained weights on a test set."""
    from tendigits.evaluation import evaluate as score
    from tendigits.inference import predict
    from tendigits.models import load_test_set, open_model

    opened = open_model(model)
    source, (images, labels) = load_test_set([opened], data)
    _say(f"model: {opened.name}; data: {source}")
    result = score(predict(opened.weights, images), labels)
    if as_json:
        _print_json({"model": opened.name, **result.as_dict()})
        return
    console = plain_console()
    console.print(f"{result}\ntest loss {result.loss:.4f} (negative log-likelihood, in nats)")
    console.print(f"calibration error {result.calibration_error:.2%}")
    console.print(f"accuracy without the 1% it is least sure of {result.accuracy_at_99_coverage:.4f}\n")
    console.print(_table(result.confusion.tolist()))


def _table(confusion: list[list[int]]) -> str:
    """Lay out a confusion matrix: rows the true digit, columns the predicted one."""
    classes = range(len(confusion))
    lines = ["true" + "".join(f"{f'as {digit}':>7}" for digit in classes)]
    lines += [f"{digit:>4}" + "".join(f"{count or '.':>7}" for count in confusion[digit]) for digit in classes]
    return "\n".join(lines)


@app.command(epilog="Example:  tendigits compare runs/first runs/second")
@_answer
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A run folder, a weights file, robust or tutorial.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    data: _Data = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the digits that they read differently.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Measure two trained networks on the same test set: which is better, or whether that is chance."""
    from tendigits.compare import compare as compared
    from tendigits.inference import predict
    from tendigits.models import load_test_set, open_model

    models = open_model(a), open_model(b)
    source, (images, labels) = load_test_set(models, data)
    _say(f"A: {models[0].name}\nB: {models[1].name}\ndata: {source}")
    of_a, of_b = (predict(model.weights, images) for model in models)
    comparison = compared(of_a, of_b, labels)
    if picture is not None:
        from tendigits.files import write_output
        from tendigits.plots import disagreements_picture

        write_output(picture, disagreements_picture(images, comparison.disagreements))
    if as_json:
        names = {"models": [model.name for model in models], "data": source}
        _print_json(names | comparison.as_dict())
        return
    console = plain_console()
    console.print(_side_by_side(comparison))
    if picture is not None:
        console.print(f"\n{picture}")


def _side_by_side(comparison: "Comparison", most: int = 20) -> str:
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
    of_how_many = f", of which these {most} are read most surely" if len(disagreements) > most else ""
    lines += ["", f"They read {len(disagreements):,} digits differently{of_how_many}:"]
    lines += [f"{'image':>7} {'true':>6}  {'A says':<14} B says"]
    lines += [f"{case.index:7} {case.label:6}  {_said(case.a):<14} {_said(case.b)}" for case in disagreements[:most]]
    return "\n".join(lines)


def _said(answer: "Answer") -> str:
    from tendigits.evaluation import percent

    return f"{answer.predicted} ({percent(answer.confidence)})"


@app.command(epilog="Example:  tendigits report runs/first")
@_answer
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE.html", help="[RUN/report.html]")] = None,
    data: _Data = None,
) -> None:
    """Write a page about a run: curves, confusion, worst mistakes, how far its confidence can be trusted."""
    from tendigits.report import write_report

    typer.echo(write_report(run, out, data))


@app.command(epilog="Example:  tendigits export runs/first -o digits.onnx")
@_answer
def export(
    model: _Model = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.onnx|FILE.keras", help="The file to write, by its ending.")
    ],
    as_json: _Json = False,
) -> None:
    """Write trained weights as a file for other programs: ONNX or Keras."""
    from tendigits import export as exporting
    from tendigits.models import open_model

    _check_ending(out)
    opened = open_model(model)
    _say(f"model: {opened.name}")
    exported = exporting.export(opened.weights, out)
    if as_json:
        _print_json({"path": str(out), "model": opened.name, **exported.as_dict()})
    else:
        typer.echo(f"{out} {exported}")


def _check_ending(file: Path) -> None:
    from tendigits.export import check_name

    try:
        check_name(file)
    except ExportError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error


@data_app.command("list", epilog="Example:  tendigits data list")
@_answer
def list_data(as_json: _Json = False) -> None:
    """List the data sets that have a name."""
    from tendigits.data import available

    for known in available():
        if as_json:
            _print_json({**asdict(known), "folder": str(known.folder)})
        else:
            state = f"in {known.folder}" if known.cached else f"not fetched yet: {_command('data', 'get', known.name)}"
            typer.echo(f"{known.name:14} {known.description}; {state}")


@data_app.command("get", epilog="Example:  tendigits data get fashion-mnist")
@_answer
def get_data(name: Annotated[str, typer.Argument(metavar="NAME", help="A name from tendigits data list.")]) -> None:
    """Fetch a data set into the cache."""
    from tendigits.data import get

    typer.echo(get(name))


@data_app.command("show", epilog="Example:  tendigits data show --deform -o deformed.png")
@_answer
def show_data(
    data: Annotated[
        str,
        typer.Argument(metavar="[NAME|PATH]", help="mnist, fashion-mnist, a folder of IDX files, or an .npz. [mnist]"),
    ] = "mnist",
    *,
    deform: Annotated[
        bool, typer.Option("--deform", help="Beside each digit, copies of it as the robust recipe deforms it.")
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Which digits, and which deformations.")] = 1,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.png", help="The picture.")] = Path("digits.png"),
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


@data_app.command("verify", epilog="Example:  tendigits data verify mnist")
@_answer
def verify_data(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from tendigits data list.")],
    as_json: _Json = False,
) -> None:
    """Compare cached files with their published SHA-256."""
    from tendigits.data import verify

    states = verify(name)
    if as_json:
        _print_json({"name": name, "files": states})
    else:
        for file, state in states.items():
            typer.echo(f"{file:26} {state}")
    if any(state != "ok" for state in states.values()):
        _say(f"tendigits: {name} is not whole in the cache; fetch it with:  {_command('data', 'get', name)}")
        raise typer.Exit(1)
