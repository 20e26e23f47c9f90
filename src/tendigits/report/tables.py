"""Tables that a screen reader can follow: a caption, and every header with its scope."""

from collections.abc import Iterable, Sequence

from tendigits.report.markup import Content, Html, element

__all__ = ["folded", "table"]


def table(
    caption: str, header: Sequence[Content] | None, rows: Iterable[Sequence[Content]], class_: str | None = None
) -> Html:
    """Return a table whose first column names the rows; it scrolls by itself where it is wider than the page.

    A cell that is a ``td`` already is taken as it is.
    """
    head = (
        []
        if header is None
        else [element("thead", element("tr", *(element("th", name, scope="col") for name in header)))]
    )
    whole = element("table", element("caption", caption), *head, element("tbody", *map(_row, rows)), class_=class_)
    return element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _row(cells: Sequence[Content]) -> Html:
    name, *values = cells
    return element("tr", element("th", name, scope="row"), *map(_cell, values))


def _cell(content: Content) -> Html:
    if isinstance(content, Html) and content.startswith("<td"):
        return content
    return element("td", content)


def folded(summary: str, content: Html) -> Html:
    """Return content that is shown when its summary is clicked."""
    return element("details", element("summary", summary), content)
