"""What a file says of a run or of several, checked entry by entry before anything is made of it."""

from collections.abc import Mapping
from types import GenericAlias
from typing import Any, get_args, get_origin

from tendigits.network import hidden_units
from tendigits.training.recipes import check_recipe

__all__ = ["check_entries"]

_LEAST = {"epochs": 1, "batch_size": 1, "threads": 1}
"""The least that a number may be; of others it is 0."""


def check_entries(content: Any, wanted: Mapping[str, Any]) -> None:
    """Check that a file describes training that can be gone on with.

    Args:
        content: what the file's JSON holds; a ``recipe`` and a ``network`` among it.
        wanted: of each of its entries the type, as ``int``, ``str | None``, ``list[int]`` or ``dict[str, str]``.

    Raises:
        TypeError, ValueError: it has other entries, or one of them makes no sense.

    """
    if not isinstance(content, dict) or content.keys() != wanted.keys():
        raise ValueError(f"it has not exactly the entries {', '.join(wanted)}")
    for name, kind in wanted.items():
        _check(name, content[name], kind)
    check_recipe(content["recipe"])
    if content["network"] is not None:
        hidden_units(content["network"])


def _check(name: str, value: Any, kind: Any) -> None:
    if isinstance(kind, GenericAlias):
        _check(name, value, get_origin(kind))
        for each in value.values() if isinstance(value, dict) else value:
            _check(name, each, get_args(kind)[-1])
    elif isinstance(value, bool) or not isinstance(value, kind):  # true would pass for 1
        raise TypeError(f"{name} is {value!r}")
    elif isinstance(value, int) and value < (least := _LEAST.get(name, 0)):
        raise ValueError(f"{name} is {value}, and should be {least} or more")
