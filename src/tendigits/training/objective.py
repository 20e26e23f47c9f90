"""What the robust recipe trains a network to do: know digits, and be unsure of everything else."""

import re
from typing import Any

import keras
from keras import ops

from tendigits.errors import TendigitsError
from tendigits.training.muon import GramMuon
from tendigits.training.recipes import Optimization

__all__ = ["DigitAccuracy", "cross_entropy", "optimize"]

_EPSILON = 1e-7
"""Keras's: probabilities are kept this far from 0 in the logarithm."""


def optimize(model: Any, optimization: Optimization, steps: int) -> None:
    """Compile a classifier that ends in softmax for so many steps of training; how it was compiled before is forgotten.

    The kernels of hidden dense layers are found by Muon, and decay (Loshchilov and Hutter 2019); all else by Adam, as
    is usual with it. Weights are averaged as they go (Polyak and Juditsky 1992), exponentially, and the rate falls
    along a cosine (Loshchilov and Hutter 2017). Labels beyond the last class are non-digits.

    Raises:
        TendigitsError: the model does not end in softmax.

    """
    last = next(iter(reversed(model.layers)), model)  # a model of a class of its own may have none
    if getattr(last, "activation", None) is not keras.activations.softmax:
        raise TendigitsError(f"layer {last.name!r} is the last and not softmax, which this recipe needs")
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=max(1, round(steps * (1 - optimization.warmup))),
        warmup_target=optimization.learning_rate,
        warmup_steps=max(1, round(steps * optimization.warmup)),
    )
    optimizer = GramMuon(
        schedule,
        ns_steps=optimization.newton_schulz_steps,
        exclude_layers=[f"(^|/){re.escape(last.name)}/"],
        weight_decay=optimization.weight_decay,
        adam_weight_decay=None,
        use_ema=True,
        ema_momentum=1 - 1 / max(1.0, steps * optimization.averaging),
    )
    loss = cross_entropy(optimization.nondigit_weight, optimization.label_smoothing)
    model.compile(optimizer, loss, metrics=[DigitAccuracy()])


def cross_entropy(nondigit_weight: float, label_smoothing: float = 0.0) -> Any:
    """Return a loss: cross-entropy with the label or, for a label beyond the classes, with the uniform distribution.

    The second is outlier exposure (Hendrycks, Mazeika and Dietterich 2019, section 3); it counts ``nondigit_weight``.
    The first is with a label of which a part goes to all classes alike (Szegedy et al. 2016, "Rethinking the Inception
    architecture for computer vision", section 7).
    """

    def loss(labels: Any, probabilities: Any) -> Any:
        classes = probabilities.shape[-1]
        labels = ops.cast(ops.reshape(labels, (-1,)), "int32")
        beyond = ops.expand_dims(labels >= classes, -1)
        smoothed = ops.one_hot(labels, classes) * (1 - label_smoothing) + label_smoothing / classes
        target = ops.where(beyond, nondigit_weight / classes, smoothed)
        return -ops.sum(target * ops.log(ops.maximum(probabilities, _EPSILON)), axis=-1)

    return loss


class DigitAccuracy(keras.metrics.SparseCategoricalAccuracy):  # type: ignore[misc]  # Keras has no types
    """The accuracy over what is labelled with a class; non-digits are passed over."""

    def __init__(self) -> None:
        super().__init__(name="accuracy")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # noqa: ARG002 - Keras's
        """Take in a batch."""
        return super().update_state(y_true, y_pred, ops.cast(ops.less(y_true, y_pred.shape[-1]), y_pred.dtype))
