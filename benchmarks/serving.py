"""The server beside a bare echo, LitServe and BentoML; its overload; and malformed requests. Writes serving.md.

    make bench-serving      # or: python benchmarks/serving.py --litserve PYTHON --bentoml PYTHON [--rounds 3]

One digit in the Open Inference Protocol's binary form and in JSON, 1,000 digits in the binary form, and a drawing of
five digits, at 1, 8 and 64 connections. Each server runs alone, on the first core; the load (`load.py`) comes from
a process on the second. They are measured in turn, round after round: on a shared machine only figures of one round can
be compared, so ratios are formed within a round, and their median is what counts. About ten minutes.
"""

import argparse
import base64
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from fit import machine
from PIL import Image

from tendigits.data import load

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tools"), str(HERE.parent / "tests" / "serving")]

from malformed import malformed  # noqa: E402 - the line above finds what the tests use
from paper import CONDITIONS, write  # noqa: E402 - as above

OURS, ECHO, LITSERVE, BENTOML = "tendigits", "FastAPI echo", "LitServe", "BentoML"
BINARY, JSON, DRAWING, BATCH = "one digit, binary", "one digit, JSON", "a drawing", "1,000 digits, binary"
CONNECTIONS = (1, 8, 64)
WANTED_OF_ECHO, WANTED_DIGITS, WANTED_GOODPUT, WANTED_REFUSAL_MS, WANTED_GROWTH = 0.6, 60_000, 0.8, 50, 1.05
MALFORMED = 10_000
OVERLOAD_COLUMNS = (
    "best, a second",
    "offered",
    "goodput",
    "503 a second",
    "503 p99, ms",
    "503 slowest, ms",
    "answers p99, ms",
    "broken",
    "most MiB in each third",
    "late, s",
    "best after",
)
START_SECONDS, ANSWER_SECONDS, END_SECONDS = 60, 60, 10
Found = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """A competitor.

    Attributes:
        command: starts it on a port.
        requests: by what is asked, the requests that go out in turn.

    """

    command: Callable[[int], list[str]]
    requests: dict[str, list[bytes]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--litserve", help="the Python that has LitServe; without it, it is left out")
    arguments.add_argument("--bentoml", help="the Python that has BentoML; without it, it is left out")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=2, help="of each measurement")
    arguments.add_argument("--overload", type=float, default=60, help="seconds of twice the load")
    arguments.add_argument("--malformed", type=int, default=MALFORMED)
    options = arguments.parse_args()

    servers = competitors(options.litserve, options.bentoml)
    rounds = []
    for number in range(options.rounds):
        rounds.append({name: measured(server, options.seconds) for name, server in servers.items()})
        rates = {name: round(found[BINARY, 8]["rate"]) for name, found in rounds[-1].items()}
        print(f"round {number + 1}: {rates}", file=sys.stderr)
    overloads = {what: overloaded(servers[OURS], what, options.overload) for what in (DRAWING, BINARY)}
    after = after_malformed(servers[OURS], options.malformed)
    text = report(rounds, overloads, after, peer_versions(options.litserve, options.bentoml))
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def competitors(litserve: str | None, bentoml: str | None) -> dict[str, Server]:
    """Return the servers, each with its requests."""
    images, labels = load("mnist").test
    single, thousand = [images[i : i + 1] for i in range(100)], [images[i : i + 1000] for i in range(0, 10_000, 1000)]
    infer = "/v2/models/tendigits/infer"
    ours = {
        BINARY: [http(infer, *binary_tensor(each)) for each in single],
        JSON: [http(infer, json_tensor(each)) for each in single],
        BATCH: [http(infer, *binary_tensor(each)) for each in thousand],
        DRAWING: [http("/v1/read", body, {"content-type": "image/png"}) for body in drawings(images, labels, 20)],
    }
    peers = {}
    for name, python, script in ((LITSERVE, litserve, "litserve_server"), (BENTOML, bentoml, "bentoml_server")):
        if python:
            peers[name] = Server(peer(python, script), peer_requests(single, thousand))
    return {
        OURS: Server(lambda port: [sys.executable, "-m", "tendigits", "serve", "--port", str(port)], ours),
        ECHO: Server(peer(sys.executable, "echo_server"), ours),
        **peers,
    }


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


def drawings(images: np.ndarray, labels: np.ndarray, count: int) -> Iterator[bytes]:
    """Yield PNGs of five test digits each."""
    generator = np.random.default_rng(5)
    for _ in range(count):
        line = [(images[i], int(labels[i])) for i in generator.integers(0, len(images), 5)]
        file = BytesIO()
        Image.fromarray(write([line], CONDITIONS["clean"], generator).pixels).save(file, "png")
        yield file.getvalue()


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


def status_of(port: int, request: bytes) -> int | None:
    """Send a request on a connection of its own; None where nothing answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request)
            return int(connection.recv(2**16)[9:12] or 0)
    except OSError:
        return None


def measured(server: Server, seconds: float) -> dict[tuple[str, int], Found]:
    """Return what a server bears, by what is asked and over how many connections."""
    with running(server) as (_, port):
        return {
            (what, count): loaded(port, server.requests[what], seconds=seconds, connections=count)
            for what in server.requests
            for count in CONNECTIONS
        }


@contextmanager
def load_on(port: int, requests: Sequence[bytes], **options: float) -> Iterator["subprocess.Popen[str]"]:
    """Start a load from a process of its own."""
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
    return found | {"best": best, "offered": 2 * best, "seconds": seconds, "memory": memory, "recovered": recovered}


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


def report(
    rounds: list[dict[str, dict[tuple[str, int], Found]]], overloads: dict[str, Found], after: Found, peers: str
) -> str:
    tables = "\n".join(table(what, rounds) for what in (BINARY, JSON, BATCH, DRAWING))
    overload = "\n".join(overload_row(what, found) for what, found in overloads.items())
    return f"""\
# Serving

{len(rounds)} rounds in turn on {machine()}; the server on one core, the load on the other.
Versions: {versions()}{peers}.

{tables}
## Wanted

| wanted | reached | |
| --- | --- | --- |
{chr(10).join(wanted_rows(rounds))}
{chr(10).join(wanted_of_overload(overloads))}
{malformed_row(after)}

## Twice the load

{overload_head()}
{overload}

{READING}"""


def table(what: str, rounds: list[dict[str, dict[tuple[str, int], Found]]]) -> str:
    lines = [
        f"## {what[0].upper()}{what[1:]}",
        "",
        "| | connections | requests a second | p50, ms | p99, ms | rate, times the echo's |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for count in CONNECTIONS:
        for name in (name for name, found in rounds[0].items() if (what, count) in found):
            found = [results[name][what, count] for results in rounds]
            rates = [each["rate"] for each in found]
            p50, p99 = (statistics.median(each["statuses"]["200"][key] for each in found) for key in ("p50", "p99"))
            times_echo = ratio(name, ECHO, what, count, rounds)
            lines.append(f"| {name} | {count} | {rate_spread(rates)} | {p50:.2f} | {p99:.2f} | {times_echo:.2f} |")
    return "\n".join([*lines, ""])


def rate_spread(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})"


def ratio(name: str, to: str, what: str, count: int, rounds: list[dict[str, dict[tuple[str, int], Found]]]) -> float:
    """Return the median over the rounds of how many times another's rate a server reaches."""
    return statistics.median(found[name][what, count]["rate"] / found[to][what, count]["rate"] for found in rounds)


def wanted_rows(rounds: list[dict[str, dict[tuple[str, int], Found]]]) -> Iterator[str]:
    for count in CONNECTIONS:
        reached = ratio(OURS, ECHO, BINARY, count, rounds)
        yield row(
            f"binary inference at {WANTED_OF_ECHO:.0%} of the echo's rate, {count} connections",
            f"{reached:.0%}",
            met=reached >= WANTED_OF_ECHO,
        )
    for name in (name for name in rounds[0] if name not in {OURS, ECHO}):
        reached = min(ratio(OURS, name, what, count, rounds) for what in (BINARY, JSON) for count in CONNECTIONS)
        yield row(f"ahead of {name}", f"{reached:.1f} times its rate, at the least", met=reached > 1)
    digits = max(
        1000 * statistics.median(found[OURS][BATCH, count]["rate"] for found in rounds) for count in CONNECTIONS
    )
    yield row(f"{WANTED_DIGITS:,} digits a second in batches of 1,000", f"{digits:,.0f}", met=digits >= WANTED_DIGITS)


def wanted_of_overload(overloads: dict[str, Found]) -> Iterator[str]:
    for what, found in overloads.items():
        goodput = found["rate"] / found["best"]
        yield row(
            f"{what}, twice the load: goodput over {WANTED_GOODPUT:.0%} of its best",
            f"{goodput:.0%}",
            met=goodput > WANTED_GOODPUT,
        )
        refused = found["statuses"].get("503")
        reached = f"p99 {refused['p99']:.1f} ms, slowest {refused['max']:.1f} ms" if refused else "nothing was refused"
        met = refused is not None and refused["max"] < WANTED_REFUSAL_MS
        yield row(f"{what}, twice the load: refusals in under {WANTED_REFUSAL_MS} ms", reached, met=met)
        middle, last = thirds(found["memory"])[1:]
        yield row(
            f"{what}, twice the load: memory flat",
            f"{last / middle - 1:+.1%} in the last third",
            met=last <= WANTED_GROWTH * middle,
        )


def malformed_row(after: Found) -> str:
    statuses = ", ".join(f"{count:,} of {status}" for status, count in after["statuses"].items())
    count = sum(after["statuses"].values())
    allowed = set(after["statuses"]) <= {"200", "400", "413", "422"}
    return row(
        f"{count:,} malformed requests leave it serving",
        f"{statuses}, in {after['seconds']:.0f} s",
        met=after["after"] and allowed,
    )


def row(wanted: str, reached: str, *, met: bool) -> str:
    return f"| {wanted} | {reached} | {'met' if met else 'NOT met'} |"


def thirds(memory: list[float]) -> list[float]:
    """Return the most in each third of a run."""
    return [float(max(third)) for third in np.array_split(memory, 3)]


def overload_head() -> str:
    columns = ["", *OVERLOAD_COLUMNS]
    return f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}"


def overload_row(what: str, found: Found) -> str:
    refused = found["statuses"].get("503", {"count": 0, "p99": float("nan"), "max": float("nan")})
    offered = found["offered"]
    cells = [
        f"{found['best']:,.0f}",
        f"{offered:,.0f}",
        f"{found['rate']:,.0f}",
        f"{refused['count'] / found['seconds']:,.0f}",
        f"{refused['p99']:.1f}",
        f"{refused['max']:.1f}",
        f"{found['statuses']['200']['p99']:,.0f}" if "200" in found["statuses"] else "none",
        f"{found['broken'] + found['unanswered']:,}",
        ", ".join(f"{most:.0f}" for most in thirds(found["memory"])),
        f"{found['late']:.1f}",
        f"{found['recovered']:,.0f}",
    ]
    return f"| {what} | {' | '.join(cells)} |"


READING = """\
How to read it: medians over the rounds, with the least and the most in brackets; ratios are formed within a round. The
echo is a FastAPI endpoint on uvicorn, with uvloop and httptools, that answers with the body it got; it is asked the same
as the server. The frameworks run the same forward pass in NumPy, each with all its processes on the one core; their
binary form is base64 in JSON, as their APIs take no bytes, and they read no drawings. A drawing is a PNG of five test
digits. Twice the load is offered whether or not answers come: a request's time runs from when it was due. `broken`
counts connections that ended without an answer, and requests that had none ten seconds after the end; `late` is how much
longer than planned the load took to send all of it, and should be nothing; `best after` is at 8 connections.

What it does not show: a network between client and server, several workers, other machines. Where the load's core
cannot send as fast as the server's answers, the rate is the load's.
"""


def versions() -> str:
    return ", ".join(
        f"{package} {version(package)}" for package in ("tendigits", "fastapi", "uvicorn", "uvloop", "numpy")
    )


def peer_versions(litserve: str | None, bentoml: str | None) -> str:
    """Return the versions of the frameworks, as their own environments know them."""
    found = ""
    for package, python in (("litserve", litserve), ("bentoml", bentoml)):
        if python:
            program = f"from importlib.metadata import version; print(version({package!r}))"
            found += f", {package} {subprocess.check_output([python, '-c', program], text=True).strip()}"
    return found


if __name__ == "__main__":
    main()
