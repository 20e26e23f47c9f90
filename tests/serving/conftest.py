"""A running server for a file of tests, and a client of it."""

import httpx
import pytest
from api_server import running


@pytest.fixture(scope="module")
def address():
    with running() as (_, url):
        yield url


@pytest.fixture(scope="module")
def server(address):
    with httpx.Client(base_url=address, timeout=60) as asking:
        yield asking
