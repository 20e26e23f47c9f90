"""To have Ray: started here, joined at an address, or there already because the calling program uses it."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tendigits.cores import cores
from tendigits.errors import BatchError
from tendigits.extras import require

__all__ = ["LOCAL", "connected"]

LOCAL = "local"
"""Stands for Ray that is started for one batch, on this machine."""

_AUTO = "auto"

_SECONDS = 15
"""An answer is waited for."""

_WHERE = "on a node of the cluster, give auto, or the HOST:PORT that it was started with"

_NONE_HERE = "Could not find any running Ray instance"
"""Ray's words, which go on about its own options."""

_QUIET = {"RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_USAGE_STATS_ENABLED": "0"}
"""Ray says at each actor that it could not be started again if this process had ended; and it would tell of its use."""


@contextmanager
def connected(address: str) -> Iterator[int]:
    """Have Ray while a batch is read, with so many cores, and nothing of its log on the terminal.

    Args:
        address: :data:`LOCAL`, ``auto`` for the cluster that this machine is a node of, or ``host:port``. Where the
            calling program is connected already, that is used, and left as it is.

    Raises:
        BatchError: nobody answers there, or not as Ray.
        MissingExtraError: Ray Data is not installed.

    """
    for module in ("ray", "pandas", "ray.data"):
        require(module, "ray")
    import ray  # noqa: PLC0415 - of an extra

    with _less_log():
        if ray.is_initialized():
            yield _cores()
            return
        if address != LOCAL:
            _check(address)
        try:
            _begin(address)
            yield _cores()
        finally:
            ray.shutdown()


def _begin(address: str) -> None:
    import ray  # noqa: PLC0415 - of an extra

    here: dict[str, Any] = {"num_cpus": cores(), "include_dashboard": False} if address == LOCAL else {}
    try:
        with _variables(_QUIET), _nothing_on_standard_error():
            ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL, **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BatchError(f"there is no Ray to be had at {address}: {reason} ({_WHERE})") from error


def _cores() -> int:
    import ray  # noqa: PLC0415 - of an extra

    return int(ray.cluster_resources().get("CPU", 1))


def _check(address: str) -> None:
    """Check that a cluster can be joined: Ray itself would go on trying for a minute, and then end this process."""
    if address != _AUTO:
        _check_somebody_listens(address)
    command = [sys.executable, "-m", "ray.scripts.scripts", "status", "--address", address]
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - Ray's own
    except subprocess.TimeoutExpired as error:
        raise BatchError(f"whoever listens at {address} is no Ray cluster ({_WHERE})") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        if _NONE_HERE in reason:
            raise BatchError(f"this machine is not a node of a Ray cluster ({_WHERE})") from error
        raise BatchError(f"no Ray cluster answers at {address}: {reason} ({_WHERE})") from error


def _check_somebody_listens(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdigit():
        raise BatchError(f"{address} is not where a Ray cluster can be joined: {_WHERE}")
    try:
        socket.create_connection((host, int(port)), timeout=_SECONDS / 3).close()
    except (OSError, OverflowError) as error:
        raise BatchError(f"no Ray cluster answers at {address}: {error} ({_WHERE})") from error


@contextmanager
def _less_log() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("ray", "ray.data")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    """Have variables in the environment that are not there."""
    new = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]


@contextmanager
def _nothing_on_standard_error() -> Iterator[None]:
    """Let nothing through: Ray's core writes there that it was told to write less."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - no path
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
