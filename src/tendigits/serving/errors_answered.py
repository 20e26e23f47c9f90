"""What the framework and the routes refuse, answered: a status code and a sentence, as JSON."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tendigits.serving.refusal import Refused

__all__ = ["answer_errors"]

_SENTENCES = {
    404: "there is nothing at this address; what there is stands on the page /docs",
    405: "this address does not answer to this method; which it answers to is in the header Allow",
}


def answer_errors(app: FastAPI) -> None:
    """Make an app answer all that it refuses as JSON; what fails, its guard answers."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(RequestValidationError, _misunderstood)


async def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)  # noqa: S101 - registered for no other
    return refusal.response()


async def _not_served(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for no other
    sentence = _SENTENCES.get(error.status_code, error.detail)
    return Refused(error.status_code, sentence, error.headers).response()


async def _misunderstood(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for no other
    reasons = (f"{'.'.join(map(str, reason['loc'][1:]))}: {reason['msg']}" for reason in error.errors())
    return Refused(422, "; ".join(reasons)).response()
