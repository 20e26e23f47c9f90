"""``tendigits read --review``: where the page is said to be, and what it goes with."""

import json
from pathlib import Path

import pytest
from command import tendigits_command
from handwritten import page, save


@pytest.fixture
def image(mnist):
    return save(Path("one.png"), page(mnist, 4).pixels)


def test_the_command_names_the_page(image):
    result = tendigits_command("read", image, "-o", "one.parquet", "--review", "one.html")
    Path("one.html").unlink()
    again = tendigits_command("read", image, "-o", "one.parquet", "--review", "one.html", "--json")

    assert "one.html: open it in a browser" in result.stdout
    assert json.loads(again.stdout)["review"] == "one.html"
    assert Path("one.html").is_file()
    assert again.stderr.splitlines()[0] == result.stderr.splitlines()[0]  # whose weights


def test_a_target_that_is_there_is_not_gone_on_with(image):
    tendigits_command("read", image, "-o", "one.parquet")

    errors = tendigits_command("read", image, "-o", "one.parquet", "--review", "one.html").stderr

    assert errors.splitlines()[1:] == ["one.parquet is there already, with 1 image: only the page is made"]


def test_a_file_that_is_there_is_left_alone(image):
    Path("notes.html").write_text("mine")

    errors = tendigits_command("read", image, "-o", "one.parquet", "--review", "notes.html", code=1).stderr

    assert "notes.html is there already, and no page to review: remove it, or name another file" in errors
    assert Path("notes.html").read_text() == "mine"
    assert not Path("one.parquet").exists()


def test_without_a_page_none_is_named(image):
    assert "review" not in json.loads(tendigits_command("read", image, "-o", "one.csv", "--json").stdout)


def test_a_page_goes_with_a_target_and_is_html(image):
    assert "-o TARGET" in tendigits_command("read", image, "--review", "one.html", code=2).stderr
    assert ".html" in tendigits_command("read", image, "-o", "a.csv", "--review", "one.txt", code=2).stderr
