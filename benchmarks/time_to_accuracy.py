"""Seconds from the start of the process until the network has 99 % on the test set. Writes time_to_accuracy.md.

    make bench-time         # or: python benchmarks/time_to_accuracy.py [--epochs 11] [--seeds 10]

Runs `tendigits train --recipe robust --epochs N --batch-size 256`, whole processes one after the other with the seeds
1, 2, ...; nothing is compiled beforehand. The number of epochs is fixed before the first of them: no run is stopped by
its own figures. What counts is the mean of the seconds, over runs whose mean accuracy is 99 % or more.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import cache_with, machine, run, spread, versions

from tendigits.data import get

WANTED_ACCURACY, WANTED_SECONDS = 0.99, 20.0


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--epochs", type=int, default=11)
    arguments.add_argument("--seeds", type=int, default=10)
    options = arguments.parse_args()
    mnist = get("mnist")
    runs = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(1, options.seeds + 1):
            out = str(Path(scratch) / f"run-{seed}")
            cold = {"TENDIGITS_CACHE": str(cache_with(mnist, Path(scratch) / f"cache-{seed}"))}
            command = [sys.executable, "-m", *command_line(options.epochs).split()]
            runs.append(run([*command, "--seed", str(seed), "--out", out, "--json"], cold))
            print(f"seed {seed}: {runs[-1]['accuracy']:.4f} in {runs[-1]['process_seconds']:.1f} s", file=sys.stderr)
    text = report(options.epochs, runs)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def command_line(epochs: int) -> str:
    """Return what is measured: in so few epochs smaller batches than the recipe's get further."""
    return f"tendigits train --recipe robust --epochs {epochs} --batch-size 256"


def report(epochs: int, runs: list[dict]) -> str:
    accuracies = [run["accuracy"] for run in runs]
    seconds = [run["process_seconds"] for run in runs]
    mean, mean_seconds = statistics.fmean(accuracies), statistics.fmean(seconds)
    reached = mean >= WANTED_ACCURACY and mean_seconds < WANTED_SECONDS
    return f"""\
# Time to 99 %

`{command_line(epochs)}` on {machine()}.
Versions: {versions()}.

| | |
| --- | --- |
| mean test accuracy over {len(runs)} seeds | {mean:.3%} |
| of each | {", ".join(f"{accuracy:.2%}" for accuracy in accuracies)} |
| seconds, whole process, mean | {mean_seconds:.1f} |
| median (least-most) | {spread(seconds)} |
| of these the fit, median | {spread([run["fit_seconds"] for run in runs])} |
| wanted | {WANTED_ACCURACY:.1%} in under {WANTED_SECONDS:.0f} s: {"met" if reached else "NOT met"} |

How to read it: the seconds hold everything from the start of Python to its end, with imports, reading and hashing the
data, generating non-digits, compiling (nothing was compiled before), {epochs} epochs with the test set measured after
each, a checkpoint an epoch, and four pictures. Epochs and batch size were chosen on 5,000 held-out digits, before the
first run.
"""


if __name__ == "__main__":
    main()
