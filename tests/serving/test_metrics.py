"""What Prometheus is told."""

import os
import re
import subprocess
import sys

import httpx
import numpy as np
import pytest
from api_server import PNG, client, infer_body, png_of
from prometheus_client.parser import text_string_to_metric_families

from tendigits.serving.samples import drawn


def counts(text):
    """Return every count by its name and labels."""
    return {
        (sample.name.removeprefix("tendigits_"), *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def server():
    with client() as asking:
        yield asking


def test_requests_are_counted_by_route_and_status(server):
    for _ in range(3):
        server.post("/v1/read", content=png_of(drawn(3)), headers=PNG)
    server.post("/v1/read", content=b"...", headers=PNG)
    server.get("/v2/models/tendigits")
    server.get("/v2/models/fashion")
    server.post("/v2/models/tendigits/infer", content=b"")

    found = counts(server.get("/metrics").text)

    assert found["requests_total", "/v1/read", "200"] == 3
    assert found["requests_total", "/v1/read", "422"] == 1
    assert found["requests_total", "/v2/models/{model}", "200"] == 1
    assert found["requests_total", "/v2/models/{model}", "404"] == 1
    assert found["requests_total", "/v2/models/{model}/infer", "400"] == 1
    assert found["request_seconds_count", "/v1/read"] == 4
    assert found["request_seconds_sum", "/v1/read"] > 0
    assert found["requests_in_flight",] == 1  # the one that asks


def test_the_page_and_its_files_are_counted_by_their_addresses(server):
    server.get("/")
    server.head("/")
    server.get("/page/main.js")
    server.get("/page/other.js")

    found = counts(server.get("/metrics").text)

    assert found["requests_total", "/", "200"] == 2
    assert found["requests_total", "/page/main.js", "200"] == 1
    assert found["requests_total", "404", "elsewhere"] == 1


def test_what_strangers_ask_for_makes_no_count_of_its_own(server):
    for path in ("/wp-admin", "/v1/read/secret", "/.env?name=mine"):
        server.get(path)

    text = server.get("/metrics").text

    assert counts(text)["requests_total", "404", "elsewhere"] == 3
    assert not re.search("wp-admin|secret|env", text)


def test_digits_are_counted_and_those_of_images_by_their_confidence(server):
    answer = server.post("/v1/read", content=png_of(np.hstack([drawn(3), drawn(4)])), headers=PNG)
    body, headers = infer_body(np.zeros((5, 28, 28), np.uint8))
    server.post("/v2/models/tendigits/infer", content=body, headers=headers)

    found = counts(server.get("/metrics").text)

    digits = answer.json()["readings"][0]["digits"]
    assert found["digits_total", "v1"] == found["confidence_count",] == len(digits) == 2
    assert found["confidence_sum",] == pytest.approx(sum(digit["confidence"] for digit in digits))
    assert found["digits_total", "v2"] == 5


def test_what_is_given_up_is_counted():
    with client(answer_seconds=0) as asking:
        assert asking.post("/v1/read", content=png_of(drawn(3)), headers=PNG).status_code == 504
        assert counts(asking.get("/metrics").text)["refused_total", "late"] == 1


COUNTING = """
from tendigits.serving.metrics import Metrics
metrics = Metrics()
for _ in range(3):
    metrics.begun()
    metrics.answered("/v1/read", 200, 0.5)
metrics.begun()
metrics.inferred(10)
metrics.read([0.5, 1.0])
"""


def test_counts_of_several_workers_are_added_up(tmp_path):
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def output_of(program):
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    output_of(COUNTING)
    output_of(COUNTING)
    found = counts(output_of(COUNTING + "print(metrics.exposed().decode())"))

    assert found["requests_total", "/v1/read", "200"] == 9
    assert found["request_seconds_count", "/v1/read"] == 9
    assert found["requests_in_flight",] == 3
    assert found["digits_total", "v2"] == 30
    assert found["digits_total", "v1"] == found["confidence_count",] == 6


def test_an_exception_that_nobody_thought_of_is_counted_as_one():
    from tendigits.serving.metrics import Measured, Metrics

    async def failing(scope, receive, send):
        raise ZeroDivisionError

    async def ask():
        transport = httpx.ASGITransport(Measured(failing, metrics), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as asking:
            await asking.get("/")

    import asyncio

    metrics = Metrics()
    asyncio.run(ask())

    assert counts(metrics.exposed().decode())["requests_total", "500", "elsewhere"] == 1
