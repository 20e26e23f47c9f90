"""Every picture the project draws, as the bytes of a PNG.

Drawn on Matplotlib's own canvas, without pyplot: a host program's windows, styles and backend are left alone.
"""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tendigits.evaluation import confusion_matrix, percent, surest_mistakes
from tendigits.extras import require
from tendigits.grey import as_squares, grey_range

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tendigits.compare import Answer, Disagreement

__all__ = [
    "charted",
    "confusion_picture",
    "disagreements_picture",
    "history_picture",
    "mistakes_picture",
    "predictions_picture",
    "run_pictures",
    "sheet_picture",
]

Images = npt.NDArray[Any]
Labels = npt.NDArray[np.integer]
Probabilities = npt.NDArray[np.floating]

_TRAINING, _VALIDATION = "#4477aa", "#ee6677"  # Paul Tol's bright scheme: told apart by colour-blind eyes
_RIGHT, _WRONG, _QUIET = "#228833", "#bb2244", "#666666"
_DPI = 110

_MAX_COUNTED = 30
"""The most classes of a confusion matrix whose counts can be read: larger ones are drawn as small, in colour alone."""

_GAP = 0.14
"""Inches between pictures of digits, and around them."""

_TALLEST = 4
"""The most that a picture is drawn higher than wide: a taller one is pressed, so that no figure grows without end."""


def run_pictures(
    history: Mapping[str, Sequence[float]],
    images: Images,
    labels: Labels,
    probabilities: Probabilities,
    *,
    measured_on: str = "test set",
) -> dict[str, bytes]:
    """Draw what a run leaves, each under its file's name.

    Args:
        history: the figures of each epoch, as a Keras History keeps them.
        images: the test set; where they are not pictures of one grey channel, no picture shows any.
        labels: whole numbers (n,).
        probabilities: (n, classes).
        measured_on: what the history's ``val_`` figures are of.

    """
    pictures = {
        "history.png": history_picture(history, measured_on),
        "confusion.png": confusion_picture(
            confusion_matrix(labels, probabilities.argmax(axis=1), probabilities.shape[1])
        ),
    }
    squares = as_squares(images)
    if squares is not None:
        pictures["predictions.png"] = predictions_picture(squares[:5], labels[:5], probabilities[:5])
        pictures["mistakes.png"] = mistakes_picture(squares, labels, probabilities)
    return pictures


def history_picture(history: Mapping[str, Sequence[float]], measured_on: str = "test set") -> bytes:
    """Draw the accuracy and the loss over the epochs, in training and on what was measured after each."""
    figure = _figure(9, 3.8)
    names = charted(history)
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _draw_curves(axes, name, history, measured_on)
    return _png(figure)


def charted(history: Mapping[str, Sequence[float]]) -> list[str]:
    """Return which two figures of a history are drawn: accuracy and loss, where it has them."""
    names = [name for name in history if not name.startswith("val_")]
    return sorted(names, key=lambda name: (name != "accuracy", name != "loss"))[:2]


def _draw_curves(axes: "Axes", name: str, history: Mapping[str, Sequence[float]], measured_on: str) -> None:
    epochs = range(1, len(history[name]) + 1)
    style: dict[str, Any] = {"linewidth": 2, "marker": "o" if len(epochs) <= 30 else "", "markersize": 4}
    axes.plot(epochs, history[name], color=_TRAINING, label="training", **style)
    if f"val_{name}" in history:
        axes.plot(epochs, history[f"val_{name}"], color=_VALIDATION, label=measured_on, **style)
    axes.set_title(name, loc="left", fontweight="bold")
    axes.set_xlabel("epoch")
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def predictions_picture(images: Images, labels: Labels, probabilities: Probabilities) -> bytes:
    """Draw images (n, height, width) in one row, each with its predicted and its true label."""
    figure, axes, places = _tiles(images, columns=len(images), side=1.7, caption=0.33)
    for (x, y), label, row in zip(places, labels, probabilities, strict=True):
        predicted = int(row.argmax())
        color = _RIGHT if predicted == label else _WRONG
        axes.text(x, y + 0.07, f"predicted {predicted}", ha="center", va="top", color=color, fontweight="bold")
        axes.text(
            x, y + 0.26, f"true {label}  ({percent(row.max())} sure)", ha="center", va="top", color=_QUIET, size=8
        )
    return _png(figure)


def mistakes_picture(images: Images, labels: Labels, probabilities: Probabilities, most: int = 40) -> bytes:
    """Draw the worst mistakes, the surest first, each with its true and predicted label and its confidence."""
    predicted = probabilities.argmax(axis=1)
    wrong = surest_mistakes(probabilities, labels)
    worst = wrong[:most]
    figure, axes, places = _tiles(images[worst], columns=8, side=1.12, caption=0.24, title=0.3)
    shown = f"the {len(worst)} surest of {len(wrong):,} mistakes" if len(wrong) > most else f"{len(wrong)} mistakes"
    axes.text(_GAP, _GAP, f"{shown} in {len(labels):,} images", va="top", size=12, fontweight="bold")
    for (x, y), i in zip(places, worst, strict=True):
        axes.text(x, y + 0.05, f"{labels[i]} read as {predicted[i]}", ha="center", va="top", size=9, color=_WRONG)
        sure = percent(probabilities[i, predicted[i]])
        axes.text(x, y + 0.21, f"{sure} sure, no. {i}", ha="center", va="top", size=6.5, color=_QUIET)
    return _png(figure)


def disagreements_picture(images: Images, disagreements: "Sequence[Disagreement]", most: int = 40) -> bytes:
    """Draw images (n, height, width) of which two networks A and B say different things, with what each says."""
    shown = disagreements[:most]
    figure, axes, places = _tiles(images[[case.index for case in shown]], columns=8, side=1.12, caption=0.42, title=0.3)
    some = f"{len(shown)} of " if len(shown) < len(disagreements) else ""
    title = f"{some}{len(disagreements):,} images that A and B read differently"
    axes.text(_GAP, _GAP, title, va="top", size=12, fontweight="bold")
    for (x, y), case in zip(places, shown, strict=True):
        axes.text(x, y + 0.05, f"true {case.label}, no. {case.index}", ha="center", va="top", size=6.5, color=_QUIET)
        _draw_answer(axes, x, y + 0.16, "A", case.a, case.label)
        _draw_answer(axes, x, y + 0.3, "B", case.b, case.label)
    return _png(figure)


def sheet_picture(images: Images, labels: Labels, copies: "Sequence[Images] | None" = None) -> bytes:
    """Draw a sheet of digits, ten in a row, each with its label.

    Args:
        images: uint8 (n, height, width).
        labels: whole numbers (n,).
        copies: deformed copies, each like ``images``; each row then holds one digit, and its copies beside it.

    """
    if copies is not None:
        rows = np.stack([images, *copies], axis=1)
        captions = [f"{label}" if i == 0 else "" for label in labels for i in range(rows.shape[1])]
        figure, axes, places = _tiles(rows.reshape(-1, *images.shape[1:]), columns=rows.shape[1], side=0.8, caption=0.1)
    else:
        captions = [str(label) for label in labels]
        figure, axes, places = _tiles(images, columns=10, side=0.8, caption=0.1)
    for (x, y), caption in zip(places, captions, strict=True):
        axes.text(x, y + 0.03, caption, ha="center", va="top", size=8, color=_QUIET)
    return _png(figure)


def _draw_answer(axes: "Axes", x: float, y: float, name: str, answer: "Answer", label: int) -> None:
    color = _RIGHT if answer.predicted == label else _WRONG
    said = f"{name}: {answer.predicted} ({percent(answer.confidence)})"
    axes.text(x, y, said, ha="center", va="top", size=8, color=color)


def confusion_picture(confusion: npt.NDArray[np.integer]) -> bytes:
    """Draw a confusion matrix: rows the true class, columns the predicted one; the mistakes carry the colour."""
    classes = len(confusion)
    cells = min(classes, _MAX_COUNTED)
    figure = _figure(1.6 + 0.55 * cells, 1.3 + 0.5 * cells)
    axes = figure.subplots()
    mistakes = np.where(np.eye(classes, dtype=bool), 0, confusion)
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(1, int(mistakes.max())) * 1.8, aspect="auto")
    if classes <= _MAX_COUNTED:
        _draw_counts(axes, confusion)
    right, total = int(np.trace(confusion)), int(confusion.sum())
    axes.set_title(f"{right:,} of {total:,} right", loc="left", fontweight="bold", pad=20)
    axes.annotate(
        "colour shows mistakes only", (0, 1), (0, 6),
        xycoords="axes fraction", textcoords="offset points", size=9, color=_QUIET,
    )  # fmt: skip
    named = range(0, classes, -(-classes // _MAX_COUNTED))
    axes.set_xticks(named)
    axes.set_yticks(named)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return _png(figure)


def _draw_counts(axes: "Axes", confusion: npt.NDArray[np.integer]) -> None:
    for (row, column), count in np.ndenumerate(confusion):
        if count:
            weight, color = ("bold", _RIGHT) if row == column else ("normal", "black")
            axes.text(column, row, f"{count:,}", ha="center", va="center", size=9, color=color, fontweight=weight)


def _tiles(
    images: Images, *, columns: int, side: float, caption: float, title: float = 0.0
) -> "tuple[Figure, Axes, list[tuple[float, float]]]":
    """Draw images side by side, on a figure that they fill; all sizes, and the axes' units, are inches.

    Returns the figure, its axes, and the middle of each image's lower edge, from where there is room for its caption.
    """
    height = side * min(images.shape[1] / images.shape[2], _TALLEST)
    right, down = side + _GAP, height + caption + _GAP
    figure, axes = _sheet(_GAP + columns * right, _GAP + title + -(-len(images) // columns) * down)
    blank, ink = grey_range(images)
    places = []
    for i, image in enumerate(images):
        left, top = _GAP + i % columns * right, _GAP + title + i // columns * down
        axes.imshow(
            image, cmap="gray_r", vmin=blank, vmax=ink, extent=(left, left + side, top + height, top),
            interpolation="nearest", aspect="auto",
        )  # fmt: skip
        axes.add_patch(_frame(left, top, side, height))
        places.append((left + side / 2, top + height))
    return figure, axes, places


def _frame(left: float, top: float, width: float, height: float) -> Any:
    patches = require("matplotlib.patches", "train")
    return patches.Rectangle((left, top), width, height, fill=False, edgecolor="#cccccc", linewidth=0.6)


def _figure(width: float, height: float) -> "Figure":
    figure: Figure = require("matplotlib.figure", "train").Figure(figsize=(width, height), layout="constrained")
    return figure


def _sheet(width: float, height: float) -> "tuple[Figure, Axes]":
    """Return an empty figure, and axes that cover it and count in inches from its upper left corner."""
    figure: Figure = require("matplotlib.figure", "train").Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return figure, axes


def _png(figure: "Figure") -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=_DPI, metadata={"Software": None})
    return target.getvalue()
