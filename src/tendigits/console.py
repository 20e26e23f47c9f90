"""Where words go: a console that prints text as it is."""

from typing import Any

from rich.console import Console

__all__ = ["plain_console"]


def plain_console(**options: Any) -> Console:
    """Return a Rich console that leaves brackets, colons and long lines alone: what is printed may be a path."""
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True, **options)
