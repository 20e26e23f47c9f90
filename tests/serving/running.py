"""A server that really runs, in processes of its own, and clients that are less polite than a library's."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tendigits.serving.settings import Limits, Settings

__all__ = ["HOST", "Running", "serving"]

HOST = b"host: 127.0.0.1\r\n"

PROGRAM = """
import sys
import echo_app
from pathlib import Path, PosixPath, WindowsPath
from tendigits.errors import TendigitsError
from tendigits.serving.server import run
from tendigits.serving.settings import Limits, Settings

try:
    run({settings!r}, create_app=echo_app.{app}, started=lambda address: print(address, flush=True))
except TendigitsError as error:
    sys.exit(f"tendigits: {{error}}")
except KeyboardInterrupt:
    sys.exit(130)
"""

PATIENCE = 60
"""Seconds that anything may take on a busy machine."""


class Running:
    """A server, its port, and what it writes."""

    def __init__(self, process, port, log):
        self.process, self.port, self._log = process, port, log

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @contextmanager
    def connections(self, count):
        with ExitStack() as stack:
            yield [stack.enter_context(self.connect()) for _ in range(count)]

    def answer(self, request):
        """Send bytes on a connection of their own, and return all that comes back."""
        with self.connect() as connection:
            connection.sendall(request)
            return everything(connection)

    def get(self, path, headers=b""):
        """Return the status and the body of an answer, which ends its connection."""
        request = f"GET {path} HTTP/1.1\r\n".encode() + HOST + headers + b"connection: close\r\n\r\n"
        return parsed(self.answer(request))

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def log(self):
        """Return the lines of its log."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]


def everything(connection):
    parts = []
    while True:
        try:
            part = connection.recv(2**16)
        except ConnectionResetError:
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)


def parsed(answer):
    """Return the status and the body of an answer that ends its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def refused(answer):
    """Return the status of a refusal, which is JSON that says why and ends its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head
    assert b"connection: close" in head.lower()
    assert json.loads(body)["error"]
    return int(head.split()[1])


def environment(**more):
    places = [Path(__file__).parent, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places))} | more


@contextmanager
def serving(folder, app="create_echo", *, environment_variables=None, workers=1, host="127.0.0.1", **limits):
    """Run a server on a free port, with these limits, until the block is left."""
    settings = Settings(host=host, port=0, workers=workers, limits=replace(Limits(drain_seconds=0.1), **limits))
    log = folder / "log"
    with (
        log.open("w") as lines,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(settings=settings, app=app)],
            stdout=subprocess.PIPE,
            stderr=lines,
            text=True,
            env=environment(**(environment_variables or {})),
        ) as process,
    ):
        try:
            address = process.stdout.readline()
            assert address, log.read_text()
            yield Running(process, int(address.rsplit(":", 1)[1]), log)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


def eventually(condition):
    """Wait for something to become true."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
