"""Seconds an epoch of the robust recipe takes, and what of it deformations and rounded products account for.

    make bench-epoch        # or: python benchmarks/epoch.py [--rounds 7]

The compiled epoch on all 60,000 digits, the drawn ones and the recipe's non-digits, in this process, on two threads.
Five variants are run in turn, round after round after one that is not counted; medians, and ratios within a round.
Writes epoch.md.
"""

import argparse
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

from measuring import machine, spread, versions

from tendigits.data import load_data
from tendigits.network import build_model, parameters
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
        "tutorial": begun("tutorial", robust),
        "... digits as they are": begun("tutorial", replace(robust, deformation=None)),
        "... products of float32": begun("tutorial", replace(robust, bfloat16=False)),
        "wide": begun("wide", wide),
        "wide, products of float32": begun("wide", replace(wide, bfloat16=False)),
    }
    rounds = [
        {name: seconds(training, number) for name, training in variants.items()} for number in range(options.rounds + 1)
    ]
    accuracies = {name: float(training.engine.validate()["accuracy"]) for name, training in variants.items()}
    text = report(rounds[1:], accuracies)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Training:
    """A network that is trained by a recipe, on so many examples."""

    engine: CompiledEpoch
    examples: int


def begun(network: str, recipe: Recipe) -> Training:
    """Return a training before its first epoch."""
    digits, test = load_data()
    n = recipe.nondigits_beside(len(digits[0]) + recipe.drawn_digits, recipe.batch_size)
    examples = with_drawn(with_nondigits(digits, n, seed=1), recipe.drawn_digits, seed=1)
    model = build_model(network, seed=1)
    optimize(model, recipe.optimization, steps=recipe.epochs * len(examples[0]) // recipe.batch_size)
    model.optimizer.build(model.trainable_variables)
    engine = CompiledEpoch(model, examples, test, recipe.batch_size, recipe.deformation, bfloat16=recipe.bfloat16)
    return Training(engine, len(examples[0]))


def seconds(training: Training, epoch: int) -> float:
    """Train an epoch, and return how long it takes."""
    order, key = epoch_order(1, epoch, training.examples), epoch_key(1, epoch)
    began = time.perf_counter()
    training.engine.train(order, key)
    return time.perf_counter() - began


def report(rounds: list[dict[str, float]], accuracies: dict[str, float]) -> str:
    taken = {name: [one[name] for one in rounds] for name in rounds[0]}
    rows = [
        f"| {name} | {spread(found)} | {statistics.median(one[name] / one['tutorial'] for one in rounds):.2f}"
        f" | {accuracies[name]:.4f} |"
        for name, found in taken.items()
    ]
    verdict = "met" if statistics.median(taken["tutorial"]) < WANTED_SECONDS else "NOT met"
    lines = "\n".join(rows)
    return f"""\
# An epoch of the robust recipe

{len(rounds)} rounds on {machine()}, two threads.
Versions: {versions()}.

| network | seconds, median (least-most) | times the first | test accuracy after {len(rounds) + 1} epochs |
| --- | --- | --- | --- |
{lines}

Wanted: under {WANTED_SECONDS} s for the tutorial's network: {verdict}.

How to read it: an epoch shows 60,000 digits and {ROBUST.drawn_digits:,} drawn ones, each freshly deformed, and a tenth
as many non-digits. Beside it the same without deformations, and the same without rounding the operands of products to
bfloat16, which pays on processors with units for it (AMX) and should cost nothing on others. The accuracies are those
of the first epochs of the recipe's 250, whose rates are still high: they say that each of these trains. What it reaches
at its end is in accuracy.md.
"""


if __name__ == "__main__":
    main()
