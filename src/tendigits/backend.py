"""Keras, imported with the backend that this project uses: JAX, unless somebody has chosen another."""

import importlib.util
import os
import sys
from types import ModuleType

from tendigits.errors import MissingExtraError
from tendigits.extras import require

__all__ = ["choose_backend", "import_keras"]

_EXTRA_OF_BACKEND = {"jax": "train", "tensorflow": "tensorflow"}


def choose_backend() -> None:
    """Set ``KERAS_BACKEND`` to jax, unless it is set or Keras is already imported.

    Keras's own ``keras.json`` is nobody's choice (importing Keras writes it, and it says "tensorflow" whatever is in
    use), so it is not asked.

    Raises:
        MissingExtraError: the backend is not installed.

    """
    if "keras" in sys.modules:
        return
    backend = os.environ.setdefault("KERAS_BACKEND", "jax")
    extra = _EXTRA_OF_BACKEND.get(backend)
    if extra and importlib.util.find_spec(backend) is None:
        raise MissingExtraError(backend, extra)


def import_keras() -> ModuleType:
    """Import Keras on the backend that :func:`choose_backend` chooses.

    Raises:
        MissingExtraError: Keras or its backend is not installed.

    """
    choose_backend()
    return require("keras", "train")
