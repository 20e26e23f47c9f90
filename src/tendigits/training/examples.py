"""What the steps of a compiled epoch are given: the examples as they are, or freshly deformed."""

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from tendigits.errors import DataError
from tendigits.training.deform import Draws, basis, draw, pack, resample

if TYPE_CHECKING:
    from tendigits.data import Arrays
    from tendigits.training.recipes import Deformation

__all__ = ["Batch", "DeformedExamples", "Examples", "PlainExamples"]

Batch = tuple[jax.Array, jax.Array]
"""Inputs float (b, ...) and labels int32 (b,)."""


class Examples(Protocol):
    """A labelled set on the device. ``shown`` and ``batch`` are traced: they run once, and make a program."""

    @property
    def arrays(self) -> tuple[jax.Array, ...]:
        """What the program takes as arguments; captured, it would be copied into it as constants."""

    def shown(self, order: jax.Array, key: jax.Array) -> Any:
        """Return how an epoch shows the examples: arrays (n, ...) in a tree, n the length of ``order``."""

    def batch(self, arrays: tuple[jax.Array, ...], shown: Any, scale: jax.Array) -> Batch:
        """Return some of the examples, as ``shown`` cut to them says."""


class PlainExamples:
    """Examples as they are, in the order of each epoch.

    Args:
        examples: images uint8 (n, ...), scaled to 0..1 in the program, or floating, taken as they are; labels (n,).
        shape: of one example, as the model takes it.

    """

    def __init__(self, examples: "Arrays", shape: tuple[int, ...]) -> None:
        images, labels = examples
        self._shape = shape
        self.arrays = jax.device_put(images), _on_device(labels)

    def shown(self, order: jax.Array, key: jax.Array) -> jax.Array:  # noqa: ARG002 - nothing is drawn
        """Return the order."""
        return order

    def batch(self, arrays: tuple[jax.Array, ...], shown: jax.Array, scale: jax.Array) -> Batch:
        """Take one batch. ``scale`` is an argument because XLA multiplies by the reciprocal of a constant divisor,
        which is another number for some grey levels than the quotient that ``prepare`` gives.
        """  # noqa: D205 - one paragraph
        images, labels = arrays
        x = images[shown]
        if x.dtype == jnp.uint8:
            x = x.astype(jnp.float32) / scale
        return x.reshape(len(shown), *self._shape), labels[shown]


class _Deformed(NamedTuple):
    """Rows of the set, int32 (n,), with a deformation for each."""

    rows: jax.Array
    draws: Draws


class DeformedExamples:
    """Images, each deformed anew in each epoch.

    Args:
        examples: images uint8 (n, height, width), ink bright; labels (n,).
        shape: of one example, as the model takes it.
        deformation: how strongly.

    Raises:
        DataError: the examples are no such images.

    """

    def __init__(self, examples: "Arrays", shape: tuple[int, ...], deformation: "Deformation") -> None:
        images, labels = examples
        if images.dtype != np.uint8 or images.ndim != 3:
            raise DataError(
                f"only images can be deformed, uint8 (n, height, width); these are {images.dtype} {images.shape}"
            )
        _, self._height, self._width = images.shape
        self._shape = shape
        self._deformation = deformation
        fields = basis(deformation, (self._height, self._width))
        self.arrays = jax.device_put(pack(images)), _on_device(labels), jax.device_put(fields)

    def shown(self, order: jax.Array, key: jax.Array) -> _Deformed:
        """Return the order with fresh deformations: all of an epoch's are drawn at once, before its steps."""
        return _Deformed(order, draw(self._deformation, key, len(order)))

    def batch(self, arrays: tuple[jax.Array, ...], shown: _Deformed, scale: jax.Array) -> Batch:  # noqa: ARG002 - grey is scaled already
        """Deform one batch."""
        packed, labels, fields = arrays
        x = resample(packed, shown.rows, shown.draws, fields, (self._height, self._width))
        return x.reshape(len(shown.rows), *self._shape), labels[shown.rows]


def _on_device(labels: Any) -> jax.Array:
    on_device: jax.Array = jax.device_put(np.asarray(labels, np.int32))
    return on_device
