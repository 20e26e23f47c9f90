"""Averaged weights, shown to callbacks as they were measured, while training goes on from the others."""

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["seeing_averages"]


def seeing_averages(callbacks: Sequence[Any]) -> list[Any]:
    """Return callbacks that see a model with its optimizer's averages, from when it is measured to the epoch's end.

    What they keep of the model (the best epoch's weights, a file) is then what was measured. Behind them the model has
    the weights again that are trained.
    """
    averaged = _Averaged()
    return [averaged, *callbacks, _InTraining(averaged)]


class _Averaged(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Puts the averages into the model that is about to be measured.

    Attributes:
        in_training: the weights that were in it.

    """

    def __init__(self) -> None:
        super().__init__()
        self.in_training: list[Any] = []

    def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        """Put them in. The optimizer keeps them too, so that a file of the whole model has them in both places."""
        weights = self.model.trainable_weights
        self.in_training = [weight.value for weight in weights]
        self.model.optimizer.finalize_variable_values(weights)


class _InTraining(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Puts the weights that are trained back into the model.

    Args:
        averaged: what took them out.

    """

    def __init__(self, averaged: _Averaged) -> None:
        super().__init__()
        self._averaged = averaged

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's arguments
        """Put them back."""
        for weight, value in zip(self.model.trainable_weights, self._averaged.in_training, strict=True):
            weight.assign(value)
