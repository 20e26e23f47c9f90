"""The app that a process serves, behind its guard."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from starlette.types import ASGIApp

from tendigits.serving.drain import Drain
from tendigits.serving.guard import Guard
from tendigits.serving.metrics import Measured, Metrics
from tendigits.serving.settings import Settings

__all__ = ["CreateApp", "Served", "default_app", "guarded"]

CreateApp = Callable[[Settings], Any]
"""Makes an ASGI app with ``state.drain``, a :class:`~tendigits.serving.drain.Drain` that it looks at, and
``state.metrics``, the :class:`~tendigits.serving.metrics.Metrics` that its requests are counted in."""


def default_app(settings: Settings) -> Any:
    """Return the app that reads digits."""
    return import_module("tendigits.serving.app").create_app(settings)


@dataclass(frozen=True)
class Served:
    """What a process serves.

    Attributes:
        app: it, with its guard, all answers counted.
        drain: tells it that the server was asked to stop.
        metrics: what is counted.

    """

    app: ASGIApp
    drain: Drain
    metrics: Metrics


def guarded(create_app: CreateApp, settings: Settings) -> Served:
    """Return an app as it is served.

    Raises:
        TendigitsError: the app cannot be made with these settings; the message says why.

    """
    app = create_app(settings)
    return Served(Measured(Guard(app, settings), app.state.metrics), app.state.drain, app.state.metrics)
