"""Training on TensorFlow: Keras's own ``fit``, many steps an execution, in the order that the seed gives."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from tendigits.training.inputs import input_shape
from tendigits.training.order import epoch_order
from tendigits.training.validation import VALIDATION_BATCH

if TYPE_CHECKING:
    from tendigits.data import Arrays

__all__ = ["fit_tensorflow"]

_STEPS_PER_EXECUTION = 100


def fit_tensorflow(
    model: Any,
    train: "Arrays",
    validation: "Arrays | None",
    *,
    epochs: range,
    batch_size: int,
    seed: int,
    callbacks: Any,
) -> None:
    """Train ``model`` on TensorFlow; the arguments are those of :func:`tendigits.training.fit.fit`."""
    images, _ = train
    order = tf.Variable(np.arange(len(images), dtype=np.int32))
    callbacks.callbacks.append(_NextOrder(order, seed))
    with _steps_per_execution(model, _STEPS_PER_EXECUTION):
        model.fit(
            _dataset(model, train, order, batch_size),
            validation_data=None if validation is None else _dataset(model, validation, None, VALIDATION_BATCH),
            initial_epoch=epochs.start,
            epochs=epochs.stop,
            callbacks=callbacks,
            shuffle=False,  # the data set gives each epoch its order
            verbose=0,
        )


@contextmanager
def _steps_per_execution(model: Any, steps: int) -> Iterator[None]:
    """Let Keras run so many steps a call, and as many as before afterwards."""
    before = model.steps_per_execution
    _set_steps_per_execution(model, steps)
    try:
        yield
    finally:
        _set_steps_per_execution(model, before)


def _set_steps_per_execution(model: Any, steps: int) -> None:
    model.steps_per_execution = steps
    model.train_function = model.test_function = None  # those that Keras has made run the former number


class _NextOrder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Puts the order of the coming epoch where the data set reads it."""

    def __init__(self, order: tf.Variable, seed: int) -> None:
        super().__init__()
        self._order = order
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        self._order.assign(epoch_order(self._seed, epoch, int(self._order.shape[0])))


def _dataset(model: Any, data: "Arrays", order: tf.Variable | None, batch_size: int) -> tf.data.Dataset:
    """Return batches in the order that ``order`` holds when an epoch begins; None is the order of the arrays."""
    images, labels = (tf.constant(array) for array in data)
    shape = input_shape(model, data[0])
    examples = len(images)

    def batch(start: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        stop = tf.minimum(start + batch_size, examples)
        rows = tf.range(stop - start) + start if order is None else order[start:stop]
        return _scaled(tf.gather(images, rows), shape), tf.gather(labels, rows)

    starts = tf.data.Dataset.range(0, examples, batch_size, output_type=tf.int32)
    return starts.map(batch, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _scaled(images: tf.Tensor, shape: tuple[int, ...]) -> tf.Tensor:
    if images.dtype == tf.uint8:
        images = tf.cast(images, tf.float32) / np.float32(255)
    return tf.reshape(images, (-1, *shape))
