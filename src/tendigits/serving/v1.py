"""The API that reads images: ``/v1``."""

import json
from dataclasses import dataclass
from reprlib import repr as quoted
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from tendigits.errors import LengthError
from tendigits.reading.length import parse_length
from tendigits.serving import schemas
from tendigits.serving.comparison import FourAnswers
from tendigits.serving.description import image_body
from tendigits.serving.engine import Engine
from tendigits.serving.facts import facts
from tendigits.serving.images import Images
from tendigits.serving.metrics import Metrics
from tendigits.serving.readings import ReadQuery, parse_include, readings
from tendigits.serving.refusal import Refused
from tendigits.serving.route import add_head
from tendigits.serving.settings import Settings
from tendigits.serving.wanted import while_wanted

__all__ = ["add_reading"]

_TAG = "Reading"
_ASKED = ("single", "length", "min_confidence", "include")
_WRONG = (400, 413, 415, 422, 503, 504)


def add_reading(app: FastAPI, engine: Engine, metrics: Metrics, settings: Settings) -> None:
    """Add the routes to an app."""
    v1 = _V1(engine, metrics, settings)
    for path, endpoint, answered, body in (
        ("/v1/read", v1.read, schemas.Readings, image_body(several=True)),
        ("/v1/compare", v1.compare, schemas.FourAnswers, image_body(several=False)),
    ):
        app.add_api_route(
            path,
            endpoint,
            methods=["POST"],
            response_model=answered,
            responses=schemas.errors(*_WRONG),
            openapi_extra={"requestBody": body},
            tags=[_TAG],
        )
    app.add_api_route("/v1/model", v1.model, response_model=schemas.ModelFacts, tags=[_TAG])
    add_head(app, "/v1/model", v1.model)


class _V1:
    """What is answered under ``/v1``."""

    def __init__(self, engine: Engine, metrics: Metrics, settings: Settings) -> None:
        self._engine = engine
        self._metrics = metrics
        self._limits = settings.limits
        self._four_answers = FourAnswers(engine.model)
        self._facts = facts(engine.model, settings.model)

    async def read(
        self,
        request: Request,
        single: Annotated[bool, Query(description="Each image is one digit.")] = False,  # noqa: FBT002 - a parameter
        length: Annotated[str | None, Query(description="How many digits there are: 4, or 4-6.")] = None,
        min_confidence: Annotated[
            float | None, Query(ge=0, le=1, description="A digit that is less sure is shown as ?.")
        ] = None,
        include: Annotated[
            str, Query(description="What to show of each digit, with commas: alternatives, glyphs, saliency.")
        ] = "",
    ) -> Response:
        """Read handwritten digits in photos, scans and drawings, as `tendigits read --json` does."""
        _check_parameters(request, _ASKED)
        query = ReadQuery(single, _length(length, single=single), min_confidence, parse_include(include))
        images = await self._images(request)
        pages = map(_Written.of, readings(self._engine.model, images, query, self._limits))
        found = await while_wanted(request.receive, self._engine.run(pages))
        self._metrics.read(confidence for page in found for confidence in page.confidences)
        content = b'{"readings":[' + b",".join(page.content for page in found) + b"]}"
        return Response(content, media_type="application/json")

    async def compare(self, request: Request) -> JSONResponse:
        """Show one digit to two networks, the tutorial's and the robust one, in two forms each.

        Shrunk is what a beginner makes of an image: all of it grey, ink bright, and resized to 28x28. Normalised is
        what reading makes of the ink in it, which is MNIST's own form.
        """
        _check_parameters(request, ())
        images = await self._images(request)
        cells = await while_wanted(request.receive, self._engine.run(self._four_answers.cells(images)))
        return JSONResponse({"cells": cells})

    async def _images(self, request: Request) -> Images:
        self._engine.check()
        return await Images.of(request, self._limits)

    async def model(self) -> dict[str, Any]:
        """Say what is known of the model."""
        return self._facts


@dataclass(frozen=True)
class _Written:
    """A reading as it is sent: JSON is written in the thread that reads, and the event loop need not wait for it."""

    content: bytes
    confidences: tuple[float, ...]

    @classmethod
    def of(cls, reading: dict[str, Any]) -> "_Written":
        content = json.dumps(reading, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return cls(content.encode(), tuple(digit["confidence"] for digit in reading.get("digits", ())))


def _check_parameters(request: Request, known: tuple[str, ...]) -> None:
    """Refuse parameters that there are not, or that are given twice: they would be passed over without a word."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            there_are = f"there are {', '.join(known)}" if known else "there are none here"
            raise Refused(422, f"there is no parameter {quoted(name)}; {there_are}")
        if given.count(name) > 1:
            raise Refused(422, f"{name}: it is given {given.count(name)} times; give it once")


def _length(length: str | None, *, single: bool) -> tuple[int, int] | None:
    if length is None:
        return None
    if single:
        raise Refused(422, "length: single is one digit; leave one of the two out")
    try:
        return parse_length(length)
    except LengthError as error:
        raise Refused(422, f"length: {error}") from error
