"""Waiting until a server is ready."""

import http.client
import time
from http import HTTPStatus

from tendigits.cli.serve.addresses import reached_by

__all__ = ["wait_until_ready"]

_PAUSE = 0.05


def wait_until_ready(host: str, port: int) -> None:
    """Ask a server of this machine whether it is ready until it is."""
    while not _is_ready(host, port):
        time.sleep(_PAUSE)


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(reached_by(host), port, timeout=1)
    try:
        connection.request("GET", "/v2/health/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):  # nobody listens yet
        return False
    finally:
        connection.close()
