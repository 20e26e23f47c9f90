"""The guide is one page that needs nothing else, and what it and the lesson plan say to type can be typed."""

import html
import importlib
import re
import shlex
from pathlib import Path

import pytest
import typer
from browser import started, violations
from classroom import PLATFORMS, Target
from classroom.figure import DIGIT, answers, written

from tendigits.cli import app

LESSON_PLAN = Path(__file__).parents[2] / "docs" / "teaching.md"
TARGETS = [Target(platform, python) for platform in PLATFORMS for python in ("3.11", "3.12", "3.13")]


@pytest.fixture(scope="module")
def guide():
    """Return the guide of a kit for many computers: the longest that there is."""
    return importlib.import_module("kit").guide("0.1.0", TARGETS)


@pytest.fixture(scope="module")
def shown(guide, tmp_path_factory):
    """Show the guide in a browser; yield the page, and the addresses that it asked for."""
    path = tmp_path_factory.mktemp("guide") / "GUIDE.html"
    path.write_text(guide, "utf-8")
    with started() as browser:
        page, asked = browser.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page, asked


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_on_one_sheet(paper, shown):
    page, _ = shown

    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 1


def test_the_page_and_its_pictures_are_in_one_file(shown):
    page, asked = shown

    assert [address.partition(":")[0] for address in asked if not address.startswith("data:")] == ["file"]
    widths = page.evaluate("[...document.images].map((image) => image.naturalWidth)")
    assert len(widths) == 5
    assert all(widths)


def test_everybody_can_use_it(shown):
    page, _ = shown

    assert violations(page) == []


def test_it_says_which_computers_the_kit_is_for(guide):
    assert "Python 3.11 or 3.12 or 3.13 on Linux, Linux on Arm, macOS" in guide


def test_the_figures_digit_is_read_only_when_both_form_and_training_are_mended():
    read = [(cell["form"], cell["weights"], cell["digit"] == DIGIT) for cell in answers(written())]

    assert read == [
        ("shrunk", "tutorial", False),
        ("normalised", "tutorial", False),
        ("shrunk", "robust", False),
        ("normalised", "robust", True),
    ]


def commands(text):
    """Return the commands in a text in Markdown, between backticks or on their own lines, but not just their names."""
    found = re.findall(r"`(tendigits \w+ [^`\n]+)`|^ *(tendigits .+)$", text, re.MULTILINE)
    return [quoted or line for quoted, line in found]


def test_every_command_that_is_to_be_typed_is_one(guide):
    in_guide = [html.unescape(each) for each in re.findall(r"<code>(tendigits .+?)</code>", guide)]
    in_plan = commands(LESSON_PLAN.read_text("utf-8"))

    assert len(in_guide) > 6
    assert len(in_plan) > 12
    for command in [*in_guide, *in_plan]:
        check(command)


def check(command):
    """Parse a command as the program does; what is wrong with it is raised."""
    group = typer.main.get_command(app)
    program, *words = shlex.split(command)
    context = group.make_context(program, words)
    while hasattr(group, "resolve_command"):
        name, group, words = group.resolve_command(context, words)
        context = group.make_context(name, words, parent=context)


@pytest.mark.parametrize("wrong", ["tendigits teach", "tendigits train --lesson", "tendigits data show --deformed"])
def test_a_command_that_is_none_is_found(wrong):
    with pytest.raises(Exception, match="No such"):
        check(wrong)
