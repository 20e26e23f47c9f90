"""How a command answers: results as words or JSON, what went wrong as one line and an exit code."""

import functools
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TextIO

import typer

from tendigits.cli.spelling import command_line
from tendigits.errors import TendigitsError, TrainingInterrupted

__all__ = ["INTERRUPTED", "answer", "is_terminal", "print_json", "say"]

INTERRUPTED = 130
"""The exit code after Ctrl-C."""

P = ParamSpec("P")


def answer(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a command raises on purpose into one line on standard error and an exit code."""

    @functools.wraps(command)
    def answering(*args: P.args, **kwargs: P.kwargs) -> None:
        if sys.stdout is None:  # before anything is done whose result would be lost
            say("tendigits: standard output is closed, and the answer would be lost; write it to a file with  > FILE")
            raise typer.Exit(1)
        try:
            command(*args, **kwargs)
            sys.stdout.flush()  # a full disk is found out here, and not while Python ends
        except TendigitsError as error:
            say(f"tendigits: {error}")
            raise typer.Exit(1) from error
        except TrainingInterrupted as interruption:
            say(f"{interruption}; go on with:  {command_line('train', '--resume', interruption.folder)}")
            if interruption.epochs_done is None:
                _leave_at_once(INTERRUPTED)
            raise typer.Exit(INTERRUPTED) from interruption
        except KeyboardInterrupt as interruption:
            say("tendigits: interrupted")
            raise typer.Exit(INTERRUPTED) from interruption
        except BrokenPipeError:  # whoever read along has seen enough: Click ends quietly
            raise
        except OSError as error:
            what = error.filename or "what is printed cannot be written"
            say(f"tendigits: {what}: {error.strerror or error}")
            _leave_at_once(1)

    return answering


def _leave_at_once(code: int) -> None:
    """End the process without Python's farewells.

    JAX's would wait for the epoch that is being computed, and that of a stream on a full disk would be a traceback.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def say(line: str) -> None:
    """Print a line that is not the result: on standard error, or nowhere where that is closed."""
    if sys.stderr is not None:  # print would take it for standard output
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - words out


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at a stream; Python has None for one that is closed."""
    return stream is not None and stream.isatty()


def print_json(content: dict[str, Any]) -> None:
    """Print a result as one line of JSON."""
    print(json.dumps(content), flush=True)  # noqa: T201 - words out
