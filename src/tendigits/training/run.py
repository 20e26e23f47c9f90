"""A training run, begun or gone on with, from its data to its results."""

import math
import operator
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
from rich.console import Console

from tendigits.console import plain_console
from tendigits.data import DataSet, load, located
from tendigits.data.named import MNIST
from tendigits.errors import RunError, TrainingInterrupted
from tendigits.network import build_model, is_dense
from tendigits.printable import printable
from tendigits.training.averages import seeing_averages
from tendigits.training.callbacks import refuse_batch_callbacks, refuse_second_averaging, selecting
from tendigits.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from tendigits.training.compilation_cache import compilation_cache
from tendigits.training.configuration import Configuration, installed_versions
from tendigits.training.fit import fit
from tendigits.training.hands import with_drawn
from tendigits.training.inputs import build_for
from tendigits.training.interrupt import StopAfterEpoch
from tendigits.training.keeping import ContinuedHistory, KeepCheckpoint
from tendigits.training.nondigits import with_nondigits
from tendigits.training.objective import optimize
from tendigits.training.progress import EpochProgress
from tendigits.training.recipes import TUTORIAL, Recipe, check_backend, check_recipe, named_recipe
from tendigits.training.result import Run, measure, write_results
from tendigits.training.run_folder import RunFolder
from tendigits.training.temperature import fold_temperature
from tendigits.training.threads import is_worth_sharing, xla_threads

if TYPE_CHECKING:
    import os

    from tendigits.data import Arrays, Data
    from tendigits.weights import Provenance

__all__ = ["build", "go_on", "resume", "train"]

_BEGINNING = Checkpoint(epochs_done=0, history={}, seconds=0.0)


def train(
    model: Any,
    data: "Data | str | os.PathLike[str] | None" = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    out: "str | os.PathLike[str] | None" = None,
    *,
    recipe: str = "tutorial",
    callbacks: Sequence[Any] = (),
    held_out: int | None = None,
    verbose: bool = True,
) -> Run:
    """Train a compiled Keras classifier: on JAX each epoch as one compiled program, on TensorFlow by Keras's ``fit``.

    The model is trained in place, from the weights it has. After each epoch it is measured on the test set, as the
    tutorial does. Where a Keras callback monitors such a figure to select (early stopping, best epoch), that would be
    choosing on the test set: then it is measured on digits held out of the training set, and a line says so. Callbacks
    of your own that select by a ``val_`` figure are not recognised: give ``held_out`` with them.

    The same seed, initial weights and data give the same weights to the bit, on processors of one kind, where XLA has
    the same number of threads: it cuts large sums by them. Set ``NPROC`` before JAX is first used; without it there
    are as many as cores. ``tendigits train`` sets 1 for small steps and 2 for others.

    Args:
        model: a compiled ``keras.Model`` with integer class labels; for ``"robust"`` it need not be compiled.
        data: None for MNIST; a name or a path, as ``load_data`` takes it; or the four arrays as ``load_data`` gives
            them. Images in uint8 are scaled to 0..1; floating ones are taken as they are.
        epochs: how often the training set is shown; None for the recipe's, 10 in the tutorial's.
        batch_size: examples a step; None for the recipe's, 32 in the tutorial's. Every example is seen once an epoch;
            the last batch may be smaller.
        seed: sets the order of the examples and what a recipe draws; None draws one. It does not touch the model's
            initial weights.
        out: a new or empty folder for the results; None writes nothing.
        recipe: ``"tutorial"`` trains as the model was compiled; ``"robust"`` compiles it anew, and trains it on freshly
            deformed digits (and on images of none), for 250 epochs of batch size 512 or, from 500,000 parameters on, 60
            of 1,024, unless others are asked for. Beside MNIST, where ``data`` is None or names it, it shows 6,000
            digits that the project draws; beside arrays none, as nothing says that their classes are digits.
        callbacks: ``keras.callbacks.Callback`` objects that act on epochs. When one has ended they see the model as it
            was measured: for ``"robust"`` with averaged weights, and what they change in these is not trained on.
        held_out: digits at the end of the training set to measure on instead of the test set; None for 0, or for a
            twelfth of the training set (5,000 of MNIST's 60,000) where a callback selects.
        verbose: print a line an epoch.

    Raises:
        CallbackError: a callback acts on batches, or averages weights beside a recipe that does.
        DataError: the data are not what they should be, or not what the model takes.
        RunError: the folder cannot be written, or the training diverged.
        TendigitsError: the model is not a compiled classifier, or not one that the recipe can train.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.
        ValueError: epochs, batch_size, seed, recipe or held_out make no sense.

    """
    callbacks = tuple(callbacks)
    refuse_batch_callbacks(callbacks)
    check_recipe(recipe)
    check_backend(recipe, keras.backend.backend())
    _check(epochs=epochs, batch_size=batch_size, seed=seed)
    data_set, source = _data_set(data)
    examples = len(data_set.train[0])
    held_out = _held_out(callbacks, examples, held_out)
    build_for(model, data_set, compiled=recipe == TUTORIAL.name)
    chosen = named_recipe(recipe, _parameters(model))
    if chosen.optimization is not None:
        refuse_second_averaging(callbacks, recipe)
    configuration = Configuration(
        network=None,
        data=source,
        data_sha256={} if out is None else data_set.sha256,
        epochs=chosen.epochs if epochs is None else operator.index(epochs),
        batch_size=chosen.batch_size if batch_size is None else operator.index(batch_size),
        seed=secrets.randbits(32) if seed is None else operator.index(seed),
        recipe=recipe,
        recipe_sha256=chosen.sha256,
        held_out=held_out,
        callbacks=tuple(type(callback).__name__ for callback in callbacks),
    )
    _compile(model, chosen, configuration, examples)
    folder = None if out is None else RunFolder.create(out, configuration)
    if folder:
        save_checkpoint(folder.checkpoint, model, _BEGINNING)  # nothing else knows the initial weights
    task = _Task(configuration, chosen, folder, data_set, callbacks, plain_console(quiet=not verbose))
    return task.run(model, _BEGINNING)


def _held_out(callbacks: Sequence[Any], examples: int, wanted: int | None) -> int:
    """Return how many digits to hold out of the training set; never none where something is selected by them."""
    selectors = selecting(callbacks)
    if wanted is None:
        return max(1, examples // 12) if selectors else 0
    if not wanted and selectors:
        raise ValueError(f"held_out must be 1 or more: {', '.join(selectors)} would select by the test set")
    if not 0 <= operator.index(wanted) < examples:
        raise ValueError(f"held_out {wanted} must be from 0 to {examples - 1:,}")
    return operator.index(wanted)


def _check(*, epochs: int | None, batch_size: int | None, seed: int | None) -> None:
    """Check the numbers that were given.

    Raises:
        ValueError: one makes no sense.

    """
    for name, number, least in (("epochs", epochs, 1), ("batch_size", batch_size, 1), ("seed", seed, 0)):
        if number is not None and operator.index(number) < least:
            raise ValueError(f"{name} {number} must be {least} or more")


def _parameters(model: Any) -> int:
    """Count what is trained."""
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def resume(
    folder: "str | os.PathLike[str]",
    model: Any = None,
    data: "Data | str | os.PathLike[str] | None" = None,
    *,
    verbose: bool = True,
) -> Run:
    """Go on with a run that was begun: from its last finished epoch, or from its seed where none was finished.

    The run ends in exactly the weights it would have had without the interruption, on a processor of the same kind,
    where the versions of the packages and the number of XLA's threads are still the same; a line says so where these
    are not.

    Args:
        folder: the run's folder.
        model: for a run of a model of the caller's own: the model, built and compiled in the same way.
        data: for a run on arrays of the caller's own, or on files that are elsewhere now: the same data, as ``train``
            takes them.
        verbose: print a line an epoch.

    Raises:
        DataError: the data are not what they should be, or not what the model takes.
        RunError: the run cannot be gone on with; the message says why.
        TendigitsError: the model is not a compiled classifier, or not one that the recipe can train.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.

    """
    run_folder = RunFolder.open(folder)
    source = run_folder.configuration.data if data is None else data
    if source is None:
        raise RunError(f"{run_folder.path} trains on arrays made in Python: tendigits.resume(folder, data=...)")
    if model is None:
        model = build(run_folder)
    elif run_folder.configuration.network is not None:
        raise RunError(f"{run_folder.path} trains a network of its own: go on with tendigits.resume(folder)")
    data_set, _ = _data_set(source)
    return go_on(run_folder, model, data_set, plain_console(quiet=not verbose))


def build(folder: RunFolder) -> Any:
    """Build the model that a run trains, with its initial weights.

    Raises:
        RunError: it is a model of the caller's own.

    """
    configuration = folder.configuration
    if configuration.network is None:
        raise RunError(f"{folder.path} trains a model made in Python: go on with tendigits.resume(folder, model=...)")
    with compilation_cache():
        return build_model(configuration.network, seed=configuration.seed)


def go_on(folder: RunFolder, model: Any, data_set: DataSet, console: Console) -> Run:
    """Train from where a run stands to its end, and write its results.

    Raises:
        RunError: the run, the data or the backend are not what the run was begun with.
        TrainingInterrupted: Ctrl-C was pressed; the epoch in hand was finished first.

    """
    _check_same(folder, data_set, console)
    build_for(model, data_set, compiled=folder.configuration.recipe == TUTORIAL.name)
    parameters = _parameters(model)
    recipe = folder.recipe(parameters)
    _say_if_threads_changed(folder.configuration, parameters, console)
    _compile(model, recipe, folder.configuration, len(data_set.train[0]))
    if folder.checkpoint.exists():
        checkpoint = load_checkpoint(folder.checkpoint, model)
    elif folder.configuration.network is None:
        raise RunError(f"{folder.path} was interrupted before its model was kept: begin anew")
    else:
        checkpoint = _BEGINNING
    return _Task(folder.configuration, recipe, folder, data_set, (), console).run(model, checkpoint)


def _check_same(folder: RunFolder, data_set: DataSet, console: Console) -> None:
    configuration = folder.configuration
    if configuration.callbacks:
        names = ", ".join(configuration.callbacks)
        raise RunError(f"{folder.path} was begun with callbacks of the caller's own ({names}): their state is not kept")
    if data_set.sha256 != configuration.data_sha256:
        raise RunError(f"{folder.path} was begun with other data: their SHA-256 differ")
    if keras.backend.backend() != configuration.backend:
        raise RunError(f"{folder.path} was begun on {configuration.backend}: set KERAS_BACKEND={configuration.backend}")
    now = installed_versions()
    changed = [f"{name} {version}" for name, version in configuration.versions.items() if now.get(name) != version]
    if changed:
        console.print(
            f"begun with {', '.join(changed)}, now another version: the weights may differ in their last bits"
        )


def _say_if_threads_changed(configuration: Configuration, parameters: int, console: Console) -> None:
    threads = xla_threads()
    if threads != configuration.threads and is_worth_sharing(parameters, configuration.batch_size):
        console.print(
            f"begun with {configuration.threads} threads of XLA (NPROC), now with {threads}: sums differ in their last"
            " bits, and so the weights by a little"
        )


def _data_set(data: "Data | str | os.PathLike[str] | None") -> tuple[DataSet, str | None]:
    """Return the data set, and where it can be had again; None for the caller's own arrays."""
    if isinstance(data, tuple | list):
        return DataSet.from_arrays(data), None
    source = located("mnist" if data is None else data)
    return load(source), source


def _compile(model: Any, recipe: Recipe, configuration: Configuration, examples: int) -> None:
    """Compile a built model as the run's recipe wants it, and build its optimizer's variables."""
    if recipe.optimization is not None:
        digits = examples - configuration.held_out + _drawn_digits(recipe, configuration)
        shown = digits + recipe.nondigits_beside(digits, configuration.batch_size)
        optimize(model, recipe.optimization, steps=configuration.epochs * -(-shown // configuration.batch_size))
    model.optimizer.build(model.trainable_variables)


def _drawn_digits(recipe: Recipe, configuration: Configuration) -> int:
    """Return how many drawn digits a run shows: none beside data of which nothing says that its classes are digits."""
    return recipe.drawn_digits if configuration.data == MNIST.name else 0


@dataclass(frozen=True)
class _Task:
    """A run in hand: everything about it but its model."""

    configuration: Configuration
    recipe: Recipe
    folder: RunFolder | None
    data_set: DataSet
    callbacks: Sequence[Any]
    console: Console

    def run(self, model: Any, checkpoint: Checkpoint) -> Run:
        """Train a built model from where the run stands, measure it, and write the results."""
        with compilation_cache():
            history = self._fit(model, checkpoint)
        temperature = fold_temperature(model, self.recipe.temperatures, self.recipe.other_temperature)
        if self.recipe.optimization:
            since = "" if temperature == 1 else f", from before logits were divided by a temperature of {temperature}"
            self.console.print(f"losses of epochs are of smoothed labels{since}")
        finished = self.folder.metrics if self.folder else None
        if finished:
            self.console.print(f"this run was finished: nothing to train after {self.configuration.epochs} epochs")
        run = measure(
            model,
            history,
            self.data_set.test,
            seed=self.configuration.seed,
            provenance=self._provenance(temperature),
            fit_seconds=finished["fit_seconds"] if finished else history.seconds,
            folder=self.folder,
        )
        if self.folder and not finished:
            write_results(self.folder, run, self.data_set.test)
        return run

    def _fit(self, model: Any, checkpoint: Checkpoint) -> ContinuedHistory:
        train_set, validation_set = self._sets()
        epochs = range(checkpoint.epochs_done, self.configuration.epochs)
        history, progress, stop = ContinuedHistory(checkpoint), EpochProgress(self.console, epochs), StopAfterEpoch()
        kept = [KeepCheckpoint(self.folder.checkpoint, history)] if self.folder else []
        heard_first = seeing_averages(self.callbacks) if self.recipe.optimization else self.callbacks
        callbacks = keras.callbacks.CallbackList([*heard_first, history, progress, *kept, stop], model=model)
        steps = -(-len(train_set[0]) // self.configuration.batch_size)
        callbacks.set_params({"verbose": 0, "epochs": epochs.stop, "steps": steps})
        with progress, stop:
            fit(
                model,
                train_set,
                validation_set,
                epochs=epochs,
                batch_size=self.configuration.batch_size,
                seed=self.configuration.seed,
                callbacks=callbacks,
                deformation=self.recipe.deformation,
                # XLA has no product of bfloat16 for processors in some forms that other layers may take.
                bfloat16=self.recipe.bfloat16 and is_dense(model),
            )
        if stop.requested:
            raise TrainingInterrupted(len(history.epoch), self.folder.path if self.folder else None)
        return history

    def _sets(self) -> "tuple[Arrays, Arrays]":
        """Return what is trained on, and what is measured after each epoch."""
        held_out = self.configuration.held_out
        if not held_out:
            return self._with_generated(self.data_set.train), self.data_set.test
        self.console.print(f"val_ figures are of {held_out:,} digits held out of the training set")
        images, labels = self.data_set.train
        trained = self._with_generated((images[:-held_out], labels[:-held_out]))
        return trained, (images[-held_out:], labels[-held_out:])

    def _with_generated(self, digits: "Arrays") -> "Arrays":
        """Return digits and, as the recipe wants them, images of none, made of them, and drawn digits."""
        seed = self.configuration.seed
        drawn = _drawn_digits(self.recipe, self.configuration)
        nondigits = self.recipe.nondigits_beside(len(digits[0]) + drawn, self.configuration.batch_size)
        examples = with_nondigits(digits, nondigits, seed) if nondigits else digits
        return with_drawn(examples, drawn, seed) if drawn else examples

    def _provenance(self, temperature: float) -> "Provenance":
        configuration = self.configuration
        versions = {name: version for name, version in configuration.versions.items() if name != "python"}
        return {
            "network": configuration.network or "the caller's own",
            "data": "the caller's own" if configuration.data is None else printable(Path(configuration.data).name),
            "epochs": configuration.epochs,
            "batch_size": configuration.batch_size,
            "seed": configuration.seed,
            "recipe": configuration.recipe,
            "temperature": temperature,
            "held_out": configuration.held_out,
            "backend": configuration.backend,
            **versions,
        }
