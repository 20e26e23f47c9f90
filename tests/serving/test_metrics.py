"""What Prometheus is told."""

import asyncio
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from api_server import PNG, client, infer_body, png_of
from prometheus_client.parser import text_string_to_metric_families

from tendigits.serving.drain import Drain
from tendigits.serving.metrics import Metrics
from tendigits.serving.processes.app import guarded
from tendigits.serving.samples import drawn
from tendigits.serving.settings import Settings


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


def test_what_is_refused_on_its_way_is_counted_by_where_it_was_to_come():
    with client(body_bytes=10) as server:
        for path in ("/v1/read", "/v2/models/tendigits/infer", "/v2/models/{model}/infer", "/v1/other"):
            server.post(path, content=bytes(11))
        server.get("/v2/models/tendigits/ready", headers={"host": "elsewhere.example"})
        server.get("/openapi.json")
        found = counts(server.get("/metrics").text)

    assert found["requests_total", "/v1/read", "413"] == 1
    assert found["requests_total", "/v2/models/{model}/infer", "413"] == 1
    assert found["requests_total", "/v2/models/{model}/ready", "421"] == 1
    assert found["requests_total", "413", "elsewhere"] == 2
    assert found["requests_total", "/openapi.json", "200"] == 1


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


def test_what_the_guard_answers_is_counted_as_it_is_answered():
    with client(body_bytes=1000) as asking:
        asking.get("/v1/model", headers={"host": "elsewhere.example"})
        asking.post("/v1/read", content=b"...", headers=PNG | {"origin": "http://elsewhere.example"})
        asking.post("/v1/read", content=bytes(1001), headers=PNG)
        asking.post("/v1/read", content=iter([bytes(500)] * 3), headers=PNG)
        found = counts(asking.get("/metrics").text)

    assert found["requests_total", "/v1/model", "421"] == found["requests_total", "/v1/read", "403"] == 1
    assert found["requests_total", "/v1/read", "413"] == 2


@pytest.mark.parametrize(("messages", "status"), [([], "500"), ([{"type": "http.disconnect"}], "499")])
@pytest.mark.parametrize("answers", [False, True])
def test_what_fails_and_who_left_are_counted_as_that(messages, status, answers):
    class Asked:
        state = SimpleNamespace(drain=Drain(), metrics=Metrics())

        async def __call__(self, scope, receive, send):
            if not messages:
                raise ZeroDivisionError
            assert (await receive())["type"] == "http.disconnect"
            if answers:  # although nobody waits for it
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b""})

    async def receive():
        return messages[0]

    async def send(message):
        pass

    served = guarded(lambda _: Asked(), Settings()).app
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"host", b"localhost")]}
    asyncio.run(served(scope, receive, send))

    assert counts(Asked.state.metrics.exposed().decode())["requests_total", status, "elsewhere"] == 1
