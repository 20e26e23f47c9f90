"""What a model takes and gives, held against the data before any epoch is spent on them."""

import math
from typing import TYPE_CHECKING, Any

import keras

from tendigits.errors import DataError, TendigitsError

if TYPE_CHECKING:
    from tendigits.data import Array, DataSet

__all__ = ["build_for", "input_shape"]


def input_shape(model: Any, images: "Array") -> tuple[int, ...]:
    """Return the shape of one example as the model takes it; where the model leaves it open, as it is."""
    shape = getattr(model, "input_shape", None) if model.built else None
    if not isinstance(shape, tuple) or not all(isinstance(size, int) for size in shape[1:]):
        return tuple(images.shape[1:])
    return shape[1:]


def build_for(model: Any, data_set: "DataSet", *, compiled: bool = True) -> None:
    """Build a classifier's variables for the data that it is to learn.

    Args:
        model: a classifier.
        data_set: the data.
        compiled: whether it has to be compiled: no recipe does so.

    Raises:
        DataError: the images have not as many values as the model takes, or labels are beyond its outputs.
        TendigitsError: it is not a Keras model, compiled if it has to be, that gives each example a row of outputs.

    """
    if not isinstance(model, keras.Model) or (compiled and not model.compiled):
        remedy = ": call its compile() first" if isinstance(model, keras.Model) else ""
        raise TendigitsError(f"{model!r} is not a {'compiled ' * compiled}keras.Model{remedy}")
    images, _ = data_set.train
    shape = input_shape(model, images)
    if math.prod(shape) != math.prod(images.shape[1:]):
        raise DataError(f"images of shape {images.shape[1:]} do not fit a model that takes {shape}")
    outputs = model(keras.Input(shape, dtype="float32"))
    if getattr(outputs, "ndim", None) != 2:
        raise TendigitsError(f"{model!r} does not give each example one row of outputs")
    highest = max(int(labels.max()) for _, labels in (data_set.train, data_set.test))
    if highest >= outputs.shape[1]:
        raise DataError(f"labels go up to {highest}, and the model has {outputs.shape[1]} outputs, from 0")
