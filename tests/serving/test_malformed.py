"""Hundreds of malformed requests, and a server that answers as before."""

import os

import httpx
import numpy as np
import pytest
from api_server import running
from malformed import malformed, whole_requests

REQUESTS = int(os.environ.get("TENDIGITS_MALFORMED", "600"))
"""How many: a longer run is the same test with another number."""


@pytest.fixture(scope="module")
def asking():
    with running() as (_, url), httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_after_malformed_requests_a_server_answers_rightly(asking):
    random, whole = np.random.default_rng(1), whole_requests()
    before = [asking.post(address, content=body, headers=headers) for address, body, headers in whole]
    statuses = set()
    for address, body, headers in malformed(REQUESTS, random):
        answer = asking.post(address, content=body, headers=headers)
        statuses.add(answer.status_code)
        if answer.status_code != 200:
            assert list(answer.json()) == ["error"]
    after = [asking.post(address, content=body, headers=headers) for address, body, headers in whole]

    assert statuses <= {200, 400, 413, 422}
    assert {400, 422} <= statuses
    assert [answer.status_code for answer in before] == [200] * len(whole)
    assert list(map(timeless, after)) == list(map(timeless, before))


def timeless(answer):
    """Return an answer without how long it took."""
    if "inference-header-content-length" in answer.headers:
        return answer.content
    content = answer.json()
    for reading in content.get("readings", ()):
        del reading["seconds"]
    return content
