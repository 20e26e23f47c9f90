"""What a report is about: a finished run, measured on a test set."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.data import Data, DataSet, load
from tendigits.evaluation import Evaluation, evaluate
from tendigits.inference import predict
from tendigits.measured_on import check_classes, trained_on
from tendigits.report.folder import FinishedRun

__all__ = ["Subject", "measure"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A run and what its network says of a test set.

    Attributes:
        run: the run.
        source: what the test set is called.
        is_the_run_s_own: whether it is the very test set that the run was begun with, by its SHA-256.
        images: (n, ...), uint8 or floating.
        labels: whole numbers (n,).
        probabilities: float32 (n, classes).
        evaluation: its scores.

    """

    run: FinishedRun
    source: str
    is_the_run_s_own: bool
    images: npt.NDArray[Any]
    labels: npt.NDArray[np.integer]
    probabilities: npt.NDArray[np.float32]
    evaluation: Evaluation

    @property
    def names(self) -> tuple[str, ...]:
        """The classes' names."""
        return self.run.model.weights.labels

    @cached_property
    def predicted(self) -> npt.NDArray[np.intp]:
        """The most probable class of each image, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @cached_property
    def confidence(self) -> npt.NDArray[np.float32]:
        """The probability of that class, (n,), 0..1."""
        return np.asarray(self.probabilities.max(axis=1))

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether it is the label, (n,)."""
        return np.asarray(self.predicted == self.labels)


def measure(run: FinishedRun, data: Data | str | os.PathLike[str] | None = None) -> Subject:
    """Measure a run's network on the test set of ``data``, by default of what it was trained on.

    Raises:
        DataError: the data cannot be loaded, or do not go with the network.

    """
    data_set = _data_set(run, data)
    images, labels = data_set.test
    check_classes(run.model, data_set.name, labels)
    probabilities = predict(run.model.weights, images)
    return Subject(
        run=run,
        source=data_set.name,
        is_the_run_s_own=_has_its_test_set(run, data_set),
        images=images,
        labels=labels,
        probabilities=probabilities,
        evaluation=evaluate(probabilities, labels),
    )


def _data_set(run: FinishedRun, data: Data | str | os.PathLike[str] | None) -> DataSet:
    if isinstance(data, tuple | list):
        return replace(DataSet.from_arrays(data), name="arrays made in Python")
    return load(data or trained_on([run.model]))


def _has_its_test_set(run: FinishedRun, data_set: DataSet) -> bool:
    begun_with = run.configuration["data_sha256"]
    if not isinstance(begun_with, dict):
        return False
    return all(begun_with.get(file) == data_set.sha256[file] for file in data_set.sha256 if file.startswith("t10k"))
