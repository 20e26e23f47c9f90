"""Make the weights that ship and the model card that tells what they are worth: `make weights`.

Prints what it does; ten runs' worth of training, an hour on two cores, and all of it in runs/weights, so that a
broken-off call goes on where it was. Three things are trained:

- the robust recipe on 55,000 digits: its temperature is found on the 5,000 that were held out. It should be the one
  that recipes.py folds in already; if it is not, the last line says what to put there;
- the robust recipe on all 60,000 digits with seeds 1 to 5: seed 1 ships, whichever of them is best on the test set;
- the tutorial's recipe with the same seeds: seed 1 ships, for comparison.
"""

import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import tendigits
from tendigits import evaluation
from tendigits.data import load
from tendigits.inference import predict
from tendigits.models import shipped_file
from tendigits.training.nondigits import KINDS, nondigits
from tendigits.training.recipes import ROBUST, TUTORIAL, Recipe
from tendigits.training.run_folder import RunFolder
from tendigits.weights import Weights, serialize
from tendigits.weights import load as load_weights

VERSION = "0.9"
SEEDS = (1, 2, 3, 4, 5)
HELD_OUT = 5_000
RUNS = Path("runs/weights")
CARD = Path("docs/model-card.md")
HIDDEN_UNITS = "128-64"


def main() -> None:
    """Train what is not trained yet, write the weights and the card."""
    load("fashion-mnist")  # measured on in the end: missed at once
    temperature = calibrated_temperature()
    robust, tutorial = ([trained(recipe, seed) for seed in SEEDS] for recipe in (ROBUST, TUTORIAL))
    for recipe, weights in ((ROBUST, robust[0]), (TUTORIAL, tutorial[0])):
        ship(recipe, weights)
    CARD.write_text(card(robust, tutorial), encoding="utf-8")
    print(f"{CARD}")
    folded = ROBUST.temperatures.get(HIDDEN_UNITS, 1.0)
    if abs(temperature / folded - 1) > 0.005:
        sys.exit(f"the temperature is {temperature:.3f}, and recipes.py has {folded}: put it there, and begin anew")


def calibrated_temperature() -> float:
    """Return the temperature of the 55,000-digit run, counting in what the recipe has folded into it already."""
    weights = run(ROBUST, 1, RUNS / "calibration", held_out=HELD_OUT)
    images, labels = (array[-HELD_OUT:] for array in load("mnist").train)
    return evaluation.best_temperature(predict(weights, images), labels) * ROBUST.temperatures.get(HIDDEN_UNITS, 1.0)


def trained(recipe: Recipe, seed: int) -> Weights:
    """Return the weights of a recipe on all digits."""
    return run(recipe, seed, RUNS / f"{recipe.name}-{seed}")


def run(recipe: Recipe, seed: int, folder: Path, held_out: int = 0) -> Weights:
    """Train, go on with training, or take what was trained."""
    print(folder, flush=True)
    model = tendigits.build_model(seed=seed)
    if not RunFolder.is_in(folder):
        tendigits.train(model, seed=seed, out=folder, recipe=recipe.name, held_out=held_out)
    elif RunFolder.open(folder).metrics is None:
        tendigits.resume(folder, model)
    return load_weights(folder / "weights.safetensors")


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


def card(robust: list[Weights], tutorial: list[Weights]) -> str:
    """Return the model card."""
    test = load("mnist").test
    columns = {"robust": Figures(robust[0]), "tutorial": Figures(tutorial[0])}
    accuracies = {
        name: [Figures(weights).scores.accuracy for weights in runs]
        for name, runs in (("robust", robust), ("tutorial", tutorial))
    }
    others = nondigits(test, 1000 * len(KINDS), seed=2)
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
    table = [
        "| | robust | tutorial |",
        "| --- | --- | --- |",
        f"| SHA-256 of the parameters | {robust[0].sha256[:16]}... | {tutorial[0].sha256[:16]}... |",
    ]
    table += [f"| {name} | {' | '.join(row(figures) for figures in columns.values())} |" for name, row in rows.items()]
    seeds = [
        "| | mean | standard deviation | best | worst | each |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, found in accuracies.items():
        mean, deviation = statistics.fmean(found), statistics.stdev(found)
        each = ", ".join(f"{accuracy:.2%}" for accuracy in found)
        seeds.append(f"| {name} | {mean:.3%} | {deviation:.3%} | {max(found):.2%} | {min(found):.2%} | {each} |")
    versions = ", ".join(f"{name} {robust[0].provenance[name]}" for name in ("keras", "jax", "numpy"))
    hashes = "\n".join(f"- `{name}` {digest}" for name, digest in load("mnist").sha256.items())
    return Path(__file__).with_name("model-card.md").read_text(encoding="utf-8").format(
        version=VERSION, table="\n".join(table), seeds="\n".join(seeds), versions=versions, hashes=hashes,
        epochs=ROBUST.epochs, batch_size=ROBUST.batch_size, temperature=ROBUST.temperatures.get(HIDDEN_UNITS, 1.0),
    )  # fmt: skip


if __name__ == "__main__":
    main()
