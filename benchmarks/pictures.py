"""Pictures of what the benchmarks found, drawn from their pages into docs/images.

    python benchmarks/pictures.py       # `make bench` does it at its end

A picture whose page is not there is left out.
"""

import io
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tendigits.files import write_whole

HERE = Path(__file__).parent
IMAGES = HERE.parent / "docs" / "images"
OURS, OTHERS, FLOOR = "#4477aa", "#bbbbbb", "#ee6677"  # Paul Tol's bright scheme
Row = dict[str, str]
Panel = tuple[str, Callable[[Axes], None]]


def main() -> None:
    for page, (picture, draw) in PICTURES.items():
        path = HERE / f"{page}.md"
        if path.exists():
            write_whole(IMAGES / picture, draw(tables(path.read_text(encoding="utf-8"))))
            print(f"docs/images/{picture}, of {path.name}", file=sys.stderr)


def tables(text: str) -> list[list[Row]]:
    """Return a page's tables, each a list of rows by the names of their columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        names, _, *lines = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines())
        found.append([dict(zip(names, cells, strict=True)) for cells in lines])
    return found


def number(cell: str) -> float:
    """Return the first number in a cell: a median, before its spread."""
    return float(re.search(r"[\d.,]+", cell)[0].replace(",", ""))


def picture(size: tuple[float, float], panels: Sequence[Panel]) -> bytes:
    """Draw panels beside one another, and return the PNG."""
    figure = Figure(figsize=size, dpi=110, layout="constrained")
    for axes, (title, draw) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        draw(axes)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.spines[["top", "right"]].set_visible(False)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def fit(found: Sequence[list[Row]]) -> bytes:
    """Draw whole processes as bars, the ten epochs of them darker."""
    rows = sorted(found[0], key=lambda row: -number(row["whole process, s"]))

    def draw(axes: Axes) -> None:
        names = [row[""] for row in rows]
        colours = [OURS if name.startswith("tendigits") else OTHERS for name in names]
        whole, fits = ([number(row[column]) for row in rows] for column in ("whole process, s", "fit, s"))
        axes.barh(names, whole, color=colours, alpha=0.45)
        axes.barh(names, fits, color=colours)
        axes.bar_label(axes.containers[0], fmt="%.1f", padding=4)
        axes.set_xlim(right=1.08 * max(whole))
        axes.set_xlabel("seconds; the ten epochs are darker")

    return picture((8, 3.4), [("The lesson's training, whole processes", draw)])


def accuracy(found: Sequence[list[Row]]) -> bytes:
    """Draw the mistakes of each seed as a dot."""

    def draw(axes: Axes) -> None:
        for place, row in enumerate(reversed(found[0])):
            mistakes = [int(each) for each in row["of each seed"].split(",")]
            axes.plot(mistakes, [place] * len(mistakes), "o", color=OURS, alpha=0.6)
        names = [f"{row['network']} network,\n{row['recipe']} recipe" for row in reversed(found[0])]
        axes.set_yticks(range(len(names)), names)
        axes.set_xlim(left=0)
        axes.set_xlabel("mistakes in 10,000, a dot for each seed")

    return picture((8, 2.8), [("What network and recipe are worth", draw)])


def growth(found: Sequence[list[Row]]) -> bytes:
    """Draw an epoch's seconds, and the floor's, against what grows."""
    return picture((10, 3.2), [(next(iter(rows[0])), growing(rows)) for rows in found])


def growing(rows: list[Row]) -> Callable[[Axes], None]:
    def draw(axes: Axes) -> None:
        values = [next(iter(row.values())) for row in rows]
        for column, colour in (("an epoch, s", OURS), ("the floor, s", FLOOR)):
            axes.plot(range(len(rows)), [number(row[column]) for row in rows], "o-", color=colour, label=column)
        axes.set_xticks(range(len(rows)), values, rotation=30)
        axes.set_yscale("log")
        axes.legend(frameon=False)

    return draw


PICTURES = {
    "fit": ("speed.png", fit),
    "accuracy": ("accuracy.png", accuracy),
    "growth": ("growth.png", growth),
}

if __name__ == "__main__":
    main()
