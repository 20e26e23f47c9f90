"""One file from a web server that may be slow, silent, broken or hostile."""

import queue
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.request import OpenerDirector, Request

from tendigits.data.notes import download_bar
from tendigits.errors import DataError

ANSWER_SECONDS = 5.0
"""Until the status line: looking the name up, connecting, and TLS included."""

SILENCE_SECONDS = 5.0
"""Between two packets of the body."""

MAX_DOWNLOAD_BYTES = 64 * 2**20
"""The most that one file may send, or hold when it is unpacked: the largest of any known set holds 47 MB."""

GRACE_SECONDS = 10.0
"""After which the body must have come at 20 kB/s on average: some 10 minutes for MNIST."""

_SLOWEST_BYTES_PER_SECOND = 20_000
_CHUNK = 2**16

_HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.UnknownHandler,
)
"""urllib's own, without those that would follow a redirect to FTP."""


def download(url: str) -> bytearray:
    """Fetch the body of ``url``, through the proxies that the environment names.

    Raises:
        DataError: no answer in time, any status but 200, or a body that stalls, is cut short or is too large.

    """
    with _network_errors(), _answer(url) as response:
        return _body(response, url.rpartition("/")[2])


@contextmanager
def _network_errors() -> Iterator[None]:
    """Put what urllib raises into words; what a server made up, as its status line, is not repeated on the terminal."""
    try:
        yield
    except HTTPError as error:
        error.close()
        raise DataError(f"HTTP status {error.code}") from error
    except URLError as error:
        raise DataError(f"{getattr(error.reason, 'strerror', None) or error.reason}") from error
    except HTTPException as error:
        raise DataError(f"not a proper HTTP answer ({type(error).__name__})") from error
    except (OSError, ValueError) as error:  # ValueError: a proxy's or a redirect's address that is none
        raise DataError(f"{error}") from error


def _answer(url: str) -> HTTPResponse:
    """Return the response, its body still to come, or raise TimeoutError.

    A thread of its own asks, and is left behind when it is late: urllib's time-out starts anew for each of a host's
    addresses, and does not cover looking them up.
    """
    answers: queue.SimpleQueue[HTTPResponse | Exception] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(url, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"no answer in {ANSWER_SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask(url: str, answers: "queue.SimpleQueue[HTTPResponse | Exception]") -> None:
    opener = OpenerDirector()
    for handler in _HANDLERS:
        opener.add_handler(handler())
    try:
        request = Request(url, headers={"User-Agent": "tendigits"})  # noqa: S310 - our own https addresses
        answers.put(opener.open(request, timeout=SILENCE_SECONDS))
    except (OSError, HTTPException, ValueError) as error:
        answers.put(error)


def _body(response: HTTPResponse, title: str) -> bytearray:
    announced = response.length
    body = bytearray()
    began = time.monotonic()
    with download_bar(title, announced) as advance:
        while chunk := response.read1(_CHUNK):
            body += chunk
            advance(len(chunk))
            _refuse_large(len(body))
            _refuse_slow(len(body), time.monotonic() - began)
    if announced is not None and len(body) != announced:
        raise DataError(f"the connection closed after {len(body):,} of {announced:,} bytes")
    return body


def _refuse_large(received: int) -> None:
    if received > MAX_DOWNLOAD_BYTES:
        raise DataError(f"sends more than {MAX_DOWNLOAD_BYTES:,} bytes")


def _refuse_slow(received: int, seconds: float) -> None:
    if seconds > GRACE_SECONDS and received < seconds * _SLOWEST_BYTES_PER_SECOND:
        raise DataError(f"too slow: {received:,} bytes in {seconds:.0f} s")
