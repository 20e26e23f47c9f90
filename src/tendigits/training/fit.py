"""Fitting a model: the epochs, whoever computes them, and the callbacks around them."""

from typing import TYPE_CHECKING, Any

import keras

from tendigits.training.order import epoch_key, epoch_order
from tendigits.training.recipes import Deformation

if TYPE_CHECKING:
    from tendigits.data import Arrays
    from tendigits.training.compiled_epoch import CompiledEpoch

__all__ = ["fit"]


def fit(
    model: Any,
    train: "Arrays",
    validation: "Arrays | None",
    *,
    epochs: range,
    batch_size: int,
    seed: int,
    callbacks: Any,
    deformation: Deformation | None = None,
    bfloat16: bool = False,
) -> None:
    """Train a compiled model: each epoch a pass over the training set, then one over the validation set, if any.

    Args:
        model: a compiled Keras classifier.
        train: images uint8 (n, ...), scaled to 0..1, or floating, taken as they are; labels (n,).
        validation: the same for the set that is measured after each epoch; None for none.
        epochs: which epochs, counted from 0: a run that goes on starts later.
        batch_size: examples a step.
        seed: sets the order of each epoch.
        callbacks: a ``keras.callbacks.CallbackList`` that belongs to the model.
        deformation: of the training images, anew in each epoch; on JAX only.
        bfloat16: whether matrix products may round their operands to be faster; on JAX only.

    Raises:
        DataError: the training images cannot be deformed.

    """
    if keras.backend.backend() == "tensorflow":
        from tendigits.training.tensorflow_fit import fit_tensorflow  # noqa: PLC0415 - imports TensorFlow

        fit_tensorflow(model, train, validation, epochs=epochs, batch_size=batch_size, seed=seed, callbacks=callbacks)
        return
    from tendigits.training.compiled_epoch import CompiledEpoch  # noqa: PLC0415 - imports JAX

    compiled = CompiledEpoch(model, train, validation, batch_size, deformation, bfloat16=bfloat16)
    model.stop_training = False
    callbacks.on_train_begin()
    logs: dict[str, Any] = {}
    for epoch in epochs:
        callbacks.on_epoch_begin(epoch)
        strength = deformation.strength(epoch / epochs.stop) if deformation else 1.0
        logs = compiled.train(epoch_order(seed, epoch, len(train[0])), epoch_key(seed, epoch), strength)
        if validation is not None:
            logs |= _validated(compiled, callbacks)
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    model.optimizer.finalize_variable_values(model.trainable_weights)
    callbacks.on_train_end(logs)


def _validated(compiled: "CompiledEpoch", callbacks: Any) -> dict[str, Any]:
    """Measure on the validation set; return the figures under the names that a history has for them."""
    callbacks.on_test_begin()
    measured = compiled.validate()
    callbacks.on_test_end(measured)
    return {f"val_{name}": value for name, value in measured.items()}
