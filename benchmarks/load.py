"""Load for a server, from one process: prints what came back as one line of JSON. `serving.py` runs it.

    python benchmarks/load.py PORT FOLDER --seconds 2 --connections 8      # closed loop: each waits for its answer
    python benchmarks/load.py PORT FOLDER --seconds 60 --rate 200          # open loop: so many a second, come what may

FOLDER has requests, a file each, head and body as they are sent; they go out in turn. In the open loop a request's time
runs from when it was due, so that a server which holds its clients up does not look faster for it. Each request has a
connection that is idle, or else a new one.

Bytes that are ready are sent and as little as can be is parsed: on two cores a client's library would take longer than
the server that is measured.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

try:
    from uvloop import run
except ImportError:  # on Windows
    run = asyncio.run

WARM_UP = 0.3
"""Seconds of a closed loop that are not counted."""

PATIENCE = 10.0
"""Seconds for which answers are waited for at the end of an open loop."""


class Answers:
    """What came back.

    Attributes:
        seconds: of each answer, by its status.
        broken: connections that ended before their answer was whole.

    """

    def __init__(self) -> None:
        self.seconds: dict[int, list[float]] = {}
        self.broken = 0

    def add(self, status: int, seconds: float) -> None:
        self.seconds.setdefault(status, []).append(seconds)

    def summary(self, seconds: float) -> dict[str, Any]:
        """Return the rate of what was answered with 200, and how long each kind of answer took, in milliseconds."""
        return {
            "rate": len(self.seconds.get(200, ())) / seconds,
            "broken": self.broken,
            "statuses": {str(status): times(found) for status, found in sorted(self.seconds.items())},
        }


def times(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(1000 * each for each in seconds)
    count = len(ordered)
    return {"count": count, "p50": ordered[count // 2], "p99": ordered[count * 99 // 100], "max": ordered[-1]}


class Client(asyncio.Protocol):
    """One connection, with at most one request on its way.

    Args:
        done: called with the client, the status and since when the answer was due; None for the status of an answer
            that did not come.

    """

    def __init__(self, done: Callable[["Client", int | None, float], None]) -> None:
        self._done = done
        self._received = bytearray()
        self._length = 0  # of the whole answer; 0 until its head is there
        self._due: float | None = None
        self.open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._length:
            self._read_head()
        if self._length and len(self._received) >= self._length:
            self._answered()

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        _, named, length = head.partition(b"\r\ncontent-length:")
        if not named:
            raise ValueError(f"an answer does not say how long it is: {head!r}")
        self._length = end + 4 + int(length.partition(b"\r\n")[0])
        self._closes = b"\r\nconnection: close" in head

    def _answered(self) -> None:
        due, status = self._due, int(self._received[9:12])
        self._due, self._length = None, 0
        self._received.clear()
        if self._closes:
            self.open = False
            self.transport.close()
        if due is not None:  # a server may also refuse a connection on which nothing was asked yet
            self._done(self, status, due)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._due is not None:
            due, self._due = self._due, None
            self._done(self, None, due)


async def closed(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Keep so many requests on their way, each on a connection of its own."""
    loop, answers, following = asyncio.get_running_loop(), Answers(), cycle(requests)
    began = time.perf_counter() + WARM_UP
    end = began + seconds
    failed = loop.create_future()

    def done(client: Client, status: int | None, due: float) -> None:
        now = time.perf_counter()
        if not client.open:
            if not failed.done():
                failed.set_exception(ConnectionError(f"the server ended a connection, with status {status}"))
        elif now < end:
            if due >= began:
                answers.add(status or 0, now - due)
            client.send(next(following), now)

    for _ in range(connections):
        _, client = await loop.create_connection(lambda: Client(done), "127.0.0.1", port)
        client.send(next(following), time.perf_counter())
    await asyncio.wait([failed], timeout=end - time.perf_counter())
    if failed.done():
        failed.result()
    return answers.summary(seconds)


class OpenLoop:
    """Requests that are sent when they are due, whether or not those before have been answered."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self._port = port
        self._following = cycle(requests)
        self._idle: list[Client] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self.waiting = 0
        self.answers = Answers()

    def begin(self, due: float) -> None:
        """Begin a request that is due; sending may take a connection that must be made first."""
        self.waiting += 1
        while self._idle:
            client = self._idle.pop()
            if client.open:
                client.send(next(self._following), due)
                return
        task = asyncio.get_running_loop().create_task(self._connect(due))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _connect(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, client = await loop.create_connection(lambda: Client(self._done), "127.0.0.1", self._port)
        except OSError:
            self.waiting -= 1
            self.answers.broken += 1
            return
        client.send(next(self._following), due)

    def _done(self, client: Client, status: int | None, due: float) -> None:
        self.waiting -= 1
        if status is None:
            self.answers.broken += 1
            return
        self.answers.add(status, time.perf_counter() - due)
        if client.open:
            self._idle.append(client)


async def opened(port: int, requests: list[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Send so many requests a second."""
    load, began = OpenLoop(port, requests), time.perf_counter()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))  # at least once round: answers are taken also when late
        load.begin(due)
    late = time.perf_counter() - began - seconds
    until = time.perf_counter() + PATIENCE
    while load.waiting and time.perf_counter() < until:  # noqa: ASYNC110 - thousands of answers set no event each
        await asyncio.sleep(0.01)
    return load.answers.summary(seconds) | {"unanswered": load.waiting, "late": late}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--rate", type=float)
    options = parser.parse_args()
    requests = [path.read_bytes() for path in sorted(options.folder.iterdir())]
    if options.rate is None:
        found = run(closed(options.port, requests, options.connections, options.seconds))
    else:
        found = run(opened(options.port, requests, options.rate, options.seconds))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
