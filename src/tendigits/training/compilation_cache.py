"""Compiled programs kept on disk between processes, in this project's own cache."""

import hashlib
import os
import platform
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import keras

from tendigits.data import cache_folder

__all__ = ["compilation_cache"]

_SETTINGS = {
    "jax_persistent_cache_min_compile_time_secs": 0.0,
    "jax_persistent_cache_min_entry_size_bytes": 0,
}


@contextmanager
def compilation_cache() -> Iterator[None]:
    """Let JAX keep what it compiles in here, and find it again in the next process.

    A host program's own setting of JAX's cache is left alone, and so is the setting of the process afterwards. A cache
    that cannot be written, or that others could write to (compiled programs are machine code), is not used.
    """
    folder = _private_folder() if keras.backend.backend() == "jax" else None
    if folder is None or _jax().config.jax_compilation_cache_dir is not None:
        yield
        return
    before = {name: getattr(_jax().config, name) for name in _SETTINGS}
    _apply({**_SETTINGS, "jax_compilation_cache_dir": str(folder)})
    try:
        with warnings.catch_warnings():
            # A damaged entry is compiled again, and that is all there is to say about it.
            warnings.filterwarnings("ignore", message=".*persistent compilation cache.*")
            yield
    finally:
        _apply({**before, "jax_compilation_cache_dir": None})


def _apply(settings: dict[str, object]) -> None:
    for name, value in settings.items():
        _jax().config.update(name, value)
    # JAX decides once whether it has a cache, at the first program it compiles: let it decide again.
    _jax().experimental.compilation_cache.compilation_cache.reset_cache()


def _jax() -> ModuleType:
    import_module("jax.experimental.compilation_cache.compilation_cache")
    return import_module("jax")


def _private_folder() -> Path | None:
    """Return the folder for this version on this processor, made if need be; None when it is not to be trusted."""
    folder = cache_folder() / "compiled" / _key()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None
    return folder if os.access(folder, os.W_OK) else None


def _key() -> str:
    """Name everything that compiled code depends on and that JAX's own key may leave out."""
    parts = [*(f"{package}-{version(package)}" for package in ("tendigits", "keras", "jax", "jaxlib"))]
    parts += [sys.platform, platform.machine(), _processor()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _processor() -> str:
    """Return the processor's features where the system tells them, else its name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
