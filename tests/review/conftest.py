"""A browser, and pages to review that may ask nobody for anything."""

import pytest
from browser import PATIENCE, started

from tendigits.report.review import review_page


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Let no test leave anything in the folder that it is run from."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")  # while it is there, an event loop runs, and other tests have their own
def chromium():
    with started() as browser:
        yield browser


@pytest.fixture
def open_file(chromium):
    """Open a page in a browser as it is described; afterwards it must have asked for nothing and have no errors."""
    contexts, complaints, addresses = [], [], []

    def opened(path, script="", **described):
        context = chromium.new_context(**({"viewport": {"width": 1200, "height": 900}} | described))
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(script)
        context.on("request", lambda request: addresses.append(request.url))
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.absolute().as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in addresses if not url.startswith(("file:", "blob:", "data:"))] == []


@pytest.fixture
def open_review(open_file, tmp_path):
    """Open the page of a review."""

    def opened(review, **described):
        path = tmp_path / "page.html"
        path.write_text(review_page(review), encoding="utf-8")
        return open_file(path, **described)

    return opened
