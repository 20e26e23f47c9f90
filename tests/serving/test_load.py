"""The load that the server's benchmark comes from counts what is answered, and what is not."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from running import HOST, serving

LOAD = Path(__file__).parents[2] / "benchmarks" / "load.py"


def loaded(server, folder, request, **options):
    """Return what a load brings."""
    requests = folder / "requests"
    requests.mkdir(exist_ok=True)
    (requests / "0").write_bytes(request)
    given = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, str(LOAD), str(server.port), str(requests), *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def request(path, headers=b""):
    return f"GET {path} HTTP/1.1\r\n".encode() + HOST + headers + b"\r\n"


class Slow(BaseHTTPRequestHandler):
    """Answers after a twentieth of a second, and ends the connection."""

    def do_GET(self):
        time.sleep(0.05)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.send_header("connection", "close")
        self.end_headers()

    def log_message(self, *arguments):
        pass


class OneByOne(HTTPServer):
    """A server that takes connections one after the other, and lets many wait."""

    request_queue_size = 128


@contextmanager
def twenty_a_second():
    """Serve twenty requests a second, and no more."""
    with OneByOne(("127.0.0.1", 0), Slow) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield SimpleNamespace(port=server.server_port)
        finally:
            server.shutdown()
            serving.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("loaded")) as running:
        yield running


def test_in_a_closed_loop_each_connection_waits_for_its_answer(server, tmp_path):
    found = loaded(server, tmp_path, request("/sleep/0.05"), seconds=1, connections=4)
    assert 0 < found["rate"] <= 4 / 0.05
    assert list(found["statuses"]) == ["200"]
    assert found["statuses"]["200"]["p50"] >= 50


def test_in_an_open_loop_as_many_are_sent_as_are_due_however_long_they_take(server, tmp_path):
    found = loaded(server, tmp_path, request("/sleep/0.5"), seconds=1, rate=100)
    assert found["statuses"]["200"]["count"] == 100
    assert found["statuses"]["200"]["p50"] >= 500
    assert found["broken"] == found["unanswered"] == 0


def test_the_rate_of_an_open_loop_is_what_the_server_bears_and_not_what_it_still_answers_after_the_end(tmp_path):
    with twenty_a_second() as server:
        found = loaded(server, tmp_path, request("/"), seconds=2, rate=40)
    answered = found["statuses"]["200"]
    assert answered["rate"] == found["rate"] <= 21
    assert answered["count"] > found["rate"] * found["seconds"]


def test_large_answers_are_read_to_their_end(server, tmp_path):
    for options in ({"connections": 2}, {"rate": 20}):
        found = loaded(server, tmp_path, request("/large/1000000"), seconds=0.5, **options)
        assert list(found["statuses"]) == ["200"]
        assert found["broken"] == 0


def test_large_requests_are_sent_to_their_end_on_connections_that_are_kept(server, tmp_path):
    body = bytes(20_000_000)
    head = b"POST /unread HTTP/1.1\r\n" + HOST + f"content-length: {len(body)}\r\n\r\n".encode()
    found = loaded(server, tmp_path, head + body, seconds=2, rate=4)
    assert found["statuses"]["200"]["count"] == 8
    assert found["broken"] == found["unanswered"] == 0


def test_a_connection_that_ends_with_its_answer_is_followed_by_another(server, tmp_path):
    found = loaded(server, tmp_path, request("/", b"connection: close\r\n"), seconds=0.5, rate=100)
    assert found["statuses"]["200"]["count"] == 50
    assert found["broken"] == 0


def test_what_is_refused_is_counted_by_its_status(tmp_path):
    with serving(tmp_path, connections=2) as server:
        found = loaded(server, tmp_path, request("/sleep/1"), seconds=1, rate=20)
    assert found["statuses"]["200"]["count"] + found["statuses"]["503"]["count"] == 20
    assert found["statuses"]["503"]["count"] > 10


def test_connections_that_break_are_counted(tmp_path):
    with serving(tmp_path, workers=2) as server:
        found = loaded(server, tmp_path, request("/die"), seconds=0.1, rate=10)
    assert found["broken"] == 1
    assert not found["statuses"]
