"""What is taken for what: the confusion matrix, and each class by itself."""

import math

import numpy as np
import numpy.typing as npt

from tendigits.report.markup import Html, element, joined
from tendigits.report.subject import Subject
from tendigits.report.tables import table

__all__ = ["classes"]

_MOST_COLUMNS = 30
"""The most classes whose confusion matrix can be read; of more, the most frequent confusions are listed."""

_MOST_LISTED = 40
_SHADES = 5

_EXPLAINED = (
    "Recall: how many of the images of a class are read as it."
    " Precision: how many of the images that are read as it are of it."
)


def classes(subject: Subject) -> Html:
    """Return the section about the classes and what they are taken for."""
    confusion, names = subject.evaluation.confusion, subject.names
    small = len(names) <= _MOST_COLUMNS
    return element(
        "section",
        element("h2", "What is taken for what"),
        _matrix(confusion, names) if small else _list(confusion, names),
        element("h3", "Class by class"),
        _class_by_class(confusion, names),
    )


def _matrix(confusion: npt.NDArray[np.int64], names: tuple[str, ...]) -> Html:
    most = max(1, int(_mistakes(confusion).max()))
    rows = [
        (name, *(_cell(int(count), row == column, most) for column, count in enumerate(confusion[row])))
        for row, name in enumerate(names)
    ]
    header = ("true", *(joined(element("span", "as ", class_="as"), name) for name in names))
    return table("Images by their true class (rows) and what they are read as (columns)", header, rows, "confusion")


def _cell(count: int, is_right: bool, most: int) -> Html:  # noqa: FBT001 - the two kinds of cell
    """Return a cell of the matrix; mistakes are the redder the more there are, on a logarithmic scale."""
    if is_right:
        return element("td", f"{count:,}", class_="right")
    shade = math.ceil(_SHADES * math.log1p(count) / math.log1p(most))
    return element("td", f"{count:,}", class_=f"shade{shade}")


def _list(confusion: npt.NDArray[np.int64], names: tuple[str, ...]) -> Html:
    mistakes = _mistakes(confusion)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:_MOST_LISTED]
    pairs = [divmod(int(i), len(names)) for i in order]
    rows = [(names[true], names[read], f"{mistakes[true, read]:,}") for true, read in pairs if mistakes[true, read]]
    return table("The most frequent confusions", ("true", "read as", "images"), rows)


def _class_by_class(confusion: npt.NDArray[np.int64], names: tuple[str, ...]) -> Html:
    mistakes = _mistakes(confusion)
    rows = [
        (
            name,
            f"{confusion[i].sum():,}",
            _share(int(confusion[i, i]), int(confusion[i].sum())),
            _share(int(confusion[i, i]), int(confusion[:, i].sum())),
            _taken_for(mistakes[i], names),
        )
        for i, name in enumerate(names)
    ]
    header = ("class", "images", "recall", "precision", "most taken for")
    return table(_EXPLAINED, header, rows)


def _mistakes(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.where(np.eye(len(confusion), dtype=bool), 0, confusion)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _taken_for(mistakes: npt.NDArray[np.int64], names: tuple[str, ...]) -> str:
    most = int(mistakes.argmax())
    if not mistakes[most]:
        return "nothing else"
    return f"{names[most]} ({'once' if mistakes[most] == 1 else f'{mistakes[most]:,} times'})"
