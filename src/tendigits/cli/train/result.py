"""What is shown of a run that was trained, for people and as JSON."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tendigits.cli.answering import print_json
from tendigits.cli.spelling import command_line
from tendigits.evaluation import percent
from tendigits.models import open_model

if TYPE_CHECKING:
    import pandas as pd

    from tendigits.training.result import Run

__all__ = ["figures", "show_result"]

_MOST_ROWS = 25
_IMPORTED = time.perf_counter()


def show_result(run: "Run", console: Console, *, as_json: bool) -> None:
    """Show what the tutorial shows at its end, and how to go on from here."""
    folder = run.folder
    if folder is None:
        return
    console.print(f"\n{_in_short(run.history_frame).to_string(float_format='{:.4f}'.format)}\n")
    predicted = run.probabilities[:5].argmax(axis=1)
    for i, (row, label) in enumerate(zip(run.probabilities[:5], run.labels[:5], strict=True)):
        console.print(f"test image {i}: predicted {predicted[i]} ({percent(row.max())} sure), true {label}")
    console.print(f"\ntest loss {run.evaluation.loss:.4f}\n{run.evaluation}\n")
    for path in sorted(folder.glob("*.png")):
        console.print(str(path))
    if run.not_dense:
        console.print(f"\nno weights file: {run.not_dense}")
    else:
        console.print(f"\nUse it:\n  {command_line('evaluate', folder)}")
        if open_model(folder).data == "mnist":  # others may have other classes
            console.print(f"  {command_line('read', 'photo.jpg', '--model', folder)}")
            console.print(f"  {command_line('serve', '--model', folder)}")
    if as_json:
        print_json(figures(folder, run.metrics, total_seconds=round(_seconds_since_start(), 3)))


def _in_short(history: "pd.DataFrame") -> "pd.DataFrame":
    """Return the figures of all epochs or, where they are many, of every so many: all were shown as they came."""
    step = -(-len(history) // _MOST_ROWS) or 1
    return history[(len(history) - 1) % step :: step]


def figures(folder: Path, metrics: dict[str, Any], **more: float) -> dict[str, Any]:
    """Return what ``train --json`` prints of a run."""
    known = {"run": str(folder)} | metrics | more
    keys = ("run", "accuracy", "loss", "wrong", "n", "interval", "fit_seconds", "total_seconds", "weights_sha256")
    return {key: known[key] for key in keys if key in known}


def _seconds_since_start() -> float:
    """Return how long this process has run; where the system does not tell, since this module was imported."""
    try:
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError, ValueError, IndexError):
        return time.perf_counter() - _IMPORTED
