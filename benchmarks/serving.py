"""The server beside a bare echo, LitServe and BentoML; its overload; and malformed requests. Writes serving.md.

    make bench-serving      # or: python benchmarks/serving.py --litserve PYTHON --bentoml PYTHON [--rounds 3]

One digit in the Open Inference Protocol's binary form and in JSON, 1,000 digits in the binary form, and a drawing of
five digits, at 1, 8 and 64 connections. Each server runs alone, on the first core; the load (`load.py`) comes from
a process on the second. They are measured in turn, round after round: on a shared machine only figures of one round can
be compared, so ratios are formed within a round, and their median is what counts. About fifteen minutes.
"""

import argparse
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from answers import ANSWER_SECONDS, Told, accuracy, of_infer, of_peer, of_read
from PIL import Image
from serving_report import (
    BATCH,
    BENTOML,
    BINARY,
    CONNECTIONS,
    DRAWING,
    ECHO,
    JSON,
    LITSERVE,
    OURS,
    Found,
    peer_versions,
    report,
)

from tendigits.data import load

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tools"), str(HERE.parent / "tests" / "serving")]

from malformed import malformed  # noqa: E402 - the line above finds what the tests use
from paper import CONDITIONS, write  # noqa: E402 - as above

MALFORMED = 10_000
SLOW = 4
"""Drawings are measured so many times as long: 64 connections wait for seconds."""
START_SECONDS, END_SECONDS = 60, 10


@dataclass(frozen=True)
class Server:
    """A competitor.

    Attributes:
        command: starts it on a port.
        requests: by what is asked, the requests that go out in turn.
        told: by what is asked, how its answers are read; nothing for one that only echoes.

    """

    command: Callable[[int], list[str]]
    requests: dict[str, list[bytes]]
    told: dict[str, Told]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--litserve", help="the Python that has LitServe; without it, it is left out")
    arguments.add_argument("--bentoml", help="the Python that has BentoML; without it, it is left out")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=2, help="of each measurement")
    arguments.add_argument("--overload", type=float, default=60, help="seconds of twice the load")
    arguments.add_argument("--malformed", type=int, default=MALFORMED)
    options = arguments.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # which stops the server that runs
    servers, written = competitors(options.litserve, options.bentoml)
    rounds = []
    for number in range(options.rounds):
        rounds.append({name: measured(server, written, options.seconds) for name, server in servers.items()})
        rates = {name: round(found[BINARY, 8]["rate"]) for name, found in rounds[-1].items()}
        print(f"round {number + 1}: {rates}", file=sys.stderr)
    overloads = {what: overloaded(servers[OURS], what, options.overload) for what in (DRAWING, BATCH, BINARY)}
    after = after_malformed(servers[OURS], options.malformed)
    text = report(rounds, overloads, after, peer_versions(options.litserve, options.bentoml))
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def competitors(litserve: str | None, bentoml: str | None) -> tuple[dict[str, Server], dict[str, list[list[Any]]]]:
    """Return the servers, each with its requests; and what is written in these, by what is asked."""
    images, labels = load("mnist").test
    parts = [slice(i, i + 1) for i in range(100)], [slice(i, i + 1000) for i in range(0, 10_000, 1000)]
    single, thousand = ([images[part] for part in each] for each in parts)
    one, many = ([labels[part].tolist() for part in each] for each in parts)
    drawn = list(drawings(images, labels, 20))
    written = {BINARY: one, JSON: one, BATCH: many, DRAWING: [[text] for _, text in drawn]}
    infer = "/v2/models/tendigits/infer"
    ours = {
        BINARY: [http(infer, *binary_tensor(each)) for each in single],
        JSON: [http(infer, json_tensor(each)) for each in single],
        BATCH: [http(infer, *binary_tensor(each)) for each in thousand],
        DRAWING: [http("/v1/read", body, {"content-type": "image/png"}) for body, _ in drawn],
    }
    peers = {}
    for name, python, script in ((LITSERVE, litserve, "litserve_server"), (BENTOML, bentoml, "bentoml_server")):
        if python:
            asked = peer_requests(single, thousand)
            peers[name] = Server(peer(python, script), asked, dict.fromkeys(asked, of_peer))
    told = dict.fromkeys((BINARY, JSON, BATCH), of_infer) | {DRAWING: of_read}
    return {
        OURS: Server(lambda port: [sys.executable, "-m", "tendigits", "serve", "--port", str(port)], ours, told),
        ECHO: Server(peer(sys.executable, "echo_server"), ours, {}),
        **peers,
    }, written


def peer(python: str, script: str) -> Callable[[int], list[str]]:
    return lambda port: [python, str(HERE / "peers" / f"{script}.py"), str(port)]


def http(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """Return a request as it is sent."""
    lines = {"host": "127.0.0.1", "content-length": str(len(body))} | (headers or {"content-type": "application/json"})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def binary_tensor(images: np.ndarray) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a request to infer, images uint8 (n, 28, 28)."""
    tensor = {"name": "images", "datatype": "UINT8", "shape": list(images.shape)}
    outputs = {"parameters": {"binary_data_output": True}}
    text = json.dumps({"inputs": [tensor | {"parameters": {"binary_data_size": images.nbytes}}]} | outputs).encode()
    headers = {"content-type": "application/octet-stream", "inference-header-content-length": str(len(text))}
    return text + images.tobytes(), headers


def json_tensor(images: np.ndarray) -> bytes:
    tensor = {"name": "images", "datatype": "UINT8", "shape": list(images.shape), "data": images.ravel().tolist()}
    return json.dumps({"inputs": [tensor]}).encode()


def peer_requests(single: Sequence[np.ndarray], thousand: Sequence[np.ndarray]) -> dict[str, list[bytes]]:
    """Return what the frameworks are asked: their APIs take bytes as base64 in JSON."""

    def binary(images: np.ndarray) -> bytes:
        return http("/predict", json.dumps({"bytes": base64.b64encode(images.tobytes()).decode()}).encode())

    return {
        BINARY: [binary(each) for each in single],
        JSON: [http("/predict", json.dumps({"images": each.ravel().tolist()}).encode()) for each in single],
        BATCH: [binary(each) for each in thousand],
    }


def drawings(images: np.ndarray, labels: np.ndarray, count: int) -> Iterator[tuple[bytes, str]]:
    """Yield PNGs of five test digits each, and what is written in them."""
    generator = np.random.default_rng(5)
    for _ in range(count):
        line = [(images[i], int(labels[i])) for i in generator.integers(0, len(images), 5)]
        file = BytesIO()
        Image.fromarray(write([line], CONDITIONS["clean"], generator).pixels).save(file, "png")
        yield file.getvalue(), "".join(str(digit) for _, digit in line)


def cores() -> tuple[set[int], set[int]]:
    """Return the server's core and the load's, which are all there are where there is only one, or no choice."""
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return ({available[0]}, {available[1]}) if len(available) > 1 else (set(available), set(available))


SERVER_CORE, LOAD_CORE = cores()


@contextmanager
def on(core: set[int]) -> Iterator[None]:
    """Start the block's processes on a core."""
    if not core:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    """Run a server, and yield its process and its port once it answers what it will be asked."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        with on(SERVER_CORE):
            process = subprocess.Popen(
                server.command(port),
                stdout=log,
                stderr=log,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
            )
        try:
            await_answers(process, port, server.requests)
            yield process.pid, port
        except BaseException:
            log.seek(0)
            print(log.read().decode(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Stop a server, and what it started and left behind."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def await_answers(process: "subprocess.Popen[bytes]", port: int, requests: dict[str, list[bytes]]) -> None:
    until = time.monotonic() + START_SECONDS
    for what, [request, *_] in requests.items():
        while (status := status_of(port, request)) != 200:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{process.args} does not answer {what}: {status}")
            time.sleep(0.1)


def await_rest(port: int, request: bytes) -> None:
    """Wait until a request is answered, and with it all that came before it, though their clients have gone."""
    until = time.monotonic() + ANSWER_SECONDS
    while (status := status_of(port, request)) != 200:
        if time.monotonic() > until:
            raise RuntimeError(f"{ANSWER_SECONDS} s after a load the server still answers {status}")
        time.sleep(0.1)


def status_of(port: int, request: bytes) -> int | None:
    """Send a request on a connection of its own; None where nothing answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request)
            return int(connection.recv(2**16)[9:12] or 0)
    except OSError:
        return None


def measured(server: Server, written: dict[str, list[list[Any]]], seconds: float) -> dict[tuple[str, int], Found]:
    """Return what a server bears, by what is asked and over how many connections, and how much of it is right."""
    with running(server) as (_, port):
        right = {what: accuracy(port, server.requests[what], written[what], told) for what, told in server.told.items()}
        return {
            (what, count): loaded(
                port, server.requests[what], seconds=SLOW * seconds if what == DRAWING else seconds, connections=count
            )
            | {"accuracy": right.get(what)}
            for what in server.requests
            for count in CONNECTIONS
        }


@contextmanager
def load_on(port: int, requests: Sequence[bytes], **options: float) -> Iterator["subprocess.Popen[str]"]:
    """Start a load from a process of its own, once all is answered that those before have left waiting."""
    await_rest(port, requests[0])
    with tempfile.TemporaryDirectory() as folder:
        for number, request in enumerate(requests):
            (Path(folder) / f"{number:04}").write_bytes(request)
        given = [f"--{name}={value}" for name, value in options.items()]
        with on(LOAD_CORE):
            process = subprocess.Popen(
                [sys.executable, str(HERE / "load.py"), str(port), folder, *given], stdout=subprocess.PIPE, text=True
            )
        with process:
            yield process


def loaded(port: int, requests: Sequence[bytes], **options: float) -> Found:
    """Return what a load brought: the rate of answers a second, and their times."""
    with load_on(port, requests, **options) as process:
        return finished(process)


def finished(process: "subprocess.Popen[str]") -> Found:
    printed, _ = process.communicate()
    if process.returncode:
        sys.exit("the load failed; its error stands above")
    found: Found = json.loads(printed)
    return found


def overloaded(server: Server, what: str, seconds: float) -> Found:
    """Return the best goodput, and what becomes of it and of the memory at twice the load."""
    with running(server) as (number, port):
        requests = server.requests[what]
        best = max(loaded(port, requests, seconds=3, connections=count)["rate"] for count in (8, 32, 60))
        memory = []
        with load_on(port, requests, seconds=seconds, rate=2 * best) as process:
            while process.poll() is None:
                memory.append(resident(number))
                time.sleep(min(1, seconds / 20))
            found = finished(process)
        recovered = loaded(port, requests, seconds=2, connections=8)["rate"]
    return found | {"best": best, "offered": 2 * best, "memory": memory, "recovered": recovered}


def resident(number: int) -> float:
    """Return the MiB of a process that are in memory."""
    status = Path(f"/proc/{number}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def after_malformed(server: Server, count: int) -> Found:
    """Return the statuses of malformed requests, and whether whole ones are answered after them."""
    statuses: Counter[str] = Counter()
    with running(server) as (_, port):
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        for address, body, headers in malformed(count, np.random.default_rng(2)):
            try:
                connection.request("POST", address, body, headers)
                answer = connection.getresponse()
                answer.read()
                statuses[str(answer.status)] += 1
            except (HTTPException, OSError) as error:
                connection.close()
                statuses[type(error).__name__] += 1
        seconds = time.perf_counter() - began
        after = all(status_of(port, request) == 200 for [request, *_] in server.requests.values())
    return {"statuses": dict(sorted(statuses.items())), "after": after, "seconds": seconds}


if __name__ == "__main__":
    main()
