"""However many bodies are sent at once, what is held of them is bounded."""

import re
import socket
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from running import HOST, eventually, everything, parsed, refused, serving

MEGABYTE = 2**20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def peak(server):
    """Return the most memory that a server had, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def upload(server, size, answers, head=b""):
    request = b"POST /sleep/0.3 HTTP/1.1\r\n" + HOST + head + b"connection: close\r\n"
    with server.connect() as connection:
        try:
            connection.sendall(request + f"content-length: {size}\r\n\r\n".encode())
            connection.sendall(bytes(size))
        except OSError:
            pass
        answers.append(parsed(everything(connection))[0])


def test_what_is_held_of_many_uploads_at_once_is_bounded(tmp_path):
    with serving(tmp_path, body_bytes=4 * MEGABYTE) as server:
        server.get("/")
        before, answers = peak(server), []
        uploads = [threading.Thread(target=upload, args=(server, 4 * MEGABYTE, answers)) for _ in range(60)]
        for thread in uploads:
            thread.start()
        for thread in uploads:
            thread.join()
        assert set(answers) <= {200, 503}
        assert answers.count(200) >= 4  # which there is room for, whatever comes beside them
        held = peak(server) - before
        assert held < 80 * MEGABYTE  # of 240, and copies: there is room for four


def test_what_is_held_of_answers_that_nobody_takes_is_bounded(tmp_path):
    with serving(tmp_path, body_bytes=4 * MEGABYTE, end_seconds=0) as server, ExitStack() as stack:
        server.get("/")
        before, statuses = peak(server), []
        for _ in range(40):
            connection = stack.enter_context(server.connect())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /large/4000000 HTTP/1.1\r\n" + HOST + b"\r\n")
            statuses.append(int(connection.recv(12)[9:]))
        assert set(statuses) == {200, 503}
        assert statuses.count(200) >= 4
        assert peak(server) - before < 80 * MEGABYTE  # of 160


def test_what_is_held_of_requests_that_wait_on_one_connection_is_bounded(tmp_path):
    with serving(tmp_path, end_seconds=0) as server, server.connect() as connection:
        server.get("/")
        before = peak(server)
        connection.settimeout(1)
        try:
            connection.sendall(b"GET /sleep/600 HTTP/1.1\r\n" + HOST + b"\r\n")
            connection.sendall(b"GET / HTTP/1.1\r\nhost:[::1]\r\n\r\n" * 150_000)
        except OSError:
            pass
        assert server.get("/")[0] == 200
        assert peak(server) - before < 4 * MEGABYTE


@contextmanager
def full(server):
    """Leave no room: as many bodies as there is room for are all there, and not answered."""
    with ExitStack() as slow:

        def is_full():
            head = f"content-length: {MEGABYTE}\r\n\r\n".encode()
            connection = slow.enter_context(server.connect())
            connection.sendall(b"POST /sleep/600 HTTP/1.1\r\n" + HOST + head + bytes(MEGABYTE))
            return server.answer(LARGE).startswith(b"HTTP/1.1 503")

        eventually(is_full)
        yield


LARGE = b"POST / HTTP/1.1\r\n" + HOST + b"connection: close\r\ncontent-length: 600000\r\n\r\n" + bytes(600_000)


def test_an_upload_for_which_there_is_no_room_is_refused_at_once(tmp_path):
    with (
        serving(tmp_path, body_bytes=MEGABYTE, body_seconds=600, stall_seconds=600, end_seconds=0) as server,
        full(server),
    ):
        answer = server.answer(LARGE)
        assert refused(answer) == 503
        assert b"\r\nretry-after: " in answer
        answers = []
        upload(server, 1000, answers)
        assert answers == [200]  # a small one needs no room


def test_room_comes_back_when_those_who_took_it_leave(tmp_path):
    with serving(tmp_path, body_bytes=MEGABYTE, body_seconds=1, end_seconds=0) as server, server.connections(8) as slow:
        for connection in slow:
            connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1048576\r\n\r\n" + bytes(900_000))
        statuses = sorted(parsed(everything(connection))[0] for connection in slow)
        assert set(statuses) == {408, 503}
        eventually(lambda: parsed(server.answer(LARGE))[0] == 200)


def test_uploads_that_only_announce_much_do_not_keep_others_out(tmp_path):
    with (
        serving(tmp_path, body_bytes=MEGABYTE, body_seconds=600, stall_seconds=600, end_seconds=0) as server,
        server.connections(40) as slow,
    ):
        for connection in slow:
            connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1048576\r\n\r\n" + bytes(70_000))
        began = time.monotonic()
        answers = []
        upload(server, MEGABYTE, answers)
        assert answers == [200]
        assert time.monotonic() - began < 300  # not after those have been given up
