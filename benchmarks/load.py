"""Load for a server, from one process: prints what came back as one line of JSON. `serving.py` runs it.

    python benchmarks/load.py PORT FOLDER --seconds 2 --connections 8      # closed loop: each waits for its answer
    python benchmarks/load.py PORT FOLDER --seconds 60 --rate 200          # open loop: so many a second, come what may

FOLDER has requests, a file each, head and body as they are sent; they go out in turn. In the open loop a request's time
runs from when it was due, so that a server which holds its clients up does not look faster for it; its rates are of
what has been answered when all is sent and the seconds are over. Each request has a connection that is idle, or else a
new one.

Bytes that are ready are sent and as little as can be is parsed: on two cores a client's library would take longer than
the server that is measured.
"""

import argparse
import asyncio
import json
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

try:
    from uvloop import run
except ImportError:  # on Windows
    run = asyncio.run

WARM_UP = 0.3
"""Seconds of a closed loop that are not counted."""

AT_ONCE = 32
"""Requests of an open loop that are begun before answers are taken again."""

PATIENCE = 10.0
"""Seconds for which answers are waited for after the end of an open loop, for their times and not for its rates."""


class Answers:
    """What came back.

    Attributes:
        seconds: of each answer, by its status.
        broken: connections that ended before their answer was whole.

    """

    def __init__(self) -> None:
        self.seconds: dict[int, list[float]] = {}
        self.broken = 0
        self._rates: dict[int, float] = {}
        self._took = 0.0

    def add(self, status: int, seconds: float) -> None:
        self.seconds.setdefault(status, []).append(seconds)

    def end(self, took: float) -> None:
        """Take the rates of what has come in so many seconds; they do not count what still comes."""
        self._rates = {status: len(found) / took for status, found in self.seconds.items()}
        self._took = took

    def summary(self) -> dict[str, Any]:
        """Return the rate of what was answered with 200, and of each kind its rate, and its times in milliseconds."""
        return {
            "rate": self._rates.get(200, 0.0),
            "seconds": self._took,
            "broken": self.broken,
            "statuses": {
                str(status): {"rate": self._rates.get(status, 0.0)} | times(found)
                for status, found in sorted(self.seconds.items())
            },
        }


def times(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(1000 * each for each in seconds)
    count = len(ordered)
    return {"count": count, "p50": ordered[count // 2], "p99": ordered[count * 99 // 100], "max": ordered[-1]}


class Answer:
    """An answer as it comes.

    Attributes:
        closes: whether it is its connection's last, once its head is there.

    """

    def __init__(self) -> None:
        self._received = bytearray()
        self._length = 0  # of all of it; 0 until its head is there
        self.closes = False

    def status(self, data: bytes) -> int | None:
        """Take what has come, and return the status when it is whole."""
        self._received += data
        if not self._length:
            self._read_head()
        if not self._length or len(self._received) < self._length:
            return None
        status = int(self._received[9:12])
        self._received.clear()
        self._length = 0
        return status

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        _, named, length = head.partition(b"\r\ncontent-length:")
        if not named:
            raise ValueError(f"an answer does not say how long it is: {head!r}")
        self._length = end + 4 + int(length.partition(b"\r\n")[0])
        self.closes = b"\r\nconnection: close" in head


class Client(asyncio.Protocol):
    """A connection of the closed loop, with one request on its way.

    Args:
        answered: called with the client, the status and since when the answer was waited for.
        lost: called where no answer can come any more.

    """

    def __init__(self, answered: Callable[["Client", int, float], None], lost: Callable[[str], None]) -> None:
        self._answered, self._lost = answered, lost
        self._answer = Answer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self, request: bytes, now: float) -> None:
        self._since = now
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        status = self._answer.status(data)
        if status is None:
            return
        if self._answer.closes:
            self._lost(f"the server ended a connection, with status {status}")
        self._answered(self, status, self._since)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(f"a connection broke: {exc}")


async def closed(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Keep so many requests on their way, each on a connection of its own."""
    loop, answers, following = asyncio.get_running_loop(), Answers(), cycle(requests)
    began = time.perf_counter() + WARM_UP
    end = began + seconds
    failed = loop.create_future()

    def lost(why: str) -> None:
        if not failed.done():
            failed.set_exception(ConnectionError(why))

    def answered(client: Client, status: int, since: float) -> None:
        now = time.perf_counter()
        if now < end:
            if now >= began:
                answers.add(status, now - since)
            client.send(next(following), now)

    for _ in range(connections):
        _, client = await loop.create_connection(lambda: Client(answered, lost), "127.0.0.1", port)
        client.send(next(following), time.perf_counter())
    await asyncio.wait([failed], timeout=end - time.perf_counter())
    if failed.done():
        failed.result()
    answers.end(seconds)
    return answers.summary()


class Caller:
    """A connection of the open loop, with at most one request on its way.

    Args:
        port: of the server.

    """

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)  # noqa: FBT003 - the standard library's
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", port))
        self.answer = Answer()
        self._unsent = memoryview(b"")
        self.due = 0.0

    def send(self, request: bytes, due: float) -> None:
        """Send a request that is due, or as much of it as goes out."""
        self._unsent, self.due = memoryview(request), due
        self.send_more()

    def send_more(self) -> bool:
        """Send what is left, and return whether that is all of it."""
        with suppress(OSError):  # it is not connected yet, or no more: that is seen when it is read
            self._unsent = self._unsent[self.socket.send(self._unsent) :]
        return not self._unsent


class OpenLoop:
    """Requests that are sent when they are due, whether or not those before have been answered.

    On bare sockets: an event loop's take so long to be made that a server's refusals would wait for their client.
    """

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self._port = port
        self._following = cycle(requests)
        self._idle: list[Caller] = []
        self._selector = selectors.DefaultSelector()
        self._waiting = 0
        self._answers = Answers()

    def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """Send so many requests a second."""
        began = time.perf_counter()
        late = self._send(began, rate, int(rate * seconds))
        self._await_answers(began + seconds)
        end = max(began + seconds, time.perf_counter())
        self._answers.end(end - began)
        self._await_answers(end + PATIENCE)
        return self._answers.summary() | {"unanswered": self._waiting, "late": late}

    def _send(self, began: float, rate: float, count: int) -> float:
        """Send so many, taking answers in between, and return by how much the latest of them was late."""
        number, late = 0, 0.0
        while number < count:
            now = time.perf_counter()
            for _ in range(AT_ONCE):
                if number == count or (due := began + number / rate) > now:
                    break
                late = max(late, now - due)
                self._begin(due)
                number += 1
            self._take_answers(began + number / rate - now)
        return late

    def _await_answers(self, until: float) -> None:
        while self._waiting and (left := until - time.perf_counter()) > 0:
            self._take_answers(left)

    def _begin(self, due: float) -> None:
        self._waiting += 1
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        if self._idle:
            caller = self._idle.pop()
            caller.send(next(self._following), due)
            if not caller.send_more():
                self._selector.modify(caller.socket, both, caller)
            return
        try:
            caller = Caller(self._port)
        except OSError:  # no more sockets can be had
            self._waiting -= 1
            self._answers.broken += 1
            return
        caller.send(next(self._following), due)
        self._selector.register(caller.socket, both, caller)

    def _take_answers(self, seconds: float) -> None:
        for key, events in self._selector.select(max(seconds, 0)):
            caller = key.data
            if events & selectors.EVENT_READ:
                self._read(caller)
            elif caller.send_more():
                self._selector.modify(caller.socket, selectors.EVENT_READ, caller)

    def _read(self, caller: Caller) -> None:
        try:
            data = caller.socket.recv(2**16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        status = caller.answer.status(data)
        if status is None and data:
            return
        if caller.due:  # a server may also end a connection on which nothing is asked
            self._waiting -= 1
            if status is None:
                self._answers.broken += 1
            else:
                self._answers.add(status, time.perf_counter() - caller.due)
        caller.due = 0.0
        if status is None or caller.answer.closes:
            self._selector.unregister(caller.socket)
            caller.socket.close()
            with suppress(ValueError):
                self._idle.remove(caller)
        else:
            self._idle.append(caller)


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
        found = OpenLoop(options.port, requests).run(options.rate, options.seconds)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
