"""How well handwriting is read: synthetic lines, scikit-learn's digits, pages without digits, and FOLDERs of your own.

    make bench-reading        # or: python benchmarks/handwriting.py [FOLDER ...] [--lines N]

Prints Markdown, and writes handwriting.md: shares with 95 % intervals (Wilson). Lines have 1 to 12 digits of MNIST's
test set, on paper of `tools/paper`. What is no digit should have none with a confidence over 0.9; letters need a font
of `paper.letters`. A FOLDER (`make bench-reading FOLDERS=...`) has a `labels.csv`, as for `tendigits evaluate --data`,
and what that says of it is printed and not written. Ten minutes with 100 lines each.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded: as `tendigits read` and `serve` do

import cv2
import numpy as np
from measuring import machine
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from paper import APART, CONDITIONS, TOUCHING, write
from paper.nonsense import KINDS, nonsense

from tendigits.data import load
from tendigits.evaluation.scores import wilson_interval
from tendigits.reading.reader import Reader

PLAIN = ("clean", "scan", "phone photo")
SURE = 0.9
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--lines", type=int, default=100, help="of each kind")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    written = []
    for line in report(Reader(min_confidence=0), arguments.lines):
        print(line, flush=True)
        written.append(f"{line}\n")
    Path(__file__).with_suffix(".md").write_text("".join(written), encoding="utf-8")
    for folder in arguments.folders:
        subprocess.run([sys.executable, "-m", "tendigits", "evaluate", "--data", str(folder)], check=True)


def report(reader: Reader, n: int) -> Iterator[str]:
    """Yield the lines of the report, each as soon as it is known."""
    yield f"# Reading\n\nOn {machine()}, OpenCV {cv2.__version__}. Model: {reader.name}.\n"
    yield from synthetic_lines(reader, n)
    yield from small_digits(reader)
    yield from no_digits(reader, max(n // 25, 1))
    yield from speed(reader)


def synthetic_lines(reader: Reader, n: int) -> Iterator[str]:
    """Yield how many lines are read right, and how far their confidence can be trusted."""
    yield "| lines of 1 to 12 digits | exactly right | 95 % interval |\n| --- | --- | --- |"
    said: list[tuple[float, bool]] = []
    for gap_name, gap in (("apart", APART), ("touching", TOUCHING)):
        for group, names in (("clean, scan, phone photo", PLAIN), ("all conditions", tuple(CONDITIONS))):
            read = [(reading.confidence, reading.text == text) for reading, text in lines(reader, names, gap, n)]
            said += read
            yield share(f"{gap_name}: {group}", sum(right for _, right in read), len(read))
    yield "\n| confidence of the text, at least | lines | right |\n| --- | --- | --- |"
    for level in LEVELS:
        accepted = [right for confidence, right in said if confidence >= level]
        right = f"{sum(accepted) / len(accepted):.1%}" if accepted else "-"
        yield f"| {level} | {len(accepted) / len(said):.1%} | {right} |"
    right, mean = sum(right for _, right in said) / len(said), statistics.fmean(confidence for confidence, _ in said)
    yield f"| any | 100 % | {right:.1%}; mean confidence {mean:.1%} |\n"


def lines(reader: Reader, names, gap, n: int):
    """Yield readings and what was written, the conditions in turn."""
    images, labels = load("mnist").test
    generator = np.random.default_rng(len(names))
    fit = [name for name in names if min(CONDITIONS[name].frame) > 100 and max(CONDITIONS[name].frame) < 3000]
    for i in range(n):
        chosen = generator.integers(0, len(images), int(generator.integers(1, 13)))
        condition = CONDITIONS[fit[i % len(fit)]].spaced(gap)
        page = write([[(images[j], int(labels[j])) for j in chosen]], condition, generator)
        yield reader.read(page.pixels), page.text


def small_digits(reader: Reader) -> Iterator[str]:
    """Yield how many of scikit-learn's digits are read right: 8x8 pixels of 17 levels, light on dark."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    right = sum(
        reader.read(image, single=True).text == str(label) for image, label in zip(pixels, digits.target, strict=True)
    )
    yield "| | right | 95 % interval |\n| --- | --- | --- |"
    yield share("scikit-learn's `load_digits`, each `single`", right, len(pixels)) + "\n"


def no_digits(reader: Reader, n: int) -> Iterator[str]:
    """Yield how many pages without digits have one that the reader is sure of."""
    yield f"| pages of | with a digit over {SURE} | 95 % interval |\n| --- | --- | --- |"
    generator = np.random.default_rng(8)
    conditions = [c for c in CONDITIONS.values() if min(c.frame) > 100 and max(c.frame) < 3000]
    for kind in KINDS:
        try:
            made = [nonsense(kind, condition, generator) for condition in conditions for _ in range(n)]
        except FileNotFoundError as error:
            yield f"| {kind} | not measured: {error} | |"
            continue
        sure = sum(any(d.confidence > SURE for d in reader.read(page.pixels).digits) for page in made)
        yield share(kind, sure, len(made))
    yield ""


def speed(reader: Reader) -> Iterator[str]:
    """Yield how long a photograph takes on one core, and the command from shell to answer."""
    images, labels = load("mnist").test
    generator = np.random.default_rng(0)
    yield "| | ms, least of 9 | median |\n| --- | --- | --- |"
    for name in ("phone photo", "ruled", "squared"):
        page = write([[(images[i], int(labels[i])) for i in range(6)]], CONDITIONS[name], generator)
        yield timed(f"{name}, 1600x1200, six digits", lambda page=page: reader.read(page.pixels))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.png"
        Image.fromarray(write([[(images[0], 7)]], CONDITIONS["icon"], generator).pixels).save(path)
        runs = {
            "`import numpy, cv2, PIL.Image`": [sys.executable, "-c", "import numpy, cv2, PIL.Image"],
            "`tendigits read one.png`": [sys.executable, "-m", "tendigits", "read", path],
        }
        # Installed packages are compiled once: of one that is not, the first run keeps what it compiles.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        run = partial(subprocess.run, check=True, capture_output=True, env=environment)
        for name, command in runs.items():
            run(command)
            yield timed(name, lambda command=command: run(command))


def timed(name: str, act) -> str:
    seconds = []
    for _ in range(9):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    return f"| {name} | {1000 * min(seconds):.0f} | {1000 * statistics.median(seconds):.0f} |"


def share(name: str, count: int, of: int) -> str:
    low, high = wilson_interval(count, of)
    return f"| {name} | {count / of:.1%} ({count} of {of}) | {low:.1%} to {high:.1%} |"


if __name__ == "__main__":
    main()
