"""However many bodies are sent at once, what is held of them is bounded."""

import re
import sys
import threading
from pathlib import Path

import pytest
from running import HOST, everything, parsed, serving

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


def test_many_uploads_at_once_wait_for_room(tmp_path):
    with serving(tmp_path, body_bytes=4 * MEGABYTE) as server:
        server.get("/")
        before, answers = peak(server), []
        uploads = [threading.Thread(target=upload, args=(server, 4 * MEGABYTE, answers)) for _ in range(60)]
        for thread in uploads:
            thread.start()
        for thread in uploads:
            thread.join()
        assert answers == [200] * 60
        held = peak(server) - before
        assert held < 80 * MEGABYTE  # of 240, and copies: there is room for 16


def test_an_upload_for_which_there_is_never_room_is_refused(tmp_path):
    with serving(tmp_path, body_bytes=MEGABYTE, body_seconds=2, end_seconds=0) as server, server.connections(4) as slow:
        for connection in slow:
            connection.sendall(
                b"POST /sleep/600 HTTP/1.1\r\n" + HOST + b"content-length: 1048576\r\n\r\n" + bytes(MEGABYTE)
            )
        answers = []
        upload(server, MEGABYTE, answers)
        assert answers == [503]
        assert server.get("/")[0] == 200


def test_small_bodies_do_not_wait_for_large_ones(tmp_path):
    with (
        serving(tmp_path, body_bytes=MEGABYTE, body_seconds=60, end_seconds=0) as server,
        server.connections(4) as slow,
    ):
        for connection in slow:
            connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1048576\r\n\r\n" + bytes(1000))
        answers = []
        upload(server, 1000, answers)
        assert answers == [200]
