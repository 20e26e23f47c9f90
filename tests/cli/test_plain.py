"""Values taken as they are: nobody can tell, but by the clock."""

import pytest
import typer
from typer.core import TyperCommand

from tendigits.cli.plain import PlainCommand
from tendigits.cli.read.command import read


def parsed(command_class, arguments):
    app = typer.Typer(add_completion=False)
    app.command(cls=command_class)(read)
    return typer.main.get_command(app).make_context("read", list(arguments)).params


@pytest.mark.parametrize(
    "arguments",
    [
        ["one.png"],
        ["", "-", "two words.png", "*.png"],
        ["--", "--single"],
        ["one.png", "--single", "--json"],
        ["one.png", "--length", "4-6"],
        ["one.png", "--length", ""],
        ["one.png", "--min-confidence", "0.5"],
        ["one.png", "--annotate", "folder", "--model", "robust"],
    ],
)
def test_values_are_those_that_typer_makes(arguments):
    plain, typers = parsed(PlainCommand, arguments), parsed(TyperCommand, arguments)

    assert plain == typers
    assert [type(value) for value in plain.values()] == [type(value) for value in typers.values()]


@pytest.mark.parametrize(
    "arguments",
    [[], ["--single"], ["one.png", "--min-confidence", "2"], ["one.png", "--min-confidence", "high"], ["--no-such"]],
)
def test_what_typer_refuses_is_refused_in_its_words(arguments):
    with pytest.raises(typer.TyperException) as plain:
        parsed(PlainCommand, arguments)
    with pytest.raises(typer.TyperException) as typers:
        parsed(TyperCommand, arguments)

    assert plain.type is typers.type
    assert plain.value.format_message() == typers.value.format_message()
