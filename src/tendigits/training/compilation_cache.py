"""Compiled programs kept on disk between processes, in this project's own cache."""

import hashlib
import os
import platform
import re
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from tendigits.data import cache_folder
from tendigits.training.configuration import installed_versions

__all__ = ["compilation_cache"]

_UNREADABLE = "Error (reading|writing) persistent compilation cache entry"
"""How JAX's warning begins where it cannot use an entry."""

_UNUSED_DAYS = 90
"""For how long nobody used what was compiled by versions that will hardly come back."""

_IN_CHARGE = threading.Lock()
"""Held by the thread that has set JAX's cache: settings and warnings are the whole process's."""

_SETTINGS = {
    "jax_persistent_cache_min_compile_time_secs": 0.0,
    "jax_persistent_cache_min_entry_size_bytes": 0,
}


@contextmanager
def compilation_cache() -> Iterator[None]:
    """Let JAX keep what it compiles in here, and find it again in the next process.

    A host program's own setting of JAX's cache is left alone, and so is the setting of the process afterwards. A cache
    that cannot be written, or that others could write to (compiled programs are machine code), is not used. A second
    thread that trains meanwhile finds what the first has set, or does without.
    """
    if not _IN_CHARGE.acquire(blocking=False):
        yield
        return
    try:
        with _set_cache():
            yield
    finally:
        _IN_CHARGE.release()


@contextmanager
def _set_cache() -> Iterator[None]:
    folder = _private_folder() if keras.backend.backend() == "jax" else None
    if folder is None or _jax().config.jax_compilation_cache_dir is not None:
        yield
        return
    before = {name: getattr(_jax().config, name) for name in _SETTINGS}
    _apply({**_SETTINGS, "jax_compilation_cache_dir": str(folder)})
    try:
        with _damage_cleared(folder):
            yield
    finally:
        _apply({**before, "jax_compilation_cache_dir": None})


@contextmanager
def _damage_cleared(folder: Path) -> Iterator[None]:
    """Empty the cache in the end if JAX could not read an entry.

    JAX then compiles anew, which is right, but never overwrites an entry that is there.
    """
    damage = []
    with warnings.catch_warnings():
        warnings.filterwarnings("always", message=_UNREADABLE)
        show = warnings.showwarning

        def listen(message: Warning | str, *rest: Any, **options: Any) -> None:
            if re.match(_UNREADABLE, str(message)):
                damage.append(message)
            else:
                show(message, *rest, **options)

        warnings.showwarning = listen
        try:
            yield
        finally:
            if damage:
                _empty(folder)


def _empty(folder: Path) -> None:
    with suppress(OSError):  # a cache that cannot be emptied is one that costs time, and no more
        for entry in folder.iterdir():
            entry.unlink(missing_ok=True)


def _apply(settings: dict[str, object]) -> None:
    for name, value in settings.items():
        _jax().config.update(name, value)
    # JAX decides once whether it has a cache, at the first program it compiles: let it decide again.
    _jax().experimental.compilation_cache.compilation_cache.reset_cache()


def _jax() -> ModuleType:
    import_module("jax.experimental.compilation_cache.compilation_cache")
    return import_module("jax")


def _private_folder() -> Path | None:
    """Return the folder for these versions on this processor, made if need be; None when it is not to be trusted."""
    folder = cache_folder() / "compiled" / _key()
    try:
        for path in (folder.parent, folder):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours_alone(path):
                return None
        os.utime(folder)  # it is used
    except OSError:
        return None
    _clear_unused(folder.parent)
    return folder


def _clear_unused(compiled: Path) -> None:
    """Remove the folders of other versions that no process has used for long."""
    long_ago = time.time() - _UNUSED_DAYS * 24 * 3600
    with suppress(OSError):
        for other in compiled.iterdir():
            if other.stat().st_mtime < long_ago:
                shutil.rmtree(other, ignore_errors=True)


def _is_ours_alone(folder: Path) -> bool:
    """Tell whether the folder is this user's and nobody else can write to it, where the system knows of users."""
    status = folder.stat()
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _key() -> str:
    """Name everything that compiled code depends on and that JAX's own key may leave out."""
    parts = [*installed_versions().items(), sys.platform, platform.machine(), _processor()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _processor() -> str:
    """Return the processor's features where the system tells them, else its name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
