"""A browser, a server for it to ask, and pages that may not complain."""

import pytest
from backend import Backend
from browser import PATIENCE, started

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
    contexts, complaints, addresses = [], [], []

    def opened(**described):
        context = chromium.new_context(**({"viewport": {"width": 1200, "height": 900}} | described))
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: addresses.append(request.url))
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(backend.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []
    assert [url for url in addresses if not url.startswith((backend.url, "blob:", "data:"))] == []


@pytest.fixture
def page(open_page):
    return open_page()
