"""An epoch as one compiled program: ``lax.scan`` over shuffled batches around Keras's own ``train_step``.

Keras on JAX calls a compiled step for each batch, and at batches of 32 the calls cost more than the arithmetic. Here
the loop over the batches is inside the program. Everything else stays Keras's: losses, metrics, the optimizer with its
schedule and weight averaging, seed generators. What is ours is only the loop, so that it can be dropped for Keras's own
once that scans.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import keras
import numpy as np
import numpy.typing as npt

from tendigits.training.bfloat16 import products_in_bfloat16
from tendigits.training.examples import DeformedExamples, Examples, Pass, PlainExamples
from tendigits.training.inputs import input_shape
from tendigits.training.validation import VALIDATION_BATCH

if TYPE_CHECKING:
    from tendigits.data import Arrays
    from tendigits.training.recipes import Deformation

__all__ = ["CompiledEpoch"]

_POLL_SECONDS = 0.002

Logs = dict[str, float | list[float]]
Variables = list[jax.Array]


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
        deformation: deforms the training images, each anew in each epoch; None shows them as they are.
        bfloat16: rounds the operands of the training steps' matrix products, which makes them faster.

    """

    def __init__(
        self,
        model: Any,
        train: "Arrays",
        validation: "Arrays | None",
        batch_size: int,
        deformation: "Deformation | None" = None,
        *,
        bfloat16: bool = False,
    ) -> None:
        self._model = model
        self._train_step = products_in_bfloat16(model.train_step) if bfloat16 else model.train_step
        self._batch_size = batch_size
        self._scale = np.float32(255)
        shape = input_shape(model, train[0])
        self._train_set: Examples = (
            PlainExamples(train, shape) if deformation is None else DeformedExamples(train, shape, deformation)
        )
        self._validation_set: Examples | None = None if validation is None else PlainExamples(validation, shape)
        self._validation_order = np.arange(0 if validation is None else len(validation[0]), dtype=np.int32)
        self._build(shape)
        self._train = jax.jit(self._train_epoch)
        self._validate = jax.jit(self._validation_pass)

    def train(self, order: npt.NDArray[np.int32], key: npt.NDArray[np.uint32], strength: float = 1.0) -> Logs:
        """Train one epoch; return its loss and metrics.

        Args:
            order: in which the training set is shown, a permutation or a part of one.
            key: uint32 (2,), of whatever is drawn in the epoch.
            strength: how many times as strong as described images are deformed.

        """
        return self._run(self._train, self._train_set, _pass(order, key, strength))

    def validate(self) -> Logs:
        """Measure the model on the validation set, in training neither weights nor statistics; without one, nothing."""
        if self._validation_set is None:
            return {}
        nothing_drawn = _pass(self._validation_order, np.zeros(2, np.uint32), 0.0)
        return self._run(self._validate, self._validation_set, nothing_drawn)

    def _build(self, shape: tuple[int, ...]) -> None:
        """Create the variables that Keras makes when it first sees a batch: weights, metrics, optimizer."""
        example = keras.KerasTensor((1, *shape), "float32")
        label = np.zeros(1, np.int32)
        self._model._symbolic_build(data_batch=(example, label))  # noqa: SLF001 - no public way builds the metrics

    def _run(self, program: Callable[..., tuple[_State, Any]], examples: Examples, pass_: Pass) -> Logs:
        self._model.reset_metrics()
        state, logs = program(self._state(), examples.arrays, pass_, self._scale)
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
        self, state: _State, arrays: tuple[jax.Array, ...], pass_: Pass, scale: jax.Array
    ) -> tuple[_State, dict[str, jax.Array]]:
        def step(state: _State, shown: Any) -> tuple[_State, None]:
            _, new = self._train_step(tuple(state), self._train_set.batch(arrays, shown, scale))
            return _like(_State(*new), state), None

        state = _scan_batches(step, state, self._train_set.shown(pass_), self._batch_size)
        return state, self._logs(state)

    def _validation_pass(
        self, state: _State, arrays: tuple[jax.Array, ...], pass_: Pass, scale: jax.Array
    ) -> tuple[_State, dict[str, jax.Array]]:
        examples = cast("Examples", self._validation_set)

        def step(state: _State, shown: Any) -> tuple[_State, None]:
            measured = (state.trainable, state.non_trainable, state.metrics)
            _, (_, _, metrics) = self._model.test_step(measured, examples.batch(arrays, shown, scale))
            return _like(state._replace(metrics=metrics), state), None

        state = _scan_batches(step, state, examples.shown(pass_), VALIDATION_BATCH)
        return state, self._logs(state)

    def _logs(self, state: _State) -> dict[str, jax.Array]:
        with keras.StatelessScope(state_mapping=zip(self._model.metrics_variables, state.metrics, strict=True)):
            return dict(self._model.get_metrics_result())


def _pass(order: npt.NDArray[np.int32], key: npt.NDArray[np.uint32], strength: float) -> Pass:
    return Pass(jnp.asarray(order), jnp.asarray(key), jnp.float32(strength))


def _scan_batches(
    step: Callable[[_State, Any], tuple[_State, None]], state: _State, shown: Any, batch_size: int
) -> _State:
    """Run ``step`` over whole batches in a scan, then over what is left, if anything, as one smaller batch."""
    examples = len(jax.tree.leaves(shown)[0])
    whole = examples - examples % batch_size
    if whole:
        batches = jax.tree.map(lambda array: array[:whole].reshape(-1, batch_size, *array.shape[1:]), shown)
        state, _ = jax.lax.scan(step, state, batches)
    if whole < examples:
        state, _ = step(state, jax.tree.map(lambda array: array[whole:], shown))
    return state


def _like(new: _State, old: _State) -> _State:
    """Give each new value the type of the old one: a scan's state may not change its types."""
    like: _State = jax.tree.map(lambda value, before: jnp.asarray(value, before.dtype), new, old)
    return like


def _flatten(state: tuple[list[Any], ...]) -> list[Any]:
    return [value for part in state for value in part]


def _wait(*values: Any) -> None:
    """Wait in small steps: a signal's handler runs between two of them, and not while JAX itself waits."""
    for array in jax.tree.leaves(values):
        while not array.is_ready():
            time.sleep(_POLL_SECONDS)
