"""An epoch as one compiled program: ``lax.scan`` over shuffled batches around Keras's own ``train_step``.

Keras on JAX calls a compiled step for each batch, and at batches of 32 the calls cost more than the arithmetic. Here
the loop over the batches is inside the program. Everything else stays Keras's: losses, metrics, the optimizer with its
schedule and weight averaging, seed generators. What is ours is only the loop, so that it can be dropped for Keras's own
once that scans.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import keras
import numpy as np
import numpy.typing as npt

from tendigits.training.inputs import input_shape
from tendigits.training.validation import VALIDATION_BATCH

if TYPE_CHECKING:
    from tendigits.data import Arrays

__all__ = ["CompiledEpoch"]

_POLL_SECONDS = 0.002

Logs = dict[str, float | list[float]]
Variables = list[jax.Array]
Batch = tuple[jax.Array, jax.Array]


class _State(NamedTuple):
    """What changes while a model trains, in the order that Keras's ``train_step`` takes it."""

    trainable: Variables
    non_trainable: Variables
    optimizer: Variables
    metrics: Variables


class CompiledEpoch:
    """Passes over the training and the validation set of one compiled Keras model, each a single XLA program.

    Args:
        model: a compiled classifier of any layers, on Keras's JAX backend.
        train: images uint8 (n, ...), scaled to 0..1 in the program, or floating, taken as they are; labels (n,).
        validation: the same for the set that :meth:`validate` measures; None for none.
        batch_size: examples a step. Where it does not divide n the last batch is smaller: every example is seen.

    """

    def __init__(self, model: Any, train: "Arrays", validation: "Arrays | None", batch_size: int) -> None:
        self._model = model
        self._batch_size = batch_size
        self._scale = np.float32(255)
        # The arrays are arguments of the compiled programs: captured, they would be copied into them as constants.
        self._train_set = _on_device(train)
        self._validation_set = None if validation is None else _on_device(validation)
        self._input_shape = input_shape(model, train[0])
        self._build()
        self._train = jax.jit(self._train_epoch)
        self._validate = jax.jit(self._validation_pass)

    def train(self, order: npt.NDArray[np.int32]) -> Logs:
        """Train one epoch on the training set in the given order, a permutation; return its loss and metrics."""
        return self._run(self._train, self._train_set, order)

    def validate(self) -> Logs:
        """Measure the model on the validation set, in training neither weights nor statistics; without one, nothing."""
        if self._validation_set is None:
            return {}
        images, _ = self._validation_set
        return self._run(self._validate, self._validation_set, np.arange(len(images), dtype=np.int32))

    def _build(self) -> None:
        """Create the variables that Keras makes when it first sees a batch: weights, metrics, optimizer."""
        _, labels = self._train_set
        example = keras.KerasTensor((1, *self._input_shape), "float32")
        self._model._symbolic_build(data_batch=(example, labels[:1]))  # noqa: SLF001 - no public way builds the metrics

    def _run(self, program: Callable[..., tuple[_State, Any]], data: Batch, order: npt.NDArray[np.int32]) -> Logs:
        self._model.reset_metrics()
        state, logs = program(self._state(), *data, order, self._scale)
        _wait(state, logs)
        for variable, value in zip(_flatten(self._variables()), _flatten(state), strict=True):
            variable.assign(value)
        return {name: np.asarray(value).tolist() for name, value in logs.items()}

    def _variables(self) -> tuple[list[Any], ...]:
        """Return Keras's variables, grouped as a state is."""
        model = self._model
        return (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )

    def _state(self) -> _State:
        return _State(*([variable.value for variable in group] for group in self._variables()))

    # From here on the functions are traced: they run once, and what they return is the program.

    def _train_epoch(
        self, state: _State, images: jax.Array, labels: jax.Array, order: jax.Array, scale: jax.Array
    ) -> tuple[_State, dict[str, jax.Array]]:
        def step(state: _State, rows: jax.Array) -> tuple[_State, None]:
            _, new = self._model.train_step(tuple(state), self._batch(images, labels, rows, scale))
            return _like(_State(*new), state), None

        state = _scan_batches(step, state, order, self._batch_size)
        return state, self._logs(state)

    def _validation_pass(
        self, state: _State, images: jax.Array, labels: jax.Array, order: jax.Array, scale: jax.Array
    ) -> tuple[_State, dict[str, jax.Array]]:
        def step(state: _State, rows: jax.Array) -> tuple[_State, None]:
            measured = (state.trainable, state.non_trainable, state.metrics)
            _, (_, _, metrics) = self._model.test_step(measured, self._batch(images, labels, rows, scale))
            return _like(state._replace(metrics=metrics), state), None

        state = _scan_batches(step, state, order, VALIDATION_BATCH)
        return state, self._logs(state)

    def _batch(self, images: jax.Array, labels: jax.Array, rows: jax.Array, scale: jax.Array) -> Batch:
        """Take one batch. ``scale`` is an argument because XLA multiplies by the reciprocal of a constant divisor,
        which is another number for some grey levels than the quotient that ``prepare`` gives.
        """  # noqa: D205
        x = images[rows]
        if x.dtype == jnp.uint8:
            x = x.astype(jnp.float32) / scale
        return x.reshape(len(rows), *self._input_shape), labels[rows]

    def _logs(self, state: _State) -> dict[str, jax.Array]:
        with keras.StatelessScope(state_mapping=zip(self._model.metrics_variables, state.metrics, strict=True)):
            return dict(self._model.get_metrics_result())


def _scan_batches(
    step: Callable[[_State, jax.Array], tuple[_State, None]], state: _State, order: jax.Array, batch_size: int
) -> _State:
    """Run ``step`` over whole batches in a scan, then over what is left, if anything, as one smaller batch."""
    whole = len(order) - len(order) % batch_size
    if whole:
        state, _ = jax.lax.scan(step, state, order[:whole].reshape(-1, batch_size))
    if whole < len(order):
        state, _ = step(state, order[whole:])
    return state


def _like(new: _State, old: _State) -> _State:
    """Give each new value the type of the old one: a scan's state may not change its types."""
    like: _State = jax.tree.map(lambda value, before: jnp.asarray(value, before.dtype), new, old)
    return like


def _flatten(state: tuple[list[Any], ...]) -> list[Any]:
    return [value for part in state for value in part]


def _on_device(data: "Arrays") -> Batch:
    images, labels = data
    return jax.device_put(images), jax.device_put(np.asarray(labels, np.int32))


def _wait(*values: Any) -> None:
    """Wait in small steps: a signal's handler runs between two of them, and not while JAX itself waits."""
    for array in jax.tree.leaves(values):
        while not array.is_ready():
            time.sleep(_POLL_SECONDS)
