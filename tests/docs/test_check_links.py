"""tools/check_links.py: what leads nowhere is found, and what leads somewhere is not."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools/check_links.py"


@pytest.fixture
def site(tmp_path):
    """Two pages that name each other, a picture and a folder."""
    (tmp_path / "below").mkdir()
    (tmp_path / "picture.png").touch()
    (tmp_path / "below/index.html").write_text('<h1 id="top">Below</h1><a href="../index.html#a%20place">up</a>')
    (tmp_path / "index.html").write_text(
        '<h1 id="a place">Title</h1><img src="picture.png"><a href="below/">down</a><a href="#a%20place">here</a>'
        '<a href="below/index.html?highlight=x#top">there</a><a href="https://elsewhere.example/">elsewhere</a>'
    )
    return tmp_path


def checked(site, page=""):
    if page:
        (site / "page.html").write_text(page)
    return subprocess.run([sys.executable, TOOL, site], capture_output=True, text=True, check=False)


def test_a_site_in_order_passes(site):
    done = checked(site)

    assert done.returncode == 0, done.stdout
    assert "every link of 2 pages leads somewhere" in done.stdout


@pytest.mark.parametrize("link", ["gone.html", "below/gone.png", "#gone", "below/#gone", "../index.html"])
def test_a_link_to_what_is_not_there_is_a_fault(site, link):
    done = checked(site, f'<a href="{link}">where?</a>')

    assert done.returncode == 1
    assert f"page.html: {link} leads nowhere" in done.stdout


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/a.css">',
        '<img src="http://cdn.example/a.png">',
    ],
)
def test_what_is_loaded_from_another_host_is_a_fault(site, element):
    done = checked(site, element)

    assert done.returncode == 1
    assert "from another host" in done.stdout


def test_no_pages_are_a_fault(tmp_path):
    assert checked(tmp_path).returncode == 1
