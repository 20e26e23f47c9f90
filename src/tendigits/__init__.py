"""tendigits: train the classic handwritten-digit network, better and faster, and read real handwriting.

::

    import tendigits

    (x_train, y_train), (x_test, y_test) = tendigits.load_data()
    model = tendigits.build_model()
    run = tendigits.train(model, epochs=10, batch_size=32, seed=1)
    probabilities = run.model.predict(tendigits.prepare(x_test[:5]))

Public names are imported when they are first used: ``import tendigits`` loads neither Keras nor JAX.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tendigits.backend import prefer_jax

if TYPE_CHECKING:
    __version__: str
    from tendigits.batch.run import read_many
    from tendigits.data import load_data, prepare
    from tendigits.estimator import DigitClassifier
    from tendigits.network import build_model
    from tendigits.reading.reader import Reader
    from tendigits.training.result import Run
    from tendigits.training.run import resume, train

__all__ = ["DigitClassifier", "Reader", "Run", "build_model", "load_data", "prepare", "read_many", "resume", "train"]

prefer_jax()  # before a program that imports tendigits imports Keras

_HOME = {
    "DigitClassifier": "tendigits.estimator",
    "Reader": "tendigits.reading.reader",
    "Run": "tendigits.training.result",
    "build_model": "tendigits.network",
    "load_data": "tendigits.data",
    "prepare": "tendigits.data",
    "read_many": "tendigits.batch.run",
    "resume": "tendigits.training.run",
    "train": "tendigits.training.run",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("tendigits")
    if name not in _HOME:
        raise AttributeError(f"module 'tendigits' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
