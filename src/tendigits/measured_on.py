"""The test set that models are measured on: by default that of what they were trained on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tendigits import data as sets
from tendigits.errors import DataError
from tendigits.models import Model

if TYPE_CHECKING:
    from tendigits.data import Array, Arrays

__all__ = ["check_classes", "load_test_set", "trained_on"]


def load_test_set(models: Sequence[Model], data: str | None = None) -> tuple[str, "Arrays"]:
    """Load what models are measured on: by default the test set of what they were trained on; of a table, all rows.

    Returns:
        What it is called, and its images (n, ...) and labels (n,).

    Raises:
        DataError: it cannot be loaded or does not go with a model, or without ``data`` there is no one such set.

    """
    source = data or trained_on(models)
    images, labels = sets.load_test(source) if data else sets.load(source).test
    for model in models:
        check_classes(model, source, labels)
    return source, (images, labels)


def trained_on(models: Sequence[Model]) -> str:
    """Return the data set that models were trained on, as ``load_data`` takes it.

    Raises:
        DataError: they were trained on several, or on arrays made in Python.

    """
    first = models[0]
    for model in models:
        if model.data is None:
            raise DataError(
                f"{model.name} was trained on arrays made in Python: say what to measure on, with --data or data="
            )
        if model.data != first.data:
            raise DataError(
                f"{first.name} was trained on {first.data} and {model.name} on {model.data}: name what to measure both"
                " on with --data"
            )
    return str(first.data)


def check_classes(model: Model, source: str, labels: "Array") -> None:
    """Check that a model knows every label.

    Raises:
        DataError: it does not; the message names the data by ``source``.

    """
    classes = len(model.weights.labels)
    if labels.max() >= classes:
        raise DataError(f"{source} has labels up to {labels.max()}, and {model.name} has {classes} classes")
