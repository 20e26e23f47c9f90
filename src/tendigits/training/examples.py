"""What the steps of a compiled epoch are given: the examples as they are, or freshly deformed."""

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from tendigits.errors import DataError
from tendigits.training.deform import Draws, draw, functions, pack, resample

if TYPE_CHECKING:
    from tendigits.data import Arrays
    from tendigits.training.recipes import Deformation

__all__ = ["Batch", "DeformedExamples", "Examples", "Pass", "PlainExamples"]

Batch = tuple[jax.Array, jax.Array]
"""Inputs float (b, ...) and labels int32 (b,)."""


class Pass(NamedTuple):
    """How an epoch goes over a set.

    Attributes:
        order: int32 (n,), rows of the set.
        key: uint32 (2,), of whatever is drawn.
        strength: float32, how many times as strong as described images are deformed.

    """

    order: jax.Array
    key: jax.Array
    strength: jax.Array


class Examples(Protocol):
    """A labelled set on the device. ``shown`` and ``batch`` are traced: they run once, and make a program."""

    @property
    def arrays(self) -> tuple[jax.Array, ...]:
        """What the program takes as arguments; captured, it would be copied into it as constants."""

    def shown(self, pass_: Pass) -> Any:
        """Return how a pass shows the examples: arrays (n, ...) in a tree, n the length of its order."""

    def batch(self, arrays: tuple[jax.Array, ...], shown: Any, scale: jax.Array) -> Batch:
        """Return some of the examples.

        Args:
            arrays: :attr:`arrays`, as the program has them.
            shown: what :meth:`shown` returned, cut to these examples.
            scale: float32, what grey levels in uint8 are divided by.

        """


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

    def shown(self, pass_: Pass) -> jax.Array:
        """Return the order."""
        return pass_.order

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
        DataError: the examples are no such images, or too many.

    """

    def __init__(self, examples: "Arrays", shape: tuple[int, ...], deformation: "Deformation") -> None:
        images, labels = examples
        if images.dtype != np.uint8 or images.ndim != 3:
            raise DataError(
                f"only images can be deformed, uint8 (n, height, width); these are {images.dtype} {images.shape}"
            )
        _, height, width = images.shape
        self._shape = shape
        self._deformation = deformation
        self._made_of = functions(deformation, (height, width))
        self.arrays = jax.device_put(pack(images)), _on_device(labels)

    def shown(self, pass_: Pass) -> _Deformed:
        """Return the order with fresh deformations: all of a pass's are drawn at once, before its steps."""
        key = jax.random.wrap_key_data(pass_.key)
        return _Deformed(pass_.order, draw(self._deformation, key, len(pass_.order), pass_.strength))

    def batch(self, arrays: tuple[jax.Array, ...], shown: _Deformed, scale: jax.Array) -> Batch:  # noqa: ARG002 - grey is scaled already
        """Deform one batch."""
        packed, labels = arrays
        x = resample(packed, shown.rows, shown.draws, self._made_of)
        return x.reshape(len(shown.rows), *self._shape), labels[shown.rows]


def _on_device(labels: Any) -> jax.Array:
    on_device: jax.Array = jax.device_put(np.asarray(labels, np.int32))
    return on_device
