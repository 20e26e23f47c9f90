"""The mistakes the network is surest of: its own, or perhaps the label's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.evaluation import percent, surest_mistakes
from tendigits.grey import as_squares
from tendigits.png import data_url, ink_png
from tendigits.report.markup import Html, element, joined
from tendigits.report.subject import Subject

__all__ = ["mistakes"]

_SURE = 0.95
"""From which confidence a label that says something else is doubted."""

_MOST_DOUBTED, _MOST_OTHERS = 24, 40


def mistakes(subject: Subject) -> Html:
    """Return the section with the mistakes, each shown once: those that cast doubt on the label, then the next."""
    wrong = surest_mistakes(subject.probabilities, subject.labels)
    sure = int(np.count_nonzero(subject.confidence[wrong] >= _SURE))
    doubted, others = wrong[: min(sure, _MOST_DOUBTED)], wrong[min(sure, _MOST_DOUBTED) :]
    how_many = f"{len(wrong):,} of {len(subject.labels):,} images are read as something else than their label."
    return element(
        "section",
        element("h2", "The worst mistakes"),
        element("p", how_many if len(wrong) else "There are none."),
        _doubted(subject, doubted.tolist(), sure) if sure else "",
        _others(subject, others.tolist(), "The other mistakes" if sure else "The surest") if len(others) else "",
    )


def _doubted(subject: Subject, shown: Sequence[int], sure: int) -> Html:
    as_sure = int(np.count_nonzero(subject.confidence >= _SURE))
    return joined(
        element("h3", "Labels that look wrong"),
        element(
            "p",
            f"The network is at least {_SURE:.0%} sure that these are something else than their label says. A few test"
            " labels in most data sets are wrong, and they turn up here; but so do clear mistakes of a network that is"
            f" surer than it should be. Of {as_sure:,} answers as sure, {sure:,} go against the label. So these are"
            f" candidates to look at, no more. The surest first{_of(len(shown), sure)}.",
        ),
        _tiles(subject, shown),
    )


def _others(subject: Subject, others: Sequence[int], title: str) -> Html:
    shown = others[:_MOST_OTHERS]
    return joined(
        element("h3", title),
        element("p", f"The surest first{_of(len(shown), len(others))}."),
        _tiles(subject, shown),
    )


def _of(shown: int, there_are: int) -> str:
    return f"; {shown:,} of {there_are:,} are shown" if shown < there_are else ""


def _tiles(subject: Subject, shown: Sequence[int]) -> Html:
    squares = as_squares(subject.images)
    return element("ul", *(_tile(subject, i, None if squares is None else squares[i]) for i in shown), class_="tiles")


def _tile(subject: Subject, i: int, image: npt.NDArray[Any] | None) -> Html:
    label, read = subject.names[subject.labels[i]], subject.names[subject.predicted[i]]
    picture = (
        "" if image is None else element("img", src=data_url(ink_png(image)), alt=f"test image {i}, labelled {label}")
    )
    return element(
        "li",
        picture,
        element("b", f"{label} read as {read}"),
        element("span", f"{percent(float(subject.confidence[i]))} sure"),
        element("span", f"image {i}"),
    )
