"""The folder in which several processes leave their numbers, for any of them to tell all of them to Prometheus."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["metrics_folder"]

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus_client looks, once, when it is imported."""


@contextmanager
def metrics_folder() -> Iterator[None]:
    """Have processes that are started meanwhile count together, from zero; nothing is left afterwards."""
    before = os.environ.get(_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="tendigits-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[_VARIABLE] = folder
        try:
            yield
        finally:
            os.environ.pop(_VARIABLE)
            if before is not None:
                os.environ[_VARIABLE] = before
