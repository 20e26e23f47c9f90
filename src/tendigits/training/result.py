"""What came of a training run: the trained model, measured, and its files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import numpy.typing as npt

from tendigits import inference, plots
from tendigits.data import scaled
from tendigits.errors import RunError, WeightsError
from tendigits.evaluation import Evaluation, evaluate
from tendigits.network import to_weights
from tendigits.training.inputs import input_shape
from tendigits.training.run_folder import RunFolder
from tendigits.weights import Provenance, Weights, parameters_sha256, serialize

if TYPE_CHECKING:
    import pandas as pd

    from tendigits.data import Arrays

__all__ = ["Run", "measure", "write_results"]

_PREDICT_BATCH = 1000


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What came of a training run.

    Attributes:
        model: the Keras model, trained; the one that was passed in.
        history: the ``keras.callbacks.History`` of all its epochs.
        seed: the run's seed.
        evaluation: how the model does on the test set.
        probabilities: float32 (n, classes), what the model says of the test set.
        labels: (n,), what the test set says itself.
        weights: its layers as NumPy arrays; None where it is not a plain stack of dense layers.
        not_dense: why ``weights`` is None.
        weights_sha256: SHA-256 of the parameters' values.
        fit_seconds: the epochs alone, compilation included, in all the processes that the run took.
        folder: where the results were written; None where nothing was.

    """

    model: Any
    history: Any
    seed: int
    evaluation: Evaluation
    probabilities: npt.NDArray[np.float32]
    labels: npt.NDArray[np.integer]
    weights: Weights | None
    not_dense: str | None
    weights_sha256: str
    fit_seconds: float
    folder: Path | None

    def __repr__(self) -> str:
        where = "" if self.folder is None else f" in {self.folder}"
        return (
            f"<Run of seed {self.seed}{where}: accuracy {self.evaluation.accuracy}, weights {self.weights_sha256[:8]}>"
        )

    @property
    def metrics(self) -> dict[str, Any]:
        """What ``metrics.json`` holds: the evaluation, and what tells this run's weights from another's."""
        return self.evaluation.as_dict() | {
            "fit_seconds": round(self.fit_seconds, 3),
            "weights_sha256": self.weights_sha256,
            "not_dense": self.not_dense,
        }

    @property
    def history_frame(self) -> "pd.DataFrame":
        """The history as a pandas DataFrame: a row an epoch, counted from 1; a column a figure."""
        return _frame(self.history.history)


def measure(
    model: Any,
    history: Any,
    test: "Arrays",
    *,
    seed: int,
    provenance: Provenance,
    fit_seconds: float,
    folder: RunFolder | None,
) -> Run:
    """Measure a trained model on the test set.

    Raises:
        RunError: the training diverged; the history of a run with a folder is kept in it.

    """
    _check_finite(model, history, folder)
    images, labels = test
    weights, not_dense = _weights(model, provenance)
    probabilities = _predict(model, images) if weights is None else inference.predict(weights, images)
    return Run(
        model=model,
        history=history,
        seed=seed,
        evaluation=evaluate(probabilities, labels),
        probabilities=probabilities,
        labels=labels,
        weights=weights,
        not_dense=not_dense,
        weights_sha256=weights.sha256 if weights else parameters_sha256(model.get_weights()),
        fit_seconds=fit_seconds,
        folder=folder.path if folder else None,
    )


def _weights(model: Any, provenance: Provenance) -> tuple[Weights | None, str | None]:
    """Take the weights out of a model that the weights file can hold; of any other, say why not."""
    try:
        weights = to_weights(model, provenance)
        serialize(weights)  # refuses what is too large for a weights file
    except WeightsError as error:
        return None, str(error)
    return weights, None


def write_results(folder: RunFolder, run: Run, test: "Arrays") -> None:
    """Write everything that a finished run leaves; the metrics come last, and say that it is finished.

    Raises:
        RunError: a file cannot be written.

    """
    if run.weights:
        folder.write("weights.safetensors", serialize(run.weights))
    folder.write("history.csv", _csv(run.history.history))
    measured_on = "held-out digits" if folder.configuration.held_out else "test set"
    pictures = plots.run_pictures(run.history.history, *test, run.probabilities, measured_on=measured_on)
    for name, picture in pictures.items():
        folder.write(name, picture)
    folder.write_json("metrics.json", run.metrics)


def _check_finite(model: Any, history: Any, folder: RunFolder | None) -> None:
    if all(np.isfinite(values).all() for values in model.get_weights()):
        return
    if folder:
        folder.write("history.csv", _csv(history.history))
    lost = next((i for i, loss in enumerate(history.history["loss"]) if not np.isfinite(loss)), len(history.epoch) - 1)
    raise RunError(
        f"the training diverged in epoch {lost + 1}: weights are not finite; look through the data, or,"
        " in Python, compile the model with a lower learning rate"
    )


def _predict(model: Any, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return a model's probabilities by Keras, for models that the NumPy forward pass does not know."""
    inputs = scaled(images) if images.dtype == np.uint8 else images
    shaped = inputs.reshape(-1, *input_shape(model, images))
    outputs = model.predict(shaped, batch_size=_PREDICT_BATCH, verbose=0)
    if getattr(model.loss, "from_logits", False):
        outputs = keras.ops.softmax(outputs)
    return np.asarray(outputs, np.float32)


def _frame(history: dict[str, list[float]]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - half of the uses need no table

    frame = pd.DataFrame(history)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="epoch")
    return frame


def _csv(history: dict[str, list[float]]) -> bytes:
    return str(_frame(history).to_csv(lineterminator="\n")).encode()
