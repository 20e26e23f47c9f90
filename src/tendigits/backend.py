"""Keras, imported with the backend that this project uses: JAX, unless somebody has chosen another."""

import importlib.util
import os
import sys
from types import ModuleType

from tendigits.errors import MissingExtraError, TendigitsError
from tendigits.extras import require

__all__ = ["import_keras", "prefer_jax", "training_backend"]

_EXTRA_OF_BACKEND = {"jax": "train", "tensorflow": "tensorflow"}


def prefer_jax() -> None:
    """Set ``KERAS_BACKEND`` to jax, unless it is set, Keras is already imported, or JAX is not installed.

    Keras's own ``keras.json`` is nobody's choice (importing Keras writes it, and it says "tensorflow" whatever is in
    use), so it is not asked.
    """
    if "keras" not in sys.modules and not os.environ.get("KERAS_BACKEND") and importlib.util.find_spec("jax"):
        os.environ["KERAS_BACKEND"] = "jax"


def training_backend() -> str:
    """Return the backend that training will use, jax or tensorflow; Keras is not imported.

    Raises:
        MissingExtraError: the backend, or what training needs besides, is not installed.
        TendigitsError: it is a backend that training here does not run on.

    """
    backend = sys.modules["keras"].backend.backend() if "keras" in sys.modules else _chosen()
    if backend not in _EXTRA_OF_BACKEND:
        raise TendigitsError(f"training runs on Keras's backends jax and tensorflow, and KERAS_BACKEND is {backend!r}")
    for module in ("keras", "pandas", "matplotlib"):
        _check_installed(module, "train")
    _check_installed(backend, _EXTRA_OF_BACKEND[backend])
    return str(backend)


def import_keras() -> ModuleType:
    """Import Keras on the backend that was chosen.

    Raises:
        MissingExtraError: Keras or its backend is not installed.

    """
    prefer_jax()
    if "keras" not in sys.modules:
        _check_installed("keras", "train")
        backend = _chosen()
        if backend in _EXTRA_OF_BACKEND:
            _check_installed(backend, _EXTRA_OF_BACKEND[backend])
    return require("keras", "train")


def _chosen() -> str:
    return os.environ.get("KERAS_BACKEND") or "jax"


def _check_installed(module: str, extra: str) -> None:
    if module not in sys.modules and importlib.util.find_spec(module) is None:
        raise MissingExtraError(module, extra)
