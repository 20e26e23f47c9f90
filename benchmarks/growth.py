"""How fit time and memory grow with the number of digits, the width of the network and the batch. Writes growth.md.

    make bench-growth       # or: python benchmarks/growth.py [--rounds 3]

`tendigits.train` in a process of its own, EPOCHS epochs on MNIST, cut or repeated to so many digits, and beside it the
matrix products of such an epoch alone (`peers/floor.py`), in turn, round after round. Threads are those that
`tendigits train` takes: one where a step is too small to share, else two, the floor the same.
"""

import argparse
import statistics
import sys
from itertools import pairwise
from pathlib import Path

from measuring import Result, machine, run, versions

from tendigits.network import hidden_units
from tendigits.training.threads import is_worth_sharing

HERE = Path(__file__).parent
EPOCHS = 3
DIGITS, BATCH, HIDDEN = 60_000, 32, "128-64"
GROWING = {
    "digits": [(digits, BATCH, HIDDEN) for digits in (6_000, 20_000, 60_000, 200_000, 600_000)],
    "hidden units": [(DIGITS, BATCH, hidden) for hidden in ("128-64", "256-128", "512-256", "1024-512", "2048-1024")],
    "batch": [(DIGITS, batch, HIDDEN) for batch in (32, 64, 128, 256, 512, 1024)],
}
Case = tuple[int, int, str]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    cases = list(dict.fromkeys(case for cases in GROWING.values() for case in cases))
    rounds = []
    for number in range(options.rounds):
        rounds.append({case: both(case) for case in cases})
        print(f"round {number + 1}", file=sys.stderr)
    text = report(rounds)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def both(case: Case) -> tuple[Result, Result]:
    """Train, and do its products alone."""
    digits, batch, hidden = case
    sizes = (784, *hidden_units(hidden), 10)
    shared = is_worth_sharing(sum(a * b for a, b in pairwise(sizes)), batch)
    environment = {"KERAS_BACKEND": "jax", "NPROC": "2" if shared else "1"}
    return tuple(
        run(
            [sys.executable, str(HERE / "peers" / f"{name}.py"), *map(str, (digits, batch, hidden, EPOCHS))],
            environment,
        )
        for name in ("growing", "floor")
    )


def report(rounds: list[dict[Case, tuple[Result, Result]]]) -> str:
    tables = "\n".join(table(name, cases, rounds) for name, cases in GROWING.items())
    return f"""\
# How cost grows

{len(rounds)} rounds in turn on {machine()}.
Versions: {versions()}.

{tables}
How to read it: fit is {EPOCHS} epochs with the test set measured after each, and with what is compiled before the
first, or, in all rounds but one, loaded; an epoch is the median of the others, beside the matrix products of one alone,
the floor, which no training at these shapes can be faster than. Medians over the rounds, with the least and the most in
brackets; ratios are formed within a round. Memory is the process's at its highest, with Python, Keras and JAX, which
are the most of it. Accuracy is that of {EPOCHS} epochs: it says that all of it trains, not which is best; a digit that
is shown ten times an epoch is learned sooner.

Why wide networks stay further from the floor: the floor's weights never change, and stay in the caches. By XLA's
profiler a step of 1024-512 takes 6.7 ms on an AMD EPYC of 32 MB of shared cache, its products 4.5 of them and Adam's
update of 1.3 million weights 1.7: it reads and writes weights, gradients and both moments, 16 bytes a weight, in three
passes. Of 2048-1024's 29 ms the update takes 8.5 and the products 20 to 25, which alone take 11: what Adam needs, 60
MB, no longer fits, and each product waits for its weights from memory. For 512-256 all fits: 1.0 of 1.5 ms are
products.

What it does not show: the robust recipe, whose deformations are most of an epoch (epoch.md), and other machines.
"""


def table(name: str, cases: list[Case], rounds: list[dict[Case, tuple[Result, Result]]]) -> str:
    at = list(GROWING).index(name)
    column = (0, 2, 1)[at]
    rows = "\n".join(row(case[column], [found[case] for found in rounds]) for case in cases)
    return f"""\
| {name} | fit, s | an epoch, s | the floor, s | times the floor | memory, MB | test accuracy |
| --- | --- | --- | --- | --- | --- | --- |
{rows}
"""


def row(value: int | str, found: list[tuple[Result, Result]]) -> str:
    epochs = [ours["epoch_seconds"] for ours, _ in found]
    floors = [floor["fit_seconds"] / EPOCHS for _, floor in found]
    above = statistics.median(ours / floor for ours, floor in zip(epochs, floors, strict=True))
    fits = [ours["fit_seconds"] for ours, _ in found]
    memory = statistics.median(ours["memory"] for ours, _ in found) / 1e6
    accuracy = statistics.median(ours["accuracy"] for ours, _ in found)
    shown = f"{value:,}" if isinstance(value, int) else value
    cells = (shown, median(fits), median(epochs), median(floors), f"{above:.2f}", f"{memory:,.0f}", f"{accuracy:.4f}")
    return f"| {' | '.join(cells)} |"


def median(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.3g} ({min(seconds):.3g}-{max(seconds):.3g})"


if __name__ == "__main__":
    main()
