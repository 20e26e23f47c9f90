"""The command line, called in this process."""

from typer.testing import CliRunner

from tendigits.cli import app


def tendigits_command(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result
