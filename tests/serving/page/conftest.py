"""A browser, a server for it to ask, and pages that may not complain."""

import pytest
from backend import Backend
from browser import Visits, started

from tendigits.serving.app import create_app
from tendigits.serving.processes.app import guarded
from tendigits.serving.settings import Settings


@pytest.fixture
def backend():
    running = Backend(lambda: guarded(create_app, Settings()).app)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")  # while it is there, an event loop runs, and other tests have their own
def chromium():
    with started() as browser:
        yield browser


@pytest.fixture
def open_page(chromium, backend):
    """Open the page in a browser as it is described; afterwards it must have asked nobody else and have no errors."""
    visits = Visits(chromium)
    yield lambda **described: visits.open(backend.url, **described)
    visits.close()
    assert [text for text in visits.complaints if not text.startswith("Failed to load resource")] == []
    assert [url for url in visits.addresses if not url.startswith((backend.url, "blob:", "data:"))] == []


@pytest.fixture
def page(open_page):
    return open_page()
