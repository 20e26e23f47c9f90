"""Callbacks that act on epochs work here; those that act on batches, or average twice, are refused, not ignored."""

from collections.abc import Sequence
from typing import Any

import keras

from tendigits.errors import CallbackError

__all__ = ["refuse_batch_callbacks", "refuse_second_averaging", "selecting"]

_BATCH_METHODS = [f"on_{part}batch_{moment}" for part in ("", "train_", "test_") for moment in ("begin", "end")]

_FREQUENCY = {
    "ModelCheckpoint": "save_freq",
    "OrbaxCheckpoint": "save_freq",
    "BackupAndRestore": "save_freq",
    "TensorBoard": "update_freq",
}
"""Keras's own callbacks that act on epochs or on batches, and the attribute that says which."""


def refuse_batch_callbacks(callbacks: Sequence[Any]) -> None:
    """Refuse every callback that is told to act on batches.

    Raises:
        CallbackError: names the callback and what to change.

    """
    for callback in callbacks:
        if not isinstance(callback, keras.callbacks.Callback):
            raise CallbackError(f"{callback!r} is not a keras.callbacks.Callback")
        reason = _batch_reason(callback)
        if reason:
            raise CallbackError(
                f"{type(callback).__name__} acts on batches ({reason}), and training here does not stop between them: "
                f"let it act on epochs, or train with Keras's own model.fit"
            )


def refuse_second_averaging(callbacks: Sequence[Any], recipe: str) -> None:
    """Refuse a callback that puts averaged weights into a model where the recipe does so itself.

    Raises:
        CallbackError: names the callback and the recipe.

    """
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.SwapEMAWeights):
            raise CallbackError(
                f"{type(callback).__name__} would swap averaged weights once more: the recipe {recipe} measures and"
                " returns averaged ones anyway, so leave it out"
            )


def _batch_reason(callback: Any) -> str | None:
    """Return what makes a callback act on batches, or None when it acts on epochs."""
    if isinstance(callback, keras.callbacks.TensorBoard) and vars(callback).get("_stop_batch"):
        return "profile_batch"
    for method in _BATCH_METHODS:
        owner = _owner(callback, method)
        frequency = _FREQUENCY.get(owner)
        if frequency and getattr(callback, frequency, "epoch") != "epoch":
            return f"{frequency}={getattr(callback, frequency)!r}"
        if owner != "Callback" and not frequency:
            return method
    return None


def _owner(callback: Any, method: str) -> str:
    """Return the name of Keras's own class that a callback has a method from; of any other class, its full name."""
    if method in vars(callback):
        return "the callback itself"
    owner = next(kind for kind in type(callback).__mro__ if method in vars(kind))
    return owner.__name__ if owner.__module__.partition(".")[0] == "keras" else owner.__qualname__ + " of the caller"


def selecting(callbacks: Sequence[Any]) -> list[str]:
    """Return the names of the callbacks that choose something by a figure of the validation set."""
    return [
        type(callback).__name__
        for callback in callbacks
        if str(getattr(callback, "monitor", "")).startswith("val_") and getattr(callback, "save_best_only", True)
    ]
