"""Values that are what they should be already, taken as they are.

Typer hands every value to Pydantic, also the None of an option that was left out, and loads it for that: 45 ms, where
NumPy and OpenCV take 80. Whatever has to be converted, and may be refused, is still left to Typer.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["PlainCommand", "PlainGroup"]


class PlainCommand(TyperCommand):
    """A command whose options are None where they are left out, and whose list of arguments is one of texts."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as Typer does."""
        _take_as_they_are(self.get_params(ctx))
        return super().parse_args(ctx, args)


class PlainGroup(TyperGroup):
    """A group with such options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as Typer does."""
        _take_as_they_are(self.get_params(ctx))
        return super().parse_args(ctx, args)


def _take_as_they_are(parameters: list[Any]) -> None:
    for parameter in parameters:
        parameter.process_value = partial(_processed, parameter, parameter.process_value)


def _processed(parameter: Any, process: Callable[[Any, Any], Any], context: Any, value: Any) -> Any:
    """Do what the parameter's own ``process_value`` does."""
    if value is None and not parameter.required:
        return parameter.callback(context, parameter, None) if parameter.callback else None
    if value and parameter.nargs == -1:
        return list(value)
    return process(context, value)
