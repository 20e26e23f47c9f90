"""HTML and SVG, built of elements: every text is escaped unless it is an element already."""

import html
from typing import TypeAlias

__all__ = ["Content", "Html", "element", "joined"]


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Content: TypeAlias = "Html | str | int"
"""What an element holds: HTML, or text and whole numbers, which are escaped."""

_VOID = ("img", "link", "meta")
"""Elements that hold nothing and have no end, of those used here."""


def element(name: str, /, *content: Content, **attributes: str | int | None) -> Html:
    """Return an element.

    Underscores in the names of attributes stand for hyphens, and one at the end for none, as Python needs in
    ``class_``; an attribute that is None is left out.

    >>> element("td", "3 < 4", class_="right", aria_label=None)
    '<td class="right">3 &lt; 4</td>'
    """
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    start = "".join(f' {key}="{_escaped(str(value))}"' for key, value in given.items())
    if name in _VOID:
        return Html(f"<{name}{start}>")
    return Html(f"<{name}{start}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Html:
    """Return contents one after the other."""
    return Html("".join(part if isinstance(part, Html) else _escaped(str(part)) for part in content))


def _escaped(text: str) -> str:
    """Return a text as HTML; what cannot be seen, and would be no HTML or turn the text around, as a mark."""
    return html.escape("".join(character if character.isprintable() else "\ufffd" for character in text))
