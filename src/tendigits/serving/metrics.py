"""What Prometheus is told: requests, how long they took, and what was read.

With several workers each counts in files of its own, in the folder that PROMETHEUS_MULTIPROC_DIR names, and whichever
is asked adds them up. ``prometheus_client`` looks for that name when it is imported, which is to be later.
"""

import os
import time
from collections.abc import Iterable, Mapping
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tendigits.serving.logs import LEFT

__all__ = ["Measured", "Metrics"]

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1)

_ELSEWHERE = "elsewhere"
"""The route of requests for what there is not: their paths are endless, and strangers' texts."""


class Metrics:
    """Counts of one app."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # they would double what is sent, and nobody looks at them
        registry = CollectorRegistry()
        self._registry = registry
        requests = Counter(
            "tendigits_requests", "Requests answered, by route and status.", ["route", "status"], registry=registry
        )
        seconds = Histogram(
            "tendigits_request_seconds", "Seconds to the answer.", ["route"], buckets=_SECONDS, registry=registry
        )
        self._in_flight = Gauge(
            "tendigits_requests_in_flight", "Requests being answered.", registry=registry, multiprocess_mode="livesum"
        )
        self._refused = Counter(
            "tendigits_refused", "Requests given up: too many waited, or it took too long.", ["why"], registry=registry
        )
        self._turned_away = Counter(
            "tendigits_connections_refused",
            "Connections ended with a refusal of what was no request, not in time, or one too many.",
            ["status"],
            registry=registry,
        )
        digits = Counter("tendigits_digits", "Digits read, by the API that was asked.", ["api"], registry=registry)
        self._confidence = Histogram(
            "tendigits_confidence", "Confidence of digits read in images.", buckets=_CONFIDENCES, registry=registry
        )
        # Looking for one by its labels takes longer than counting.
        self._requests_of = cache(requests.labels)
        self._seconds_of = cache(seconds.labels)
        self._routes: dict[str, str] = {}
        self._inferred = digits.labels("v2")
        self._read = digits.labels("v1")

    def know(self, routes: Mapping[str, str]) -> None:
        """Take note of the routes of paths: what is refused before it comes to one of these paths is counted by it."""
        self._routes |= routes

    def route_of(self, scope: Scope) -> str:
        """Return the route that a request came to, or was to come to."""
        return getattr(scope.get("route"), "path", None) or self._routes.get(scope["path"], _ELSEWHERE)

    def begun(self) -> None:
        """Count a request that has come."""
        self._in_flight.inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._in_flight.dec()
        self._requests_of(route, status).inc()
        self._seconds_of(route).observe(seconds)

    def refused(self, why: str) -> None:
        """Count a request that was given up."""
        self._refused.labels(why).inc()

    def turned_away(self, status: int, count: int = 1) -> None:
        """Count connections that were ended before there was a request."""
        self._turned_away.labels(status).inc(count)

    def inferred(self, digits: int) -> None:
        """Count a batch of the Open Inference Protocol."""
        self._inferred.inc(digits)

    def read(self, confidences: Iterable[float]) -> None:
        """Count the digits of an image, each by its confidence."""
        for confidence in confidences:
            self._read.inc()
            self._confidence.observe(confidence)

    def exposed(self) -> bytes:
        """Return all counts of all workers, as Prometheus reads them."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        return generate_latest(registry)


class Measured:
    """An app whose requests are counted, by their route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and count it when that is done."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = LEFT  # where no answer begins

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.begun()
        began = time.perf_counter()
        try:
            await self._app(scope, receive, sending)
        finally:
            self._metrics.answered(self._metrics.route_of(scope), status, time.perf_counter() - began)
