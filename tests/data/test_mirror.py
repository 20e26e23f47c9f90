"""One file from a web server, whatever the server does."""

import io
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest

from tendigits.data import mirror
from tendigits.data.mirror import download
from tendigits.errors import DataError


def test_body_is_what_the_server_sent(web) -> None:
    web.answers["/file"] = bytes(range(256)) * 1000
    assert download(f"{web.url}file") == bytes(range(256)) * 1000


def test_redirect_is_followed(web) -> None:
    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "/file")
        request.end_headers()

    web.answers |= {"/moved": elsewhere, "/file": b"here"}
    assert download(f"{web.url}moved") == b"here"


def test_proxy_of_the_environment_is_used(web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    web.answers["http://mirror.invalid/file"] = b"by proxy"
    assert download("http://mirror.invalid/file") == b"by proxy"


def test_status_is_named(web) -> None:
    with pytest.raises(DataError, match="HTTP status 404"):
        download(f"{web.url}nothing")


def test_host_without_a_name_is_named() -> None:
    with pytest.raises(DataError) as error:
        download("http://mirror.invalid/file")
    assert isinstance(error.value.__cause__.reason, socket.gaierror)
    assert str(error.value) == error.value.__cause__.reason.strerror  # the system's words, in its language


def test_closed_port_is_named() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(DataError, match="refused"):
        download(f"http://127.0.0.1:{port}/file")


def test_something_that_is_not_http_is_named_and_not_repeated(web) -> None:
    web.answers["/file"] = lambda request: request.wfile.write(b"\x1b[2J I am no web server\r\n\r\n")
    with pytest.raises(DataError, match=r"^not a proper HTTP answer \(BadStatusLine\)$"):
        download(f"{web.url}file")


def test_redirect_to_ftp_is_refused(web) -> None:
    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "ftp://127.0.0.1/file")
        request.end_headers()

    web.answers["/file"] = elsewhere
    with pytest.raises(DataError, match="unknown url type: ftp"):
        download(f"{web.url}file")


def test_server_that_never_answers_is_given_up(web, silence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "ANSWER_SECONDS", 0.2)
    web.answers["/file"] = silence
    with pytest.raises(DataError, match=r"no answer in 0\.2 s"):
        download(f"{web.url}file")


def test_answer_that_comes_too_late_is_dropped_quietly(web, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        request.send_response(200)
        request.end_headers()

    monkeypatch.setattr(mirror, "ANSWER_SECONDS", 0.1)
    web.answers["/file"] = late
    before = set(threading.enumerate())
    with pytest.raises(DataError, match="no answer"):
        download(f"{web.url}file")
    for thread in set(threading.enumerate()) - before:
        thread.join(5)  # a socket that it leaves open is a warning, and so an error


def test_body_that_stalls_is_given_up(web, silence, monkeypatch: pytest.MonkeyPatch) -> None:
    def stall(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"a start")
        silence(request)

    monkeypatch.setattr(mirror, "SILENCE_SECONDS", 0.2)
    web.answers["/file"] = stall
    with pytest.raises(DataError, match="timed out"):
        download(f"{web.url}file")


def test_body_that_drips_is_given_up(web, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b".")
            time.sleep(0.02)

    monkeypatch.setattr(mirror, "GRACE_SECONDS", 0.2)
    web.answers["/file"] = drip
    with pytest.raises(DataError, match="too slow"):
        download(f"{web.url}file")


def test_body_that_is_cut_short_is_refused(web) -> None:
    def half(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(bytes(500))

    web.answers["/file"] = half
    with pytest.raises(DataError, match="the connection closed after 500 of 1,000 bytes"):
        download(f"{web.url}file")


def test_connection_that_is_reset_is_named(web) -> None:
    def reset(request: BaseHTTPRequestHandler) -> None:
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    web.answers["/file"] = reset
    with pytest.raises(DataError, match=r"reset|closed|HTTP answer|aborted"):
        download(f"{web.url}file")


def test_body_without_end_is_refused(web, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(bytes(2**16))

    monkeypatch.setattr(mirror, "MAX_DOWNLOAD_BYTES", 2**20)
    web.answers["/file"] = endless
    with pytest.raises(DataError, match="more than 1,048,576 bytes"):
        download(f"{web.url}file")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bar_is_shown_on_a_terminal(web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.answers["/file.npz"] = bytes(10**6)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", Terminal())
    download(f"{web.url}file.npz")
    import sys

    assert "file.npz" in sys.stderr.getvalue()
    assert "1.0/1.0 MB" in sys.stderr.getvalue()


def test_nothing_is_shown_elsewhere(web, capsys: pytest.CaptureFixture[str]) -> None:
    web.answers["/file"] = b"content"
    download(f"{web.url}file")
    assert capsys.readouterr() == ("", "")
