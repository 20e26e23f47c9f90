"""How the page is served: each file with its type, sent again only where it has changed, under a strict policy."""

import re
from pathlib import Path

import httpx
import pytest

from tendigits.serving import page as package
from tendigits.serving.settings import Limits

FOLDER = Path(package.__file__).parent


def addresses():
    return ["", *(f"page/{path.name}" for path in FOLDER.iterdir() if path.suffix in {".css", ".js", ".svg"})]


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("page/style.css", "text/css; charset=utf-8"),
        ("page/main.js", "text/javascript; charset=utf-8"),
        ("page/icon.svg", "image/svg+xml"),
    ],
)
def test_each_file_has_its_type(backend, address, media_type):
    assert httpx.get(backend.url + address).headers["content-type"] == media_type


def test_the_page_waits_for_as_long_as_the_server_may_take():
    patience = re.search(r"PATIENCE = ([0-9_]+);", (FOLDER / "service.js").read_text(encoding="utf-8"))[1]
    limits = Limits()

    assert int(patience) / 1000 > limits.head_seconds + limits.body_seconds + limits.answer_seconds


def test_the_page_is_its_file(backend):
    assert httpx.get(backend.url).text == (FOLDER / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", addresses())
def test_every_file_may_load_from_this_server_only(backend, address):
    headers = httpx.get(backend.url + address).headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"


def test_a_file_that_the_browser_has_is_not_sent_again(backend):
    first = httpx.get(backend.url + "page/main.js")
    again = httpx.get(backend.url + "page/main.js", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_that_has_changed_is_sent_again(backend):
    assert httpx.get(backend.url, headers={"If-None-Match": '"an-older-one"'}).status_code == 200


def test_head_tells_the_same_without_the_file(backend):
    head = httpx.head(backend.url)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == httpx.get(backend.url).headers["etag"]


@pytest.mark.parametrize("address", ["page/page.py", "page/__init__.py", "page/", "page/../settings.py", "page/main"])
def test_nothing_else_of_the_folder_is_served(backend, address):
    assert httpx.get(backend.url + address).status_code == 404


def test_every_module_and_address_in_the_files_exists():
    names = {path.name for path in FOLDER.iterdir()}
    for path in FOLDER.glob("*.js"):
        imported = set(re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8")))
        assert imported <= names, path.name
    assert set(re.findall(r'"page/([^"]+)"', (FOLDER / "index.html").read_text(encoding="utf-8"))) <= names


def test_no_markup_is_made_of_data():
    """Neither by assigning HTML nor by running text."""
    for path in FOLDER.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text("utf-8")
        )


def test_the_browser_misses_nothing(open_page, backend):
    """No file that is not there, and nothing that the policy forbids: the fixture looks at what the browser says."""
    page, statuses = open_page(), []
    page.on("response", lambda response: statuses.append((response.url, response.status)))
    page.reload(wait_until="networkidle")

    assert {url.removeprefix(backend.url) for url, _ in statuses} >= {"", "page/main.js", "page/style.css"}
    assert [each for each in statuses if each[1] not in {200, 304}] == []
