"""What the run was: the network, how it was trained, on what and with which versions."""

import shlex
from collections.abc import Mapping
from typing import Any

from tendigits.report.markup import Content, Html, element
from tendigits.report.subject import Subject
from tendigits.report.tables import table
from tendigits.weights import Weights

__all__ = ["about", "in_short"]

_NAMES = {
    "data_sha256": "SHA-256 of the data",
    "held_out": "images held out",
    "recipe_sha256": "SHA-256 of the recipe's constants",
}


def about(subject: Subject) -> Html:
    """Return the section about the run's configuration."""
    run = subject.run
    rows: list[tuple[Content, ...]] = [
        ("layers", _layers(run.model.weights)),
        ("SHA-256 of the weights", element("code", run.model.weights.sha256)),
        ("seconds of training", str(run.metrics.get("fit_seconds"))),
        *((_NAMES.get(name, name.replace("_", " ")), _value(value)) for name, value in run.configuration.items()),
    ]
    again = _command(run.configuration)
    return element(
        "section",
        element("h2", "What the run was"),
        table("The run's configuration, and what came of it", None, rows, class_="about"),
        *([element("p", "To train it again:"), element("pre", element("code", again))] if again else []),
    )


def in_short(subject: Subject) -> str:
    """Return the run in a line."""
    configuration = subject.run.configuration
    trained = max(map(len, subject.run.history.values()), default=0)  # a callback may have ended it early
    epochs = "1 epoch" if trained == 1 else f"{trained:,} epochs"
    return (
        f"A network of {_layers(subject.run.model.weights)}, trained by the {configuration['recipe']} recipe for"
        f" {epochs} on {configuration['data'] or 'arrays made in Python'} in batches of {configuration['batch_size']},"
        f" with seed {configuration['seed']}."
    )


def _layers(weights: Weights) -> str:
    sizes = " → ".join([f"{weights.inputs:,}", *(f"{layer.units:,} {layer.activation}" for layer in weights.layers)])
    return f"{sizes} ({weights.parameters:,} parameters)"


def _value(value: Any) -> Content:
    """Return an entry of the configuration; hashes and versions as a list."""
    if isinstance(value, dict):
        return element("ul", *(element("li", f"{key} ", element("code", str(value[key]))) for key in value))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "made in Python" if value is None else str(value)


def _command(configuration: Mapping[str, Any]) -> str | None:
    """Return the command that gives the same weights; None for a run that was begun in Python."""
    if configuration["network"] is None or configuration["data"] is None or configuration["held_out"]:
        return None
    options = ("network", "recipe", "data", "epochs", "batch_size", "seed")
    words = [word for name in options for word in (f"--{name.replace('_', '-')}", str(configuration[name]))]
    return shlex.join(["tendigits", "train", *words])
