"""A training run from its data to its results: begun, gone on with, finished."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import numpy.typing as npt
from rich.console import Console

from tendigits import plots
from tendigits.data import DataSet, load, located, prepare
from tendigits.errors import NotDenseError, RunError, TrainingInterrupted
from tendigits.evaluation import Evaluation, evaluate
from tendigits.inference import predict
from tendigits.network import build_model, to_weights
from tendigits.training.callbacks import refuse_batch_callbacks, selecting
from tendigits.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from tendigits.training.compilation_cache import compilation_cache
from tendigits.training.fit import fit
from tendigits.training.interrupt import StopAfterEpoch
from tendigits.training.progress import EpochProgress
from tendigits.training.run_folder import Configuration, RunFolder
from tendigits.weights import Weights, parameters_sha256, serialize

if TYPE_CHECKING:
    import os

    import pandas as pd

    from tendigits.data import Arrays, Data

__all__ = ["Run", "build", "go_on", "resume", "train"]

_PREDICT_BATCH = 1000


@dataclass(frozen=True, eq=False)
class Run:
    """What came of a training run.

    Attributes:
        model: the Keras model, trained; the one that was passed in.
        history: the ``keras.callbacks.History`` of all its epochs.
        seed: the run's seed.
        evaluation: how the model does on the test set.
        probabilities: float32 (n, classes), what the model says of the test set.
        labels: (n,), what the test set says itself.
        weights: its layers as NumPy arrays; None where it is not a plain stack of dense layers.
        not_dense: why ``weights`` is None.
        weights_sha256: SHA-256 of the parameters' values.
        fit_seconds: the epochs alone, compilation included.
        folder: where the results were written; None where nothing was.

    """

    model: Any
    history: Any
    seed: int
    evaluation: Evaluation
    probabilities: npt.NDArray[np.float32]
    labels: npt.NDArray[np.integer]
    weights: Weights | None
    not_dense: str | None
    weights_sha256: str
    fit_seconds: float
    folder: Path | None

    @property
    def metrics(self) -> dict[str, Any]:
        """What ``metrics.json`` holds: the evaluation, and what tells this run's weights from another's."""
        return self.evaluation.as_dict() | {
            "fit_seconds": round(self.fit_seconds, 3),
            "weights_sha256": self.weights_sha256,
            "not_dense": self.not_dense,
        }

    @property
    def history_frame(self) -> "pd.DataFrame":
        """The history as a pandas DataFrame: a row an epoch, counted from 1; a column a figure."""
        import pandas as pd  # noqa: PLC0415 - the extra is there where Keras is, and half of the uses need no table

        frame = pd.DataFrame(self.history.history)
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="epoch")
        return frame


def train(
    model: Any,
    data: "Data | str | os.PathLike[str] | None" = None,
    epochs: int = 10,
    batch_size: int = 32,
    seed: int | None = None,
    out: "str | os.PathLike[str] | None" = None,
    *,
    callbacks: Sequence[Any] = (),
    held_out: int | None = None,
    verbose: bool = True,
) -> Run:
    """Train a compiled Keras classifier, each epoch as one compiled program.

    The model is trained in place, from the weights it has. After each epoch it is measured on the test set, as the
    tutorial does. Where a callback selects by such a figure (early stopping, best epoch), that would be choosing on the
    test set: then it is measured on digits held out of the training set, and a line says so.

    Args:
        model: a compiled ``keras.Model`` with integer class labels.
        data: None for MNIST; a name, a folder of IDX files or an .npz, as ``load_data`` takes them; or the four arrays
            as ``load_data`` gives them. Images in uint8 are scaled to 0..1; floating ones are taken as they are.
        epochs: how often the training set is shown.
        batch_size: examples a step. Every example is seen once an epoch; the last batch may be smaller.
        seed: sets the order of the examples; None draws one. It does not touch the model's initial weights.
        out: a new or empty folder for the results; None writes nothing.
        callbacks: ``keras.callbacks.Callback`` objects that act on epochs.
        held_out: digits at the end of the training set to measure on instead of the test set; None for 0, or for a
            twelfth of the training set (5,000 of MNIST's 60,000) where a callback selects.
        verbose: print a line an epoch.

    Raises:
        CallbackError: a callback acts on batches.
        DataError: the data are not what they should be.
        RunError: the folder cannot be written.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.
        ValueError: epochs, batch_size, seed or held_out make no sense.

    """
    refuse_batch_callbacks(callbacks)
    data_set, source = _data_set(data)
    selectors = selecting(callbacks)
    if held_out is None:
        held_out = len(data_set.train[0]) // 12 if selectors else 0
    configuration = Configuration(
        network=None,
        data=source,
        data_sha256=data_set.sha256 if out else {},
        epochs=epochs,
        batch_size=batch_size,
        seed=secrets.randbits(32) if seed is None else seed,
        held_out=held_out,
        callbacks=tuple(type(callback).__name__ for callback in callbacks),
        backend=keras.backend.backend(),
    )
    _check(configuration, data_set)
    console = _console(verbose=verbose)
    if selectors and held_out:
        console.print(f"{', '.join(selectors)}: val_ figures are of {held_out:,} digits held out of the training set")
    folder = RunFolder.create(out, configuration) if out else None
    return _run(_Task(configuration, folder, data_set, callbacks, console), model)


def resume(
    folder: "str | os.PathLike[str]", model: Any = None, data: "Data | None" = None, *, verbose: bool = True
) -> Run:
    """Go on with a run that was begun: from its last finished epoch, or from its seed where none was finished.

    The run ends in exactly the weights it would have had without the interruption.

    Args:
        folder: the run's folder.
        model: for a run of a model of the caller's own: the model, built and compiled in the same way.
        data: for a run on arrays of the caller's own: the same arrays.
        verbose: print a line an epoch.

    Raises:
        RunError: the run cannot be gone on with; the message says why.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.

    """
    run_folder = RunFolder.open(folder)
    given = run_folder.configuration.data
    if given is None and data is None:
        raise RunError(f"{run_folder.path} trains on arrays made in Python: tendigits.resume(folder, data=...)")
    model = build(run_folder) if model is None else model
    data_set, _ = _data_set(data if given is None else given)
    return go_on(run_folder, model, data_set, _console(verbose=verbose))


def build(folder: RunFolder) -> Any:
    """Build the model that a run trains, with its initial weights.

    Raises:
        RunError: it is a model of the caller's own.

    """
    configuration = folder.configuration
    if configuration.network is None:
        raise RunError(
            f"{folder.path} trains a model made in Python: tendigits.resume(folder, model=...) goes on with it"
        )
    with compilation_cache():
        return build_model(configuration.network, seed=configuration.seed)


def go_on(folder: RunFolder, model: Any, data_set: DataSet, console: Console) -> Run:
    """Train from where a run stands to its end, and write its results.

    Raises:
        RunError: the run, the data or the backend are not what the run was begun with.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.

    """
    _check_same(folder, data_set)
    return _run(_Task(folder.configuration, folder, data_set, (), console), model)


def _check_same(folder: RunFolder, data_set: DataSet) -> None:
    configuration = folder.configuration
    if configuration.callbacks:
        names = ", ".join(configuration.callbacks)
        raise RunError(
            f"{folder.path} was trained with callbacks of the caller's own ({names}): their state is not kept"
        )
    if data_set.sha256 != configuration.data_sha256:
        raise RunError(f"{folder.path} was begun with other data: their SHA-256 differ")
    if keras.backend.backend() != configuration.backend:
        raise RunError(f"{folder.path} was begun on {configuration.backend}: set KERAS_BACKEND={configuration.backend}")


def _data_set(data: "Data | str | os.PathLike[str] | None") -> tuple[DataSet, str | None]:
    """Return the data set, and where it can be had again; None for the caller's own arrays."""
    if isinstance(data, tuple | list):
        return DataSet.from_arrays(data), None
    source = located("mnist" if data is None else data)
    return load(source), source


def _check(configuration: Configuration, data_set: DataSet) -> None:
    if configuration.epochs < 1 or configuration.batch_size < 1:
        raise ValueError(f"epochs {configuration.epochs} and batch_size {configuration.batch_size} must be 1 or more")
    if configuration.seed < 0:
        raise ValueError(f"seed {configuration.seed} must be 0 or more")
    examples = len(data_set.train[0])
    if not 0 <= configuration.held_out < examples:
        raise ValueError(f"held_out {configuration.held_out} must be from 0 to {examples - 1:,}")


def _console(*, verbose: bool) -> Console:
    return Console(quiet=not verbose, highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class _Task:
    """Everything about a run but its model."""

    configuration: Configuration
    folder: RunFolder | None
    data_set: DataSet
    callbacks: Sequence[Any]
    console: Console


def _run(task: _Task, model: Any) -> Run:
    checkpoint = _start(task, model)
    began = time.perf_counter()
    with compilation_cache():
        history = _fit(task, model, checkpoint)
    run = _evaluate(task, model, history, time.perf_counter() - began)
    if task.folder:
        _write_results(task.folder, run, task.data_set)
    return run


def _start(task: _Task, model: Any) -> Checkpoint:
    """Bring the model to where the run stands."""
    beginning = Checkpoint(0, {})
    if task.folder is None:
        return beginning
    if task.folder.checkpoint.exists():
        return load_checkpoint(task.folder.checkpoint, model)
    if task.configuration.network is None and model.built:
        save_checkpoint(task.folder.checkpoint, model, beginning)  # nothing else knows the initial weights
    return beginning


def _fit(task: _Task, model: Any, checkpoint: Checkpoint) -> Any:
    train_set, validation_set = _sets(task)
    batch_size = task.configuration.batch_size
    epochs = range(checkpoint.epochs_done, task.configuration.epochs)
    history = _ContinuedHistory(checkpoint)
    progress = EpochProgress(task.console, epochs)
    stop = StopAfterEpoch()
    keep = [_KeepCheckpoint(task.folder.checkpoint, history)] if task.folder else []
    callbacks = keras.callbacks.CallbackList([*task.callbacks, history, progress, *keep, stop], model=model)
    callbacks.set_params({"verbose": 0, "epochs": epochs.stop, "steps": -(-len(train_set[0]) // batch_size)})
    with progress, stop:
        fit(
            model,
            train_set,
            validation_set,
            epochs=epochs,
            batch_size=batch_size,
            seed=task.configuration.seed,
            callbacks=callbacks,
        )
    if stop.requested and len(history.epoch) < epochs.stop:
        raise TrainingInterrupted(len(history.epoch), task.folder.path if task.folder else None)
    return history


def _evaluate(task: _Task, model: Any, history: Any, fit_seconds: float) -> Run:
    weights, not_dense = _weights(task.configuration, model)
    images, labels = task.data_set.test
    probabilities = _predict(model, images) if weights is None else predict(weights, images)
    return Run(
        model=model,
        history=history,
        seed=task.configuration.seed,
        evaluation=evaluate(probabilities, labels),
        probabilities=probabilities,
        labels=labels,
        weights=weights,
        not_dense=not_dense,
        weights_sha256=weights.sha256 if weights else parameters_sha256(model.get_weights()),
        fit_seconds=fit_seconds,
        folder=task.folder.path if task.folder else None,
    )


def _sets(task: _Task) -> "tuple[Arrays, Arrays]":
    """Return what is trained on, and what is measured after each epoch."""
    if not task.configuration.held_out:
        return task.data_set.train, task.data_set.test
    images, labels = task.data_set.train
    at = len(images) - task.configuration.held_out
    return (images[:at], labels[:at]), (images[at:], labels[at:])


def _weights(configuration: Configuration, model: Any) -> tuple[Weights | None, str | None]:
    """Take the weights out of a stack of dense layers; of any other model, say why not."""
    provenance: dict[str, str | int | float | bool | None] = {
        "network": configuration.network or "the caller's own",
        "data": "the caller's own" if configuration.data is None else Path(configuration.data).name,
        "epochs": configuration.epochs,
        "batch_size": configuration.batch_size,
        "seed": configuration.seed,
        "held_out": configuration.held_out,
        "backend": configuration.backend,
        **{package: number for package, number in configuration.versions.items() if package != "python"},
    }
    try:
        return to_weights(model, provenance), None
    except NotDenseError as error:
        return None, str(error)


def _predict(model: Any, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return a model's probabilities by Keras, for models that the NumPy forward pass does not know."""
    inputs = prepare(images) if images.dtype == np.uint8 else images
    outputs = model.predict(inputs.reshape(-1, *model.input_shape[1:]), batch_size=_PREDICT_BATCH, verbose=0)
    if getattr(model.loss, "from_logits", False):
        outputs = keras.ops.softmax(outputs)
    return np.asarray(outputs, np.float32)


def _write_results(folder: RunFolder, run: Run, data_set: DataSet) -> None:
    """Write everything that a finished run leaves; the metrics come last, and say that it is finished."""
    if run.weights:
        folder.write("weights.safetensors", serialize(run.weights))
    folder.write("history.csv", run.history_frame.to_csv(lineterminator="\n").encode())
    for name, picture in plots.run_pictures(run.history.history, *data_set.test, run.probabilities).items():
        folder.write(name, picture)
    folder.write_json("metrics.json", run.metrics)


class _ContinuedHistory(keras.callbacks.History):  # type: ignore[misc]  # Keras has no types
    """A History that begins with the epochs that were finished before."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self._checkpoint = checkpoint

    def on_train_begin(self, logs: Any = None) -> None:
        super().on_train_begin(logs)
        self.epoch = list(range(self._checkpoint.epochs_done))
        self.history = {name: list(values) for name, values in self._checkpoint.history.items()}


class _KeepCheckpoint(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Writes the whole state after each epoch."""

    def __init__(self, path: Path, history: Any) -> None:
        super().__init__()
        self._path = path
        self._history = history

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        try:
            save_checkpoint(self._path, self.model, Checkpoint(epoch + 1, self._history.history))
        except OSError as error:
            raise RunError(f"cannot write {self._path}: {error.strerror or error}") from error
