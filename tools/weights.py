"""Make the weights that ship and the model card that tells what they are worth: `make weights`.

Prints what it does; an hour on two cores, and all of it in runs/weights, where a broken-off call goes on:

- the robust recipe on 55,000 digits, for the tutorial's network and the wide one: their temperatures are found on the
  5,000 digits that were held out, and on weakly deformed copies of them. They should be those that recipes.py folds in;
  if they are not, it stops and says what to put there;
- the same recipe on all 60,000 digits with seeds 1 to 5. The tutorial's network of seed 1 ships, whichever of them is
  best on the test set; the wide one is too large to ship;
- the tutorial's recipe with the same seeds: seed 1 ships, for comparison.
"""

import statistics
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

import tendigits
from tendigits import evaluation
from tendigits.data import load
from tendigits.inference import predict
from tendigits.models import shipped_file
from tendigits.network import hidden_units
from tendigits.training.deform import deformed
from tendigits.training.nondigits import KINDS, nondigits
from tendigits.training.recipes import ROBUST, ROBUST_WIDE, TUTORIAL, Recipe
from tendigits.training.run_folder import RunFolder
from tendigits.training.threads import limit_threads
from tendigits.weights import Weights, serialize
from tendigits.weights import load as load_weights

VERSION = "1.0"
SEEDS = (1, 2, 3, 4, 5)
HELD_OUT = 5_000
COPIES, WEAKLY = 12, 0.5
ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs/weights"
CARD = ROOT / "docs/model-card.md"


@dataclass(frozen=True)
class Training:
    """A network trained by a recipe with every seed: a column of the card."""

    name: str
    network: str
    recipe: Recipe

    @cached_property
    def weights(self) -> list[Weights]:
        """The weights of each seed."""
        return [self.run(seed, RUNS / f"{self.name}-{seed}") for seed in SEEDS]

    @property
    def folded(self) -> float:
        """The temperature that is folded into them."""
        return self.recipe.temperatures.get("-".join(map(str, hidden_units(self.network))), 1.0)

    def calibrated_temperature(self) -> float:
        """Return the temperature of the 55,000-digit run, counting in what is folded into it already.

        It is found on the held-out digits and weakly deformed copies of them: on the digits alone it hangs on thirty
        mistakes, and differs by a twentieth from run to run.
        """
        weights = self.run(1, RUNS / f"{self.name}-calibration", held_out=HELD_OUT)
        images, labels = (array[-HELD_OUT:] for array in load("mnist").train)
        copies = [deformed(images, ROBUST.deformation, seed, WEAKLY) for seed in range(COPIES)]
        probabilities = predict(weights, np.concatenate([images, *copies]))
        found = evaluation.best_temperature(probabilities, np.tile(labels, 1 + COPIES))
        return found * weights.provenance["temperature"]

    def run(self, seed: int, folder: Path, held_out: int = 0) -> Weights:
        """Train, go on with training, or take what was trained."""
        print(folder, flush=True)
        model = tendigits.build_model(self.network, seed=seed)
        if not RunFolder.is_in(folder):
            tendigits.train(model, seed=seed, out=folder, recipe=self.recipe.name, held_out=held_out)
        else:
            tendigits.resume(folder, model)  # of a finished run this checks no more than that the recipe is the same
        return load_weights(folder / "weights.safetensors")


ROBUST_TUTORIAL = Training("robust", "tutorial", ROBUST)
WIDE = Training("wide", "wide", ROBUST_WIDE)
LESSON = Training("tutorial", "tutorial", TUTORIAL)


def main() -> None:
    """Train what is not trained yet, write the weights and the card."""
    limit_threads("tutorial", ROBUST.batch_size)  # as `tendigits train --recipe robust` does
    load("fashion-mnist")  # measured on in the end: missed at once
    check_temperatures()
    trainings = (ROBUST_TUTORIAL, WIDE, LESSON)
    for training in (ROBUST_TUTORIAL, LESSON):
        ship(training.recipe, training.weights[0])
    CARD.write_text(card(trainings), encoding="utf-8")
    print(f"{CARD}")


def check_temperatures() -> None:
    """Find the temperatures; stop where they are not those that recipes.py folds into what is trained next."""
    wrong = []
    for training in (ROBUST_TUTORIAL, WIDE):
        found = training.calibrated_temperature()
        if abs(found / training.folded - 1) > 0.005:
            wrong.append(f"the temperature of {training.name} is {found:.3f}, and recipes.py has {training.folded}")
    if wrong:
        sys.exit("\n".join([*wrong, "put it there, and begin anew"]))


def ship(recipe: Recipe, weights: Weights) -> None:
    """Put weights into the package, with the version under which they ship."""
    path = shipped_file(recipe.name)
    path.parent.mkdir(exist_ok=True)
    provenance = dict(weights.provenance) | {"network": "tutorial", "version": VERSION}
    path.write_bytes(serialize(replace(weights, provenance=provenance)))
    print(path)


class Figures:
    """What is measured of the weights that ship, on MNIST's test set and on what is no digit."""

    def __init__(self, weights: Weights) -> None:
        images, labels = load("mnist").test
        probabilities = predict(weights, images)
        self.scores = evaluation.evaluate(probabilities, labels)
        self.confidence = probabilities.max(axis=1)
        self.coverage = evaluation.risk_coverage(self.confidence, probabilities.argmax(axis=1) == labels)
        self._weights = weights

    def auroc(self, images: np.ndarray) -> float:
        """How well confidence tells the test digits from other images."""
        return evaluation.auroc(self.confidence, predict(self._weights, images).max(axis=1))


def card(trainings: tuple[Training, ...]) -> str:
    """Return the model card."""
    versions = ", ".join(f"{name} {trainings[0].weights[0].provenance[name]}" for name in ("keras", "jax", "numpy"))
    hashes = "\n".join(f"- `{name}` {digest}" for name, digest in load("mnist").sha256.items())
    return Path(__file__).with_name("model-card.md").read_text(encoding="utf-8").format(
        version=VERSION, table=figures_table(trainings), seeds=seeds_table(trainings), versions=versions, hashes=hashes,
        epochs=ROBUST.epochs, batch_size=ROBUST.batch_size, drawn_digits=ROBUST.drawn_digits,
        temperature=ROBUST_TUTORIAL.folded,
        wide_epochs=ROBUST_WIDE.epochs, wide_batch_size=ROBUST_WIDE.batch_size, wide_temperature=WIDE.folded,
    )  # fmt: skip


def figures_table(trainings: tuple[Training, ...]) -> str:
    """Return what the weights of seed 1 are worth, a column each."""
    others = nondigits(load("mnist").test, 1000 * len(KINDS), seed=2)
    rows = {
        "test accuracy": lambda f: f"{f.scores.accuracy:.2%}",
        "95% interval (Wilson)": lambda f: "{:.2%} to {:.2%}".format(*f.scores.interval),
        "mistakes in 10,000": lambda f: f"{f.scores.wrong}",
        "negative log-likelihood, nats": lambda f: f"{f.scores.loss:.4f}",
        "expected calibration error, 15 bins": lambda f: f"{f.scores.calibration_error:.2%}",
        "accuracy at 99% coverage": lambda f: f"{f.coverage.accuracy_at(0.99):.2%}",
        "AUROC against Fashion-MNIST's test set": lambda f: f"{f.auroc(load('fashion-mnist').test[0]):.4f}",
        "AUROC against generated non-digits": lambda f: f"{f.auroc(others):.4f}",
    }
    for i, kind in enumerate(KINDS):
        rows[f"... of these, {kind}"] = lambda f, i=i: f"{f.auroc(others[i :: len(KINDS)]):.4f}"
    columns = [Figures(training.weights[0]) for training in trainings]
    digests = (f"{training.weights[0].sha256[:16]}..." for training in trainings)
    table = [
        f"| | {' | '.join(training.name for training in trainings)} |",
        "| --- |" + " --- |" * len(trainings),
        f"| SHA-256 of the parameters | {' | '.join(digests)} |",
    ]
    table += [f"| {name} | {' | '.join(row(figures) for figures in columns)} |" for name, row in rows.items()]
    return "\n".join(table)


def seeds_table(trainings: tuple[Training, ...]) -> str:
    """Return what every seed gave, a row each training."""
    table = [
        "| | mean accuracy | deviation | worst | mistakes of each | calibration error, mean | at 99% coverage, mean |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for training in trainings:
        found = [Figures(weights) for weights in training.weights]
        accuracies = [figures.scores.accuracy for figures in found]
        calibration = statistics.fmean(figures.scores.calibration_error for figures in found)
        covered = statistics.fmean(figures.coverage.accuracy_at(0.99) for figures in found)
        each = ", ".join(f"{figures.scores.wrong}" for figures in found)
        table.append(
            f"| {training.name} | {statistics.fmean(accuracies):.3%} | {statistics.stdev(accuracies):.3%} "
            f"| {min(accuracies):.2%} | {each} | {calibration:.2%} | {covered:.2%} |"
        )
    return "\n".join(table)


if __name__ == "__main__":
    main()
