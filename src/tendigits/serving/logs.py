"""The log: one JSON object a line on standard error.

A request gets a line when it was refused or failed. Those that went well are counted and timed by ``/metrics``, at a
tenth of what a line costs, and a person who tries the server out is not flooded; with ``TENDIGITS_LOG_LEVEL=INFO`` each
gets one. No line has anything of what a user sent but the method and the path: no query, no body, no name of a file, no
address.
"""

import json
import logging
import os
from datetime import UTC, datetime
from http import HTTPStatus

from tendigits.errors import ServingError

__all__ = ["LEFT", "LOGGER", "configure_logs", "log_refusal", "log_request"]

LOGGER = logging.getLogger("tendigits.serving")

LEFT = 499
"""The status, of nginx's making, of a request whose client did not wait for the answer."""

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_PATH = 200
"""Characters of a path that a line has at most."""


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname, "process": record.process, "message": record.getMessage()}
        line |= getattr(record, "request", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure_logs() -> None:
    """Have this process's server write its log.

    Raises:
        ServingError: ``TENDIGITS_LOG_LEVEL`` is no level.

    """
    level = os.environ.get("TENDIGITS_LOG_LEVEL", "WARNING").upper()
    if level not in _LEVELS:
        raise ServingError(f"TENDIGITS_LOG_LEVEL is {level}, and can be {', '.join(_LEVELS)}")
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    for logger in (LOGGER, logging.getLogger("uvicorn"), logging.getLogger("asyncio")):
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger("python_multipart").setLevel("CRITICAL")  # it tells of what a body has in it
    LOGGER.setLevel(level)
    logging.getLogger("uvicorn").setLevel("WARNING")  # what it says of its own accord we say better


def log_request(
    status: int, *, request: str, method: str, path: str, milliseconds: float, received: int, sent: int
) -> None:
    """Write the line of one request.

    Args:
        status: of the answer, or :data:`LEFT`.
        request: its id, which the answer has in ``X-Request-ID``.
        method: as it was asked.
        path: the route's template, or what was asked for where there is no such route; without the query.
        milliseconds: from its head to the end of its answer.
        received: bytes of its body.
        sent: bytes of the answer's body.

    """
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        level = logging.ERROR
    else:
        level = logging.INFO if status < HTTPStatus.BAD_REQUEST or status == LEFT else logging.WARNING
    if LOGGER.isEnabledFor(level):
        fields = {
            "request": request,
            "method": method,
            "path": path[:_PATH],
            "status": status,
            "milliseconds": round(milliseconds, 3),
            "bytes_in": received,
            "bytes_out": sent,
        }
        LOGGER.log(level, "request", extra={"request": fields})


def log_refusal(status: int, sentence: str) -> None:
    """Write the line of something that was answered before it was a request."""
    LOGGER.warning(sentence, extra={"request": {"status": status}})
