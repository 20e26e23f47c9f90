"""The app that a process serves, behind its guard."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from starlette.types import ASGIApp

from tendigits.serving.drain import Drain
from tendigits.serving.guard import Guard
from tendigits.serving.metrics import Measured
from tendigits.serving.settings import Settings

__all__ = ["CreateApp", "default_app", "guarded"]

CreateApp = Callable[[Settings], Any]
"""Makes an ASGI app with ``state.drain``, a :class:`~tendigits.serving.drain.Drain` that it looks at, and
``state.metrics``, the :class:`~tendigits.serving.metrics.Metrics` that its requests are counted in."""


def default_app(settings: Settings) -> Any:
    """Return the app that reads digits."""
    return import_module("tendigits.serving.app").create_app(settings)


def guarded(create_app: CreateApp, settings: Settings) -> tuple[ASGIApp, Drain]:
    """Return an app with its guard, all answers counted, and what tells it that the server was asked to stop.

    Raises:
        TendigitsError: the app cannot be made with these settings; the message says why.

    """
    app = create_app(settings)
    return Measured(Guard(app, settings), app.state.metrics), app.state.drain
