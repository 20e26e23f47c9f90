"""The protocol's addresses: what there is, whether it is ready, and inference."""

from typing import Annotated, Any

import numpy as np
from fastapi import FastAPI, Path
from starlette.types import ASGIApp

import tendigits
from tendigits.serving import schemas
from tendigits.serving.engine import Engine
from tendigits.serving.facts import version
from tendigits.serving.metrics import Metrics
from tendigits.serving.protocol.infer import MODEL, OUTPUTS
from tendigits.serving.protocol.inference import Inference
from tendigits.serving.protocol.names import Names
from tendigits.serving.protocol.shortcut import Shortcut
from tendigits.serving.protocol.tensors import INPUT, written
from tendigits.serving.refusal import Refused
from tendigits.serving.route import CountedRoute, add_head
from tendigits.serving.settings import Limits

__all__ = ["add_protocol"]

_MODEL = "/v2/models/{model}"
_VERSION = _MODEL + "/versions/{version}"

_Name = Annotated[str, Path(json_schema_extra={"enum": [MODEL]})]

_NOT_READY = "this server is not ready: it is starting, or was asked to stop; ask another"


def add_protocol(app: FastAPI, engine: Engine, metrics: Metrics, limits: Limits) -> dict[str, ASGIApp]:
    """Add the protocol's routes to an app.

    Returns:
        What answers to a POST to the addresses of inference, without going through the app: see :class:`Shortcut`.

    """
    names = Names(version(engine.model.weights))
    inference = Inference(engine, metrics, limits, names)
    shortcuts: dict[str, ASGIApp] = {}
    for place, own in ((_MODEL, {"model": MODEL}), (_VERSION, {"model": MODEL, "version": names.version})):
        route = CountedRoute(f"{place}/infer", inference, methods=["POST"])
        app.router.routes.append(route)
        shortcuts[route.path.format(**own)] = Shortcut(inference, route, own)
    _Questions(app, names).add_routes()
    return shortcuts


class _Questions:
    """What can be asked without an image."""

    def __init__(self, app: FastAPI, names: Names) -> None:
        self._app = app
        self._names = names

    def add_routes(self) -> None:
        for path, endpoint, answered, errors in (
            ("/v2", self.server, schemas.ServerMetadata, ()),
            ("/v2/health/live", self.live, schemas.Live, ()),
            ("/v2/health/ready", self.ready, schemas.Ready, (503,)),
            (_MODEL, self.model, schemas.ModelMetadata, (404,)),
            (_MODEL + "/ready", self.model_ready, schemas.ModelReady, (404, 503)),
            (_VERSION, self.model_version, schemas.ModelMetadata, (404,)),
            (_VERSION + "/ready", self.version_ready, schemas.ModelReady, (404, 503)),
        ):
            self._app.add_api_route(
                path, endpoint, response_model=answered, responses=schemas.errors(*errors), tags=[schemas.PROTOCOL]
            )
            add_head(self._app, path, endpoint)
        self._app.add_api_route("/v2/", self.server, include_in_schema=False)  # the protocol has it in both spellings

    async def server(self) -> dict[str, Any]:
        """Say which server this is."""
        return {"name": MODEL, "version": tendigits.__version__, "extensions": ["binary_tensor_data"]}

    async def live(self) -> dict[str, bool]:
        """Say that it runs."""
        return {"live": True}

    async def ready(self) -> dict[str, bool]:
        """Say whether it takes requests: it does between its start, with a test of itself, and being asked to stop."""
        self._check_ready()
        return {"ready": True}

    async def model(self, model: _Name) -> dict[str, Any]:
        """Say what the model takes and gives.

        Beside UINT8 it takes FP32 from 0 to 1, and beside [n, 28, 28] it takes [n, 784].
        """
        self._names.check(model)
        return self._metadata()

    async def model_version(self, model: _Name, version: str) -> dict[str, Any]:
        """Say what the model of this version takes and gives."""
        self._names.check(model, version)
        return self._metadata()

    async def model_ready(self, model: _Name) -> dict[str, Any]:
        """Say whether the model takes requests."""
        self._names.check(model)
        self._check_ready()
        return {"name": MODEL, "ready": True}

    async def version_ready(self, model: _Name, version: str) -> dict[str, Any]:
        """Say whether the model of this version takes requests."""
        self._names.check(model, version)
        self._check_ready()
        return {"name": MODEL, "ready": True}

    def _metadata(self) -> dict[str, Any]:
        return {
            "name": MODEL,
            "versions": [self._names.version],
            "platform": "tendigits_safetensors",
            "inputs": [{"name": INPUT, "datatype": "UINT8", "shape": [-1, 28, 28]}],
            "outputs": [_described(name) for name in OUTPUTS],
        }

    def _check_ready(self) -> None:
        if not self._app.state.ready or self._app.state.drain.begun:
            raise Refused(503, _NOT_READY, {"Retry-After": "1"})


def _described(output: str) -> dict[str, Any]:
    """Return an output's name, type and shape, as those of no image have them."""
    tensor, _ = written(output, OUTPUTS[output](np.empty((0, 10), np.float32)), binary=False)
    return {"name": output, "datatype": tensor["datatype"], "shape": [-1, *tensor["shape"][1:]]}
