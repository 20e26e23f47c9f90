"""The app: all that is answered, on one model."""

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import tendigits
from tendigits.serving.description import DESCRIPTION, inference_paths, without_framework_errors
from tendigits.serving.docs import add_docs
from tendigits.serving.drain import Drain
from tendigits.serving.engine import Engine
from tendigits.serving.errors_answered import answer_errors
from tendigits.serving.facts import version
from tendigits.serving.metrics import Metrics
from tendigits.serving.page import mount_page
from tendigits.serving.protocol.infer import MODEL
from tendigits.serving.protocol.routes import add_protocol
from tendigits.serving.route import add_head
from tendigits.serving.selftest import self_test
from tendigits.serving.settings import Settings
from tendigits.serving.v1 import add_reading

__all__ = ["create_app"]


class _App(FastAPI):
    """An app that answers inference without FastAPI, and yet describes it."""

    shortcuts: Mapping[str, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shortcut = self.shortcuts.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        await (shortcut or super().__call__)(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        description = super().openapi()
        description["paths"] |= inference_paths()
        return without_framework_errors(description)


def create_app(settings: Settings) -> FastAPI:
    """Return the app. Its state says whether it is ``ready``, and holds ``drain`` and ``metrics``.

    Args:
        settings: how the server runs.

    Raises:
        WeightsError: the model cannot be read, does not read digits, or, when the app starts, fails to in a test.

    """
    metrics = Metrics()
    engine = Engine(settings, metrics)

    app = _App(
        title="tendigits",
        version=tendigits.__version__,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=partial(_lifespan, engine),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Whatever the environment says: nothing about what a user sends goes anywhere.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.ready = False
    app.state.drain = Drain()
    app.state.metrics = metrics
    answer_errors(app)
    add_reading(app, engine, metrics, settings)
    app.shortcuts = add_protocol(app, engine, metrics, settings.limits)
    add_docs(app)
    mount_page(app)
    _add_metrics(app, metrics)
    own = {"model": MODEL, "version": version(engine.model.weights)}
    metrics.know({route.path.format(**own): route.path for route in app.routes if isinstance(route, Route)})
    return app


@asynccontextmanager
async def _lifespan(engine: Engine, app: FastAPI) -> AsyncIterator[None]:
    """Be ready from when the model has passed its test until the app is to end."""
    self_test(engine.model)
    gc.collect()
    gc.freeze()  # what is there now stays: requests need not wait while Python looks for garbage in it
    app.state.ready = True
    yield
    app.state.ready = False
    gc.unfreeze()
    engine.close()


def _add_metrics(app: FastAPI, metrics: Metrics) -> None:
    @app.get("/metrics", include_in_schema=False)
    async def metrics_for_prometheus() -> Response:
        return Response(metrics.exposed(), media_type=CONTENT_TYPE_LATEST)

    add_head(app, "/metrics", metrics_for_prometheus)
