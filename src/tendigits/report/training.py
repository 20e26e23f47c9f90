"""How the training went, epoch by epoch."""

from collections.abc import Mapping, Sequence

from tendigits.plots import charted
from tendigits.report.charts import history_chart
from tendigits.report.markup import Content, Html, element, joined
from tendigits.report.subject import Subject
from tendigits.report.tables import folded, table

__all__ = ["training"]

_MOST_ROWS = 200


def training(subject: Subject) -> Html:
    """Return the section with the curves of accuracy and loss."""
    history = subject.run.history
    measured_on = _measured_on(subject.run.configuration["held_out"])
    return element(
        "section",
        element("h2", "Training"),
        element("div", *(_figure(name, history, measured_on) for name in charted(history)), class_="pair"),
        *_about_losses(subject.run.configuration["recipe"], subject.run.model.weights.provenance.get("temperature", 1)),
        folded("The numbers of each epoch", _numbers(history)),
    )


def _about_losses(recipe: object, temperature: object) -> list[Html]:
    """Say why the last loss of a robust network is not that of the summary."""
    if recipe == "tutorial":
        return []
    calibrated = "" if temperature == 1 else f", from before the logits were divided by a temperature of {temperature}"
    return [element("p", f"The losses of the epochs are of smoothed labels{calibrated}.")]


def _measured_on(held_out: object) -> str:
    return f"{held_out:,} images held out" if isinstance(held_out, int) and held_out else "the test set"


def _figure(name: str, history: Mapping[str, Sequence[float]], measured_on: str) -> Html:
    validation = history.get(f"val_{name}")
    key = [_key("training", "training")] + ([] if validation is None else [_key("validation", measured_on)])
    return element(
        "figure",
        element("figcaption", element("b", name), *key),
        history_chart(name, history[name], validation),
    )


def _key(kind: str, text: str) -> Html:
    return joined(" ", element("span", text, class_=f"key {kind}"))


def _numbers(history: Mapping[str, Sequence[float]]) -> Html:
    """Return a table of all epochs, or of about 200 where there are more."""
    epochs = max(map(len, history.values()), default=0)
    step = -(-epochs // _MOST_ROWS) or 1
    shown = [i for i in range(epochs) if i % step == step - 1 or i == epochs - 1]
    rows: list[Sequence[Content]] = [(i + 1, *(f"{values[i]:.4f}" for values in history.values())) for i in shown]
    return table("Figures by epoch", ("epoch", *history), rows)
