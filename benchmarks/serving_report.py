"""What `serving.py` measured, as Markdown: a table for each kind of request, and what was wanted beside it."""

import statistics
from collections.abc import Iterator
from typing import Any

import numpy as np
from measuring import machine, versions

OURS, ECHO, LITSERVE, BENTOML = "tendigits", "FastAPI echo", "LitServe", "BentoML"
BINARY, JSON, DRAWING, BATCH = "one digit, binary", "one digit, JSON", "a drawing", "1,000 digits, binary"
CONNECTIONS = (1, 8, 64)
PACKAGES = ("tendigits", "fastapi", "uvicorn", "uvloop", "numpy")
WANTED_OF_ECHO, WANTED_DIGITS, WANTED_GOODPUT, WANTED_REFUSAL_MS, WANTED_GROWTH = 0.6, 60_000, 0.8, 50, 1.05
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
Found = dict[str, Any]


def report(
    rounds: list[dict[str, dict[tuple[str, int], Found]]], overloads: dict[str, Found], after: Found, peers: str
) -> str:
    tables = "\n".join(table(what, rounds) for what in (BINARY, JSON, BATCH, DRAWING))
    overload = "\n".join(overload_row(what, found) for what, found in overloads.items())
    return f"""\
# Serving

{len(rounds)} rounds in turn on {machine()}; the server on one core, the load on the other.
Versions: {versions(PACKAGES)}{peers}.

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
        "| | connections | requests a second | p50, ms | p99, ms | rate, times the echo's | right |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for count in CONNECTIONS:
        for name in (name for name, found in rounds[0].items() if (what, count) in found):
            found = [results[name][what, count] for results in rounds]
            rates = [each["rate"] for each in found]
            p50, p99 = (statistics.median(answered(each)[key] for each in found) for key in ("p50", "p99"))
            times_echo = ratio(name, ECHO, what, count, rounds)
            right = "" if found[0]["accuracy"] is None else f"{found[0]['accuracy']:.2%}"
            cells = (name, f"{count}", rate_spread(rates), f"{p50:.2f}", f"{p99:.2f}", f"{times_echo:.2f}", right)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def answered(found: Found) -> dict[str, float]:
    """Return the times of what was answered with 200; none where nothing was in time."""
    nothing = {"count": 0, "p50": float("nan"), "p99": float("nan"), "max": float("nan")}
    times: dict[str, float] = found["statuses"].get("200", nothing)
    return times


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
        if refused and found["late"] > WANTED_REFUSAL_MS / 1000:
            reached += f"; of these up to {found['late']:.1f} s are the load's own, which could not send as fast"
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
    refused = found["statuses"].get("503", {"rate": 0.0, "p99": float("nan"), "max": float("nan")})
    offered = found["offered"]
    cells = [
        f"{found['best']:,.0f}",
        f"{offered:,.0f}",
        f"{found['rate']:,.0f}",
        f"{refused['rate']:,.0f}",
        f"{refused['p99']:.1f}",
        f"{refused['max']:.1f}",
        f"{answered(found)['p99']:,.0f}",
        f"{found['broken'] + found['unanswered']:,}",
        ", ".join(f"{most:.0f}" for most in thirds(found["memory"])),
        f"{found['late']:.1f}",
        f"{found['recovered']:,.0f}",
    ]
    return f"| {what} | {' | '.join(cells)} |"


READING = """\
How to read it: medians over the rounds, with the least and the most in brackets; ratios are formed within a round. Each
load begins once the server has nothing left to answer. The echo is a FastAPI endpoint on uvicorn, with uvloop and
httptools, that answers with the body it got; it is asked the same as the server, and reads nothing. `right` is how many
images of those that are sent are read as what is written in them: 100 test digits one by one, all 10,000 in thousands,
20 drawings. The frameworks run the same forward pass in NumPy, each with all its processes on the one core; their
binary form is base64 in JSON, both asked and answered, as their APIs take no bytes, and they read no drawings. A
drawing is a PNG of five test digits. Twice the load is offered whether or not answers come: a request's time runs from
when it was due. `goodput` and `503 a second` are of what was answered by the time that all of the load was sent,
`answers p99` also of what came later. `broken` counts connections that ended without an answer, and requests that had
none ten seconds after the end; `late` is by how much the latest request was sent too late, and should be nothing; `best
after` is at 8 connections.

What it does not show: a network between client and server, several workers, other machines. Where the load's core
cannot send as fast as the server's answers, the rate is the load's.
"""


def peer_versions(litserve: str | None, bentoml: str | None) -> str:
    """Return the versions of the frameworks, as their own environments know them."""
    given = {"litserve": litserve, "bentoml": bentoml}
    return "".join(f", {versions([package], python)}" for package, python in given.items() if python)
