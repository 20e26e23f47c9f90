"""``tendigits serve`` as users run it: the app that reads, in a process of its own, up to its end."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
from api_server import infer_body, png_of
from running import PATIENCE, eventually

from tendigits.data.normalization import normalize
from tendigits.serving.samples import DIGITS, drawn
from tendigits.serving.settings import Limits


class Served:
    """A process, its port, and all that it has written."""

    def __init__(self, process, port, log):
        self.process, self.port, self.log = process, port, log

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method, path, *sent):
        """Return the status, the headers and the body of an answer to a request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, path, *sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@contextmanager
def serve(folder, *arguments):
    log = folder / "log"
    command = [sys.executable, "-X", "importtime", "-m", "tendigits", "serve", "--port", "0", *arguments]

    def port():
        assert process.poll() is None, log.read_text()
        return re.search(r"^tendigits: http://[^:]+:(\d+)$", log.read_text(), re.MULTILINE)

    with log.open("w") as lines, subprocess.Popen(command, stderr=lines) as process:
        try:
            eventually(port)
            yield Served(process, int(port()[1]), log)
        finally:
            process.kill()


class Asking(threading.Thread):
    """Asks on and on, over connections kept as long as the server likes, until the port is closed."""

    def __init__(self, server, path, body, headers, is_right):
        super().__init__()
        self.server, self.sent, self.is_right = server, ("POST", path, body, headers), is_right
        self.answered, self.lost = 0, None

    def run(self):
        while self.lost is None:
            connection = self.server.connect()
            try:
                connection.connect()
            except OSError:
                return  # nobody is let in any more, and nothing was sent
            self.ask(connection)
            connection.close()

    def ask(self, connection):
        while True:
            try:
                connection.request(*self.sent)
                answer = connection.getresponse()
                closes, body = answer.will_close, answer.read()
                assert answer.status == 200, body
                assert self.is_right(body)
            except (OSError, AssertionError, http.client.HTTPException) as error:
                self.lost = error
                return
            self.answered += 1
            if closes:
                return


def reading(digit):
    """Return a request to read a drawing, and what says whether the answer to it is right."""
    kind = {"content-type": "image/png"}
    return "/v1/read?single=true", png_of(drawn(digit)), kind, lambda body: says(body, digit)


def says(body, digit):
    return [reading["text"] for reading in json.loads(body)["readings"]] == [str(digit)]


def inferring():
    images = np.stack([normalize(255 - drawn(digit)[..., 0]) for digit in DIGITS])
    body, headers = infer_body(images, [{"name": "labels"}])
    expected = list(DIGITS)
    return (
        "/v2/models/tendigits/infer",
        body,
        headers,
        lambda answer: json.loads(answer)["outputs"][0]["data"] == expected,
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_asked_to_stop_under_load_it_loses_no_request_says_so_and_ends(tmp_path, workers):
    with serve(tmp_path, "--workers", str(workers)) as server:
        asking = [Asking(server, *request) for request in (reading(3), reading(7), reading(4), *[inferring()] * 3)]
        for one in asking:
            one.start()
        eventually(lambda: all(one.answered >= 3 for one in asking))
        assert server.ask("GET", "/v2/health/ready")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        eventually(lambda: server.ask("GET", "/v2/health/ready")[0] == 503)  # while it still lets clients in
        limits = Limits()
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < limits.drain_seconds + limits.end_seconds
        for one in asking:
            one.join(PATIENCE)
        assert [one.lost for one in asking] == [None] * len(asking)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("served")) as running:
        yield running


def test_a_connection_is_kept_from_one_api_to_the_other(server):
    connection = server.connect()
    connection.connect()
    kept = connection.sock
    for path, body, headers, is_right in (reading(3), inferring(), reading(7)):
        connection.request("POST", path, body, headers)
        assert is_right(connection.getresponse().read())
    for path, status in (("/v1/model", 200), ("/nowhere", 404), ("/v1/read", 405)):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, connection.sock) == (status, kept)
    connection.close()


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/health/ready", "/v2", "/v1/model", "/metrics"])
def test_head_is_answered_as_get_is_without_a_body(server, path):
    status, headers, _ = server.ask("GET", path)
    without, same, body = server.ask("HEAD", path)
    assert (without, status, body) == (200, 200, b"")
    assert same["content-type"] == headers["content-type"]
    assert int(same["content-length"]) > 0


def test_after_head_the_connection_goes_on(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        head = b"HEAD /v2/health/live HTTP/1.1\r\nhost: localhost\r\n"
        connection.sendall(head + b"\r\n" + head + b"connection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(2**16), b""))
    assert answers.count(b"HTTP/1.1 200") == 2
    assert b"true" not in answers


def test_the_largest_bodies_are_bounded(server):
    status, _, body = server.ask("POST", "/v1/read", bytes(Limits().body_bytes + 1), {"content-type": "image/png"})
    assert status == 413
    assert "33,554,432 bytes" in json.loads(body)["error"]


HEAVY = {"keras", "jax", "jaxlib", "tensorflow", "torch", "pandas", "matplotlib", "sklearn", "onnx", "onnxruntime"}


def test_the_process_imports_nothing_that_trains_or_plots(tmp_path):
    """Python itself says what it imports, to the end, also what is forgotten again."""
    with serve(tmp_path) as server:
        for path, body, headers, is_right in (reading(3), inferring()):
            assert is_right(server.ask("POST", path, body, headers)[2])
        server.process.terminate()
        server.process.wait(PATIENCE)
        imported = re.findall(r"^import time:[^|]*\|[^|]*\|\s*(\S+)$", server.log.read_text(), re.MULTILINE)
    roots = {name.partition(".")[0] for name in imported}
    assert {"tendigits", "numpy", "cv2", "fastapi"} <= roots
    assert not roots & HEAVY


@pytest.mark.parametrize("asked", ["bytes=9-1", "x", "bytes=99999999-"])
def test_files_are_sent_whole_whatever_part_is_asked_for(server, asked):
    status, headers, body = server.ask("GET", "/docs/files/swagger-ui.css", None, {"range": asked})
    assert status == 200
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert b"swagger" in body


def test_nothing_but_the_log_is_written_of_a_damaged_form(server):
    def written():
        return [line for line in server.log.read_text().splitlines() if not line.startswith("import time:")]

    before = len(written())
    kind = {"content-type": "multipart/form-data; boundary=limit"}
    assert server.ask("POST", "/v1/read", b"--lixit\r\nsecret", kind)[0] == 400
    eventually(lambda: len(written()) > before)
    assert [json.loads(line)["path"] for line in written()[before:]] == ["/v1/read"]
