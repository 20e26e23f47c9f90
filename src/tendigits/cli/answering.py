"""How a command answers: results as words or JSON, what went wrong as one line and an exit code."""

import functools
import json
import os
import sys
from collections.abc import Callable
from typing import Any, ParamSpec

import typer

from tendigits.cli.spelling import command_line
from tendigits.errors import TendigitsError, TrainingInterrupted

__all__ = ["answer", "print_json", "say"]

_INTERRUPTED = 130

P = ParamSpec("P")


def answer(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a command raises on purpose into one line on standard error and an exit code."""

    @functools.wraps(command)
    def answering(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except TendigitsError as error:
            say(f"tendigits: {error}")
            raise typer.Exit(1) from error
        except TrainingInterrupted as interruption:
            say(f"{interruption}; go on with:  {command_line('train', '--resume', interruption.folder)}")
            if interruption.epochs_done is None:
                _leave_at_once()
            raise typer.Exit(_INTERRUPTED) from interruption
        except KeyboardInterrupt as interruption:
            say("tendigits: interrupted")
            raise typer.Exit(_INTERRUPTED) from interruption

    return answering


def _leave_at_once() -> None:
    """End the process without Python's farewells: JAX's would wait for the epoch that is being computed."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


def say(line: str) -> None:
    """Print a line that is not the result: on standard error."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - words out


def print_json(content: dict[str, Any]) -> None:
    """Print a result as one line of JSON."""
    print(json.dumps(content), flush=True)  # noqa: T201 - words out
