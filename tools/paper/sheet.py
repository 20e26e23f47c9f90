"""Draw a contact sheet of every condition and every kind of page without digits: `sheet.py -o sheet.png [--seed N]`.

The digits are those of MNIST's test set. Below each picture stand its condition, its size and the time it took.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, it is outside its own package

from paper import CONDITIONS, Condition, Page, write
from paper.letters import fonts
from paper.nonsense import KINDS, nonsense
from tendigits.data import load_data

_TILE = (330, 420)
_CAPTION = 24
_COLUMNS = 6
_NONSENSE_ON = ("scan", "phone photo", "ruled", "chalkboard", "drawing", "pencil")


def main() -> None:
    """Read the command line, make all pages, and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("sheet.png"), help="the file to write")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other pages (default: 1)")
    options = parser.parse_args()
    tiles = [_tile(*each) for each in _pages(options.seed)]
    blank = np.zeros_like(tiles[0])
    tiles += [blank] * (-len(tiles) % _COLUMNS)
    rows = [np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
    cv2.imwrite(str(options.output), np.vstack(rows)[..., ::-1])
    print(options.output)


def _pages(seed: int) -> Iterator[tuple[str, Page, float]]:
    """Make one page of each condition, and of each kind without digits on several."""
    _, (images, labels) = load_data()
    for i, condition in enumerate(CONDITIONS.values()):
        generator = np.random.default_rng((seed, i))
        counts = [1] if max(condition.frame) < 100 else generator.integers(1, 9, generator.integers(1, 4))
        chosen = [generator.integers(len(images), size=count) for count in counts]
        digits = [[(images[k], int(labels[k])) for k in line] for line in chosen]
        yield condition.name, *_timed(write, digits, condition, generator)
    for i, (kind, on) in enumerate((kind, on) for kind in _kinds() for on in _NONSENSE_ON):
        made = _timed(nonsense, kind, CONDITIONS[on], np.random.default_rng((seed, i, 1)))
        yield f"{kind}: {on}", *made


def _kinds() -> list[str]:
    """Return the kinds without digits that can be made here."""
    try:
        fonts()
    except FileNotFoundError as error:
        print(f"no letters on it: {error}")
        return [kind for kind in KINDS if kind != "letters"]
    return list(KINDS)


def _timed(make: Callable[..., Page], *what: Condition | object) -> tuple[Page, float]:
    start = time.perf_counter()
    return make(*what), time.perf_counter() - start


def _tile(name: str, page: Page, seconds: float) -> np.ndarray:
    """Return a page, shrunk or enlarged to the tile, with its caption."""
    height, width = page.pixels.shape[:2]
    scale = min(_TILE[0] / height, _TILE[1] / width)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    shown = cv2.resize(page.pixels, (round(width * scale), round(height * scale)), interpolation=method)
    tile = np.full((_TILE[0] + _CAPTION + 6, _TILE[1] + 6, 3), 90, np.uint8)
    tile[: shown.shape[0], : shown.shape[1]] = shown
    caption = f"{name}  {width} x {height}, {seconds:.2f} s"
    cv2.putText(tile, caption, (4, _TILE[0] + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


if __name__ == "__main__":
    main()
