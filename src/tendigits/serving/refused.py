"""What is not answered as it was asked: a status code and a sentence, as JSON."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

__all__ = ["Refused", "answer_errors"]

_SENTENCES = {
    404: "there is nothing at this address; what there is stands on the page /docs",
    405: "this address does not answer to this method; which it answers to is in the header Allow",
}


class Refused(Exception):  # noqa: N818 - nothing failed: it is an answer
    """A request is not answered as it was asked.

    Args:
        status: the HTTP status code.
        sentence: what was wrong, and what to do.
        headers: that go with it.

    """

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers

    def response(self) -> JSONResponse:
        """Return the answer that says so."""
        return JSONResponse({"error": str(self)}, self.status, self.headers)


def answer_errors(app: FastAPI) -> None:
    """Make an app answer everything that goes wrong as JSON."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(Exception, _failed)


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refused)  # noqa: S101 - registered for no other
    return refusal.response()


async def _not_served(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for no other
    sentence = _SENTENCES.get(error.status_code, error.detail)
    return Refused(error.status_code, sentence, error.headers).response()


async def _misunderstood(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for no other
    reasons = (f"{'.'.join(map(str, reason['loc'][1:]))}: {reason['msg']}" for reason in error.errors())
    return Refused(422, "; ".join(reasons)).response()


async def _failed(_request: Request, _error: Exception) -> JSONResponse:
    """Answer an error that nobody thought of; it is raised again behind the answer, and for the server to log."""
    return Refused(500, "this server failed to answer, and not through the request's fault; try again").response()
