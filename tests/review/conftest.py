"""A browser, and pages to review that may ask nobody for anything."""

import pytest
from browser import Visits, started

from tendigits.report.review import review_page


@pytest.fixture(autouse=True)
def alone(elsewhere):
    """Leave nothing behind."""


@pytest.fixture(scope="module")  # while it is there, an event loop runs, and other tests have their own
def chromium():
    with started() as browser:
        yield browser


@pytest.fixture
def open_file(chromium):
    """Open a page in a browser as it is described; afterwards it must have asked for nothing and have no errors."""
    visits = Visits(chromium)
    yield lambda path, script="", **described: visits.open(path.absolute().as_uri(), script, **described)
    visits.close()
    assert visits.complaints == []
    assert [url for url in visits.addresses if not url.startswith(("file:", "blob:", "data:"))] == []


@pytest.fixture
def open_review(open_file, tmp_path):
    """Open the page of a review."""

    def opened(review, **described):
        path = tmp_path / "page.html"
        path.write_text(review_page(review), encoding="utf-8")
        return open_file(path, **described)

    return opened
