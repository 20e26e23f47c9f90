"""The route that infers: an ASGI app of its own, as a framework's machinery would take longer than the network does."""

from starlette.types import Receive, Scope, Send

from tendigits.inference import predict
from tendigits.serving.body import body_of, check_encoding
from tendigits.serving.engine import Engine
from tendigits.serving.metrics import Metrics
from tendigits.serving.protocol.infer import Answer, answer, length_of_json, parse
from tendigits.serving.protocol.names import Names
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Limits
from tendigits.serving.wanted import while_wanted

__all__ = ["Inference"]

_FEW = 500 * 784
"""Bytes of tensors that are answered at once: inference takes a few milliseconds at most then, for which nobody else
has to wait long, and to a thread and back is a way too."""

_LITTLE_JSON = 2**16
"""Bytes of JSON of which the same holds."""


class Inference:
    """Answers ``/v2/models/{model}/infer``, with or without a version before the last step."""

    def __init__(self, engine: Engine, metrics: Metrics, limits: Limits, names: Names) -> None:
        self._engine = engine
        self._metrics = metrics
        self._limits = limits
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            found = await self._answered(scope, receive)
        except Refused as refusal:
            await refusal.response()(scope, receive, send)
            return
        headers = [(b"content-length", b"%d" % len(found.body))]
        if found.json_length is None:
            headers.append((b"content-type", b"application/json"))
        else:
            headers.append((b"content-type", b"application/octet-stream"))
            headers.append((b"inference-header-content-length", b"%d" % found.json_length))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found.body})

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        self._names.check(**scope["path_params"])
        given = None
        for name, value in scope["headers"]:
            if name == b"inference-header-content-length":
                given = value.decode("latin-1")
            elif name == b"content-encoding":
                check_encoding(value.decode("latin-1"))
            elif name == b"content-length" and int(value) > _FEW + _LITTLE_JSON:
                self._engine.check()
        body = await body_of(receive)
        json_length = length_of_json(given, len(body))
        if json_length <= _LITTLE_JSON and len(body) - json_length <= _FEW:
            return self._inferred(body, json_length)
        step = map(self._inferred, [body], [json_length])  # which calls it in the thread
        [found] = await while_wanted(receive, self._engine.run(step))
        return found

    def _inferred(self, body: bytes, json_length: int) -> Answer:
        request = parse(body, json_length, self._limits)
        found = answer(request, predict(self._engine.model.weights, request.images), self._names.version)
        self._metrics.inferred(len(request.images))
        return found
