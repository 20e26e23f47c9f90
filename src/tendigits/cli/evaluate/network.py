"""Trained weights, measured on a test set."""

from pathlib import Path

from tendigits.cli.answering import print_json, say
from tendigits.console import plain_console
from tendigits.evaluation import evaluate as score
from tendigits.inference import predict
from tendigits.measured_on import load_test_set
from tendigits.models import open_model

__all__ = ["evaluate_network"]


def evaluate_network(model: Path | None, data: str | None, *, as_json: bool) -> None:
    """Measure a network, and print how good it is."""
    opened = open_model(model)
    source, (images, labels) = load_test_set([opened], data)
    say(f"model: {opened.name}; data: {source}")
    result = score(predict(opened.weights, images), labels)
    if as_json:
        print_json({"model": opened.name, **result.as_dict()})
        return
    console = plain_console()
    console.print(f"{result}\ntest loss {result.loss:.4f} (negative log-likelihood, in nats)")
    console.print(f"calibration error {result.calibration_error:.2%}")
    console.print(f"accuracy without the 1% it is least sure of {result.accuracy_at_99_coverage:.4f}\n")
    console.print(_table(result.confusion.tolist()))


def _table(confusion: list[list[int]]) -> str:
    """Lay out a confusion matrix: rows the true digit, columns the predicted one."""
    classes = range(len(confusion))
    lines = ["true" + "".join(f"{f'as {digit}':>7}" for digit in classes)]
    lines += [f"{digit:>4}" + "".join(f"{count or '.':>7}" for count in confusion[digit]) for digit in classes]
    return "\n".join(lines)
