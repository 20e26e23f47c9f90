"""Seconds an epoch of the robust recipe takes, and what of it deformations and rounded products account for.

    make bench-epoch        # or: python benchmarks/epoch.py [--rounds 7]

The compiled epoch on all 60,000 digits and the recipe's non-digits, in this process, on two threads. Five variants are
run in turn, round after round after one that is not counted; medians, and ratios within a round. Writes epoch.md.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fit import machine, spread, versions

import tendigits
from tendigits.data import load
from tendigits.network import parameters
from tendigits.training.compiled_epoch import CompiledEpoch
from tendigits.training.hands import with_drawn
from tendigits.training.nondigits import with_nondigits
from tendigits.training.objective import optimize
from tendigits.training.order import epoch_key, epoch_order
from tendigits.training.recipes import ROBUST, Recipe, named_recipe
from tendigits.training.threads import limit_threads

WANTED_SECONDS = 0.45


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=7)
    options = arguments.parse_args()
    limit_threads("tutorial", ROBUST.batch_size)
    robust, wide = (named_recipe("robust", parameters(network)) for network in ("tutorial", "wide"))
    variants = {
        "tutorial": epochs("tutorial", robust),
        "... digits as they are": epochs("tutorial", replace(robust, deformation=None)),
        "... products of float32": epochs("tutorial", replace(robust, bfloat16=False)),
        "wide": epochs("wide", wide),
        "wide, products of float32": epochs("wide", replace(wide, bfloat16=False)),
    }
    rounds = [{name: seconds(run) for name, run in variants.items()} for _ in range(options.rounds + 1)][1:]
    text = report(rounds)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def epochs(network: str, recipe: Recipe) -> Callable[[], object]:
    """Return a function that trains one epoch after the other."""
    digits = load("mnist").train
    n = recipe.nondigits_beside(len(digits[0]) + recipe.drawn_digits, recipe.batch_size)
    examples = with_drawn(with_nondigits(digits, n, seed=1), recipe.drawn_digits, seed=1)
    model = tendigits.build_model(network, seed=1)
    optimize(model, recipe.optimization, steps=recipe.epochs * len(examples[0]) // recipe.batch_size)
    model.optimizer.build(model.trainable_variables)
    engine = CompiledEpoch(model, examples, None, recipe.batch_size, recipe.deformation, bfloat16=recipe.bfloat16)
    order, key = epoch_order(1, 0, len(examples[0])), epoch_key(1, 0)
    return lambda: engine.train(order, key)


def seconds(run: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def report(rounds: list[dict[str, float]]) -> str:
    taken = {name: [one[name] for one in rounds] for name in rounds[0]}
    rows = [
        f"| {name} | {spread(found)} | {statistics.median(one[name] / one['tutorial'] for one in rounds):.2f} |"
        for name, found in taken.items()
    ]
    verdict = "met" if statistics.median(taken["tutorial"]) < WANTED_SECONDS else "NOT met"
    lines = "\n".join(rows)
    return f"""\
# An epoch of the robust recipe

{len(rounds)} rounds on {machine()}, two threads.
Versions: {versions()}.

| network | seconds, median (least-most) | times the first |
| --- | --- | --- |
{lines}

Wanted: under {WANTED_SECONDS} s for the tutorial's network: {verdict}.

How to read it: an epoch shows 60,000 digits, each freshly deformed, and a tenth as many non-digits. Beside it the same
without deformations, and the same without rounding the operands of products to bfloat16, which pays on processors with
units for it.
"""


if __name__ == "__main__":
    main()
