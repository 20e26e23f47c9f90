"""Accuracy by network and recipe, over seeds. Writes accuracy.md.

    make bench-accuracy     # or: python benchmarks/accuracy.py [--seeds 5]

Runs `tendigits train --network N --recipe R --seed S`, whole processes, with the seeds 1, 2, ... in turn for all of
them, so that what else the machine does falls on each alike. No run is left out, and none is stopped by its figures.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import Result, machine, run, spread, versions

from tendigits.evaluation import wilson_interval

CASES = [("tutorial", "tutorial"), ("wide", "tutorial"), ("tutorial", "robust"), ("wide", "robust")]
"""Networks and recipes: the lesson's first."""

PARAMETERS = {"tutorial": 109_386, "wide": 1_333_770}
DIGITS = 10_000
Case = tuple[str, str]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seeds", type=int, default=5)
    options = arguments.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(1, options.seeds + 1):
            rounds.append({case: trained(case, seed, Path(scratch)) for case in CASES})
            wrong = {" ".join(case): result["wrong"] for case, result in rounds[-1].items()}
            print(f"seed {seed}, mistakes: {wrong}", file=sys.stderr)
    text = report(rounds)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def trained(case: Case, seed: int, scratch: Path) -> Result:
    network, recipe = case
    out = scratch / f"{network}-{recipe}-{seed}"
    command = [sys.executable, "-m", "tendigits", "train", "--network", network, "--recipe", recipe]
    return run([*command, "--seed", str(seed), "--out", str(out), "--json"], {})


def report(rounds: list[dict[Case, Result]]) -> str:
    n = f"{DIGITS:,}"
    rows = "\n".join(row(case, [found[case] for found in rounds]) for case in CASES)
    return f"""\
# Accuracy by network and recipe

{len(rounds)} seeds in turn on {machine()}.
Versions: {versions()}.

| network | recipe | parameters | mean accuracy | 95 % interval (Wilson) | mean mistakes | of each seed | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

How to read it: mistakes are those in MNIST's {n} test digits, after the last epoch. They differ from seed to seed;
and these digits are some of many: the interval, of the mean, says where the accuracy on all digits of such writers
lies, which is the larger of the two doubts. The rows share their test digits, so that two of them are told apart by far
less: `tendigits compare` does that. Seconds are of whole processes, compiled before or not, median with least and most.

What it does not show: other digits than MNIST's; for those see handwriting.md and docs/model-card.md. About 15 of the
{n} labels are wrong (Northcutt, Athalye and Mueller 2021), so the last few mistakes are none.
"""


def row(case: Case, found: list[Result]) -> str:
    network, recipe = case
    mistakes = [result["wrong"] for result in found]
    mean = statistics.fmean(mistakes)
    low, high = wilson_interval(DIGITS - round(mean), DIGITS)
    cells = (
        network,
        recipe,
        f"{PARAMETERS[network]:,}",
        f"{1 - mean / DIGITS:.2%}",
        f"{low:.2%} to {high:.2%}",
        f"{mean:.0f}",
        ", ".join(map(str, sorted(mistakes))),
        spread([result["process_seconds"] for result in found]),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
