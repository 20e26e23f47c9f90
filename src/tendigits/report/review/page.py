"""The page: what there is to review as JSON, and beside it markup, style and scripts that never change."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tendigits.report.markup import Html, element, joined
from tendigits.report.policy import policy

__all__ = ["Review", "ReviewItem", "job_of_page", "review_page"]

_SCRIPTS = ("answers.js", "table.js", "summary.js", "view.js", "review.js")
"""In the order in which they need one another."""

_JOB = "tendigits-review"
_BEGINNING = 2_000
"""Bytes of a page in which its job is told."""


@dataclass(frozen=True)
class ReviewItem:
    """An image to review.

    Attributes:
        path: of the image or table.
        row: of the table, from 1; None where it is none.
        page: of the image, from 1; None where it has one.
        drawn: why, as ``labels.csv`` says it.
        text: as read.
        confidence: the reader's, for the whole text.
        marks: strokes that were left out of the text.
        picture: the ``src`` of an ``img``; empty where there is none.
        note: what is to be said of the picture.
        whole: the ``src`` of the image that the picture is a part of; empty where it is the whole.

    """

    path: str
    row: int | None
    page: int | None
    drawn: str
    text: str
    confidence: float
    marks: int
    picture: str
    note: str
    whole: str


@dataclass(frozen=True)
class Review:
    """What is reviewed.

    Attributes:
        job: what tells it from others: what was typed is kept under this name.
        target: the batch.
        model: whose weights.
        of: among how many rows images were drawn, by why they were.
        failed: rows that could not be read.
        items: the images in their order.

    """

    job: str
    target: str
    model: str
    of: Mapping[str, int]
    failed: int
    items: Sequence[ReviewItem]

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON, each image with 16 hex digits of its own: under them is kept what was typed of it."""
        items = [asdict(item) for item in self.items]
        return asdict(self) | {"items": [{**item, "key": _key(item)} for item in items]}


def review_page(review: Review) -> Html:
    """Return the page as an HTML document."""
    style, script = _file("style.css"), "".join(map(_file, _SCRIPTS))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name=_JOB, content=review.job),
        policy(style, script),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"Review of {review.target}"),
        element("style", Html(style)),
    )
    data = element("script", _as_json(review), type="application/json", id="data")
    body = element("body", Html(_file("body.html")), data, element("script", Html(script)))
    return joined(Html("<!DOCTYPE html>\n"), element("html", head, body, lang="en"), Html("\n"))


def job_of_page(file: Path) -> str | None:
    """Return which job a page reviews; None where a file is no such page.

    Raises:
        OSError: it cannot be read.

    """
    with file.open("rb") as page:
        beginning = page.read(_BEGINNING).decode("utf-8", "replace")
    found = re.search(rf'<meta name="{_JOB}" content="([0-9a-f]+)">', beginning)
    return None if found is None else found[1]


def _as_json(review: Review) -> Html:
    """Return all of it, with nothing in it that a browser would take for an end of the script."""
    return Html(json.dumps(review.as_dict(), separators=(",", ":")).replace("<", "\\u003c"))


def _key(item: Mapping[str, Any]) -> str:
    """Return what tells an image from others: where it is, and what is seen of it."""
    shown = [item[name] for name in ("path", "row", "page", "picture")]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _file(name: str) -> str:
    return files("tendigits.report.review").joinpath(name).read_text(encoding="utf-8")
