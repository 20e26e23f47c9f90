"""Fit and whole process against the peers, side by side on this machine. Prints the tables that stand in fit.md.

    make bench-fit          # or: python benchmarks/fit.py --peers PYTHON_OF_THE_PEERS [--rounds 5]

Everybody loads the same MNIST from files, trains 784-128-64-10 with Adam at batch 32 for ten epochs, measures the test
set after each (scikit-learn cannot), and evaluates. Each runs in a process of its own, in turn, round after round after
one that is not counted: on a shared machine only figures of one round can be compared, so ratios are formed within a
round, and their median is what counts.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import Result, cache_with, machine, run, spread, versions

from tendigits.data import get

HERE = Path(__file__).parent
OURS, COMMAND = "tendigits in Python", "tendigits train"
TUTORIAL, STOCK, TORCH, SKLEARN = "Keras on TensorFlow", "Keras on JAX, stock fit", "PyTorch loop", "MLPClassifier"
STOCK_ONE = "Keras on JAX, stock fit, one thread"
COLD, FLOOR = "tendigits train, nothing compiled before", "the products alone"
PACKAGES = ("tensorflow-cpu", "torch", "scikit-learn")
WANTED = {  # how many times faster: fit, whole process
    (TUTORIAL,): (9, 5),
    (STOCK, STOCK_ONE): (3, 2),  # than the faster of these
    (TORCH,): (2, 1.3),
}
KEYS = ("fit_seconds", "process_seconds")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--peers", default=sys.executable, help="the Python that has the peers installed")
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()

    mnist = get("mnist")
    rounds = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.rounds + 1):
            jobs = make_jobs(options.peers, mnist, Path(scratch), number)
            rounds.append({name: run(*job) for name, job in jobs.items()})
            fits = {name: round(result["fit_seconds"], 2) for name, result in rounds[-1].items()}
            print(f"round {number}{'' if number else ', not counted'}: {fits}", file=sys.stderr)
    text = report(rounds[1:], options.peers)
    print(text)
    (HERE / "fit.md").write_text(text, encoding="utf-8")


def make_jobs(peers: str, mnist: Path, scratch: Path, number: int) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return each competitor's command, and what it finds in its environment."""
    files = {"BENCH_MNIST": str(mnist), "TF_CPP_MIN_LOG_LEVEL": "3"}
    warm, cold = ({"TENDIGITS_CACHE": str(cache_with(mnist, scratch / name))} for name in ("warm", f"cold-{number}"))

    def script(python: str, name: str) -> list[str]:
        return [python, str(HERE / "peers" / f"{name}.py")]

    def command(name: str) -> list[str]:
        out = str(scratch / f"{name}-{number}")
        return [sys.executable, "-m", "tendigits", "train", "--seed", str(number), "--out", out, "--json"]

    return {
        COMMAND: (command("warm-run"), warm),
        OURS: (script(sys.executable, "tendigits_python"), warm | {"NPROC": "1"}),
        COLD: (command("cold-run"), cold),
        TUTORIAL: (script(peers, "keras_tutorial"), files | {"KERAS_BACKEND": "tensorflow"}),
        STOCK: (script(peers, "keras_tutorial"), files | {"KERAS_BACKEND": "jax"}),
        STOCK_ONE: (script(peers, "keras_tutorial"), files | {"KERAS_BACKEND": "jax", "NPROC": "1"}),
        TORCH: (script(peers, "pytorch_loop"), files),
        SKLEARN: (script(peers, "sklearn_mlp"), files),
        FLOOR: (script(sys.executable, "floor"), {"NPROC": "1"}),
    }


def report(rounds: list[dict[str, Result]], peers: str) -> str:
    lines = [
        "# Fit and whole process",
        "",
        f"{len(rounds)} rounds in turn on {machine()}.",
        f"Versions: {versions()}; beside them {versions(PACKAGES, peers)}.",
        "",
        "| | fit, s | whole process, s | test accuracy | fit, times ours | process, times ours |",
        "| --- | --- | --- | --- | --- | --- |",
        *(row(name, rounds) for name in rounds[0] if name != FLOOR),
        "",
        "Medians, with the least and the most in brackets. Ratios are formed within a round, to `tendigits train`.",
        "",
        "| wanted | fit | whole process | fit, nothing compiled before | whole process, nothing compiled before |",
        "| --- | --- | --- | --- | --- |",
        *(wanted_row(names, rounds) for names in WANTED),
        "",
        *floor_lines(rounds),
        "",
        READING,
    ]
    return "\n".join(lines)


def row(name: str, rounds: list[dict[str, Result]]) -> str:
    accuracy = statistics.median(results[name]["accuracy"] for results in rounds)
    cells = [spread([results[name][key] for results in rounds]) for key in KEYS]
    ratios = [f"{ratio([name], COMMAND, key, rounds):.2f}" for key in KEYS]
    return f"| {name} | {cells[0]} | {cells[1]} | {accuracy:.4f} | {ratios[0]} | {ratios[1]} |"


def wanted_row(names: tuple[str, ...], rounds: list[dict[str, Result]]) -> str:
    """Say whether the command is as much faster as was wanted, with its programs compiled before, and without."""
    cells = []
    for ours in (COMMAND, COLD):
        for key, wanted in zip(KEYS, WANTED[names], strict=True):
            reached = ratio(names, ours, key, rounds)
            cells.append(f"{wanted} times, {reached:.2f} reached: {'met' if reached >= wanted else 'NOT met'}")
    return f"| against {names[0]} | {' | '.join(cells)} |"


def floor_lines(rounds: list[dict[str, Result]]) -> list[str]:
    """Compare the steady epochs with the products that they cannot do without."""
    epochs = [10 * statistics.median(results[OURS]["epoch_seconds"][1:]) for results in rounds]
    compiling = [results[OURS]["epoch_seconds"][0] - results[OURS]["epoch_seconds"][1] for results in rounds]
    cold = [results[COLD]["fit_seconds"] - results[COMMAND]["fit_seconds"] for results in rounds]
    floors = [results[FLOOR]["fit_seconds"] for results in rounds]
    above = statistics.median(ours / floor for ours, floor in zip(epochs, floors, strict=True))
    return [
        f"Ten epochs without compilation take {spread(epochs)} s, the same matrix products alone {spread(floors)} s:",
        f"{above:.2f} times the floor (wanted: 1.5).",
        f"Tracing and loading the compiled programs takes {spread(compiling)} s of the fit; compiling them,",
        f"where no earlier process has, {spread(cold)} s more.",
    ]


READING = """\
How to read it: `fit` is the ten epochs with the test set measured after each, compilation or its loading
included; `whole process` is from the start of Python to its end. `tendigits train` also draws four pictures,
and writes a checkpoint each epoch and a run folder; the others do neither. It keeps what is compiled, and most
often finds it: Keras's stock fit compiles each time, and compares with `nothing compiled before`. On JAX that
has as many threads as there are cores, or one, as ours: wanted is the ratio to the faster of the two in each
round. scikit-learn measures no test set between epochs.

Why not nearer to the floor: beside the products an epoch updates 109,386 weights 1,875 times. On an Intel
Xeon of two cores, by XLA's profiler, Adam's update takes 75 to 90 microseconds of a step of about 215 (a
division and a square root each, which keep the divider busy; three passes over arrays that just fit the
cache), turning uint8 into floats 10 to 17, the other forty-odd small operations 20 to 40. Tried without gain
beyond the noise: fast math, wider vectors, other libraries for the products, other schedulers, unrolled
scans, four ways to gather a batch; fusing Adam's three passes gains a twentieth, but only by a flag for the
whole process. One thread instead of two gains a quarter there, and is what `tendigits train` uses.

What it does not show: other machines. On virtual machines with noisy neighbours the seconds move by half from
hour to hour, and the ratios by a fifth: arithmetic feels a slower core more than a loop of calls does.
"""


def ratio(names: Sequence[str], to: str, key: str, rounds: list[dict[str, Result]]) -> float:
    """Return the median over the rounds of how many times as long as another the faster of some took."""
    return statistics.median(min(results[name][key] for name in names) / results[to][key] for results in rounds)


if __name__ == "__main__":
    main()
