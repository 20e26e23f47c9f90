"""DigitClassifier: the tutorial's network for scikit-learn, trained by the compiled epoch, at rest in plain NumPy."""

import math
from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from tendigits import inference
from tendigits.backend import import_keras
from tendigits.errors import MissingExtraError
from tendigits.network import dense_classifier, to_weights
from tendigits.weights import Weights

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise MissingExtraError("scikit-learn", "sklearn") from error

if TYPE_CHECKING:
    from numpy.random import RandomState

    from tendigits.data import Array

__all__ = ["DigitClassifier"]

Floats = npt.NDArray[np.float64]


class DigitClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A dense ReLU network with softmax, for any number of features and classes.

    It trains as ``tendigits train`` does: Adam, batches in a fresh order each epoch, an epoch one compiled program.

    Images in uint8, one a row, are scaled from 0..255 to 0..1. Features of any other type are standardised, each by its
    mean and standard deviation in the training set; images do a little better as uint8. What was learnt from the
    training set is done to whatever comes later: 255 in float64 means what it meant in uint8.

    Fitting needs the extra ``train``. A fitted classifier holds NumPy arrays, computes in float64, and neither loads
    nor pickles anything of Keras.

    Args:
        hidden_layer_sizes: the units of each hidden layer; none at all is softmax regression.
        epochs: how often the training set is shown. A few hundred examples need more epochs than MNIST does.
        batch_size: examples a step; the last batch of an epoch may be smaller.
        deform: show images deformed, anew in each epoch, as the robust recipe does (more epochs then pay). The rows of
            X must be square images in uint8, ink bright.
        random_state: of the initial weights and the order of the examples: the same whole number gives the same
            weights to the bit, on MNIST in uint8 those of ``tendigits train --seed`` with it. A ``RandomState``, or
            None for NumPy's own, gives others at each fit.

    Attributes:
        classes_: the labels, sorted, (classes,).
        weights_: the network, on features that are scaled by ``mean_`` and ``scale_``.
        mean_: what is taken from each feature, float64 (features,); 0 where it was uint8.
        scale_: what each feature is then divided by, float64 (features,); 255 where it was uint8.
        loss_curve_: the mean loss in each epoch.
        n_iter_: how many epochs there were.
        n_features_in_: how many features.
        feature_names_in_: their names, where the training set was a table with names.

    """

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (128, 64),
        *,
        epochs: int = 10,
        batch_size: int = 32,
        deform: bool = False,
        random_state: "int | RandomState | None" = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.deform = deform
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Train on examples X (n, features) and their labels y (n,), whole numbers or texts.

        Raises:
            MissingExtraError: what training needs is not installed.
            TendigitsError: deformations are wanted on another backend than JAX.
            ValueError: a parameter, the examples or the labels make no sense; X is to be deformed and is no images.

        """
        self._check_parameters()
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y holds 1 class, {self.classes_.item()!r}: a classifier needs 2 or more to tell apart")
        self.mean_, self.scale_ = _scaling(X)
        self.weights_, self.loss_curve_ = self._train(self._inputs(X), codes)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict(self, X: Any) -> "Array":
        """Return the most probable label of each example: (n,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        labels: Array = self.classes_[most_probable]
        return labels

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each of ``classes_`` for each example: float64 (n, classes)."""
        check_is_fitted(self, "weights_")
        X = validate_data(self, X, reset=False)
        blocks = (X[at : at + inference.BLOCK] for at in range(0, len(X), inference.BLOCK))
        return np.concatenate([inference.forward(self.weights_, self._scaled(block)) for block in blocks])

    def _check_parameters(self) -> None:
        sizes = self.hidden_layer_sizes
        if not isinstance(sizes, Sequence) or not all(_is_count(size) for size in sizes):
            raise ValueError(f"hidden_layer_sizes is {sizes!r}; expected the units of each layer, as in (128, 64)")
        for name in ("epochs", "batch_size"):
            if not _is_count(value := getattr(self, name)):
                raise ValueError(f"{name} is {value!r}; expected a whole number, 1 or more")

    def _inputs(self, X: "Array") -> "Array":
        """Return examples as the network is shown them: uint8 as it is, anything else scaled."""
        if self.deform:
            return _as_images(X)
        return X if X.dtype == np.uint8 else self._scaled(X).astype(np.float32)

    def _scaled(self, X: "Array") -> Floats:
        return (X.astype(np.float64) - self.mean_) / self.scale_

    def _train(self, inputs: "Array", codes: "Array") -> tuple[Weights, list[float]]:
        """Train a fresh network; return it at rest, and its loss in each epoch."""
        from tendigits.training.compilation_cache import compilation_cache  # noqa: PLC0415 - imports Keras
        from tendigits.training.fit import fit  # noqa: PLC0415 - imports Keras
        from tendigits.training.recipes import ROBUST, check_backend  # noqa: PLC0415 - the package asks for Keras

        keras, seed = import_keras(), _seed(self.random_state)
        if self.deform:
            check_backend(ROBUST.name, keras.backend.backend())
        history = keras.callbacks.History()
        with compilation_cache():
            model = dense_classifier(self.n_features_in_, self.hidden_layer_sizes, len(self.classes_), seed=seed)
            fit(
                model,
                (inputs, codes),
                None,
                epochs=range(self.epochs),
                batch_size=self.batch_size,
                seed=seed,
                callbacks=keras.callbacks.CallbackList([history], model=model),
                deformation=ROBUST.deformation if self.deform else None,
            )
        provenance = {"seed": seed, "epochs": self.epochs, "batch_size": self.batch_size, "deform": bool(self.deform)}
        labels = tuple(str(label) for label in self.classes_)
        return replace(to_weights(model, provenance), labels=labels), history.history["loss"]


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1


def _as_images(X: "Array") -> "Array":
    """Return rows of grey levels as the square images that they are: uint8 (n, side, side)."""
    side = math.isqrt(X.shape[1])
    if X.dtype != np.uint8 or side * side != X.shape[1]:
        raise ValueError(f"X is {X.dtype} {X.shape}; expected uint8 (n, side * side), as deform=True takes images only")
    return X.reshape(-1, side, side)


def _seed(random_state: "int | RandomState | None") -> int:
    """Return the seed that a whole number is, or draw one, as scikit-learn understands ``random_state``."""
    generator = check_random_state(random_state)
    return int(random_state) if isinstance(random_state, Integral) else int(generator.randint(2**31))


def _scaling(X: "Array") -> tuple[Floats, Floats]:
    """Return what is to be taken from each feature, and what it is then to be divided by."""
    if X.dtype == np.uint8:
        return np.zeros(X.shape[1]), np.full(X.shape[1], 255.0)
    scaler = StandardScaler().fit(X)
    if not np.isfinite([scaler.mean_, scaler.scale_]).all():
        raise ValueError("X holds values too large to be standardised: their mean or deviation is not finite")
    return scaler.mean_, scaler.scale_
