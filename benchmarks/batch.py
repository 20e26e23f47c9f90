"""Many images into one table: rate and memory by number of workers, 10 million digits, and plain loops beside it.

    make bench-batch        # or: python benchmarks/batch.py --torch PYTHON_WITH_TORCH [--rounds 3] [--digits 10000000]

Writes batch.md. Each command is a process of its own, from its start to its end, with all that it writes; in turn,
round after round. Memory is the most that its processes together had at a time, pages that they share counted once.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pyarrow.parquet as pq
from measuring import Result, machine, run, versions
from memory import watched

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from paper import APART, CONDITIONS, write

from tendigits.data import load_data
from tendigits.export import export
from tendigits.models import open_model, shipped_file

HERE = Path(__file__).parent
KERAS = "keras.Model.predict on JAX, batches of 1,024"
TORCH = "torch DataLoader of 2 workers, batches of 1,024"
ROWS, PHOTOS = 600_000, 240
MEGABYTE = 1e6
Command = tuple[list[str], dict[str, str]]
"""A command, and what it finds in its environment."""


class Written(NamedTuple):
    """What is written in the sources: each digit, and each photograph's number by its name."""

    digits: np.ndarray
    numbers: dict[str, str]


class Measured(NamedTuple):
    """A command, measured."""

    seconds: float
    memory: float
    accuracy: float


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--torch", default=sys.executable, help="the Python that has PyTorch installed")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--digits", type=int, default=10_000_000)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        written = make_sources(folder)
        rounds = []
        for number in range(options.rounds + 1):
            jobs = commands(folder, options.torch)
            rounds.append({name: measured(command, folder, written) for name, command in jobs.items()})
            print(f"round {number}{'' if number else ', not counted'}", file=sys.stderr)
    many = run([sys.executable, str(HERE / "many.py"), str(options.digits)], {})
    text = report(rounds[1:], many, options.digits)
    print(text)
    (HERE / "batch.md").write_text(text, encoding="utf-8")


def make_sources(folder: Path) -> Written:
    """Write a table of digits, in two forms, and a folder of photographs of numbers."""
    images, labels = load_data()[1]
    np.save(folder / "digits.npy", np.tile(images, (ROWS // len(images), 1, 1)))
    np.savez(folder / "digits.npz", images=np.load(folder / "digits.npy"))
    export(open_model().weights, folder / "model.keras")
    (folder / "photos").mkdir()
    numbers, generator = {}, np.random.default_rng(1)
    for number in range(PHOTOS):
        chosen = generator.integers(0, 300, 4)
        digits = [[(images[each], int(labels[each])) for each in chosen]]
        photo = write(digits, CONDITIONS["webcam"].spaced(APART), generator).pixels
        cv2.imwrite(str(folder / "photos" / f"{number}.jpg"), photo[..., ::-1])
        numbers[f"{number}.jpg"] = "".join(str(digit) for _, digit in digits[0])
    return Written(np.tile(labels, ROWS // len(labels)), numbers)


def commands(folder: Path, torch: str) -> dict[str, Command]:
    """Return what is measured: the command with one worker and with two, and plain loops."""

    def read(source: str, workers: int) -> Command:
        target = folder / f"read-{workers}.parquet"
        asked = (folder / source, "-o", target, "--workers", workers)
        return [sys.executable, "-m", "tendigits", "read", *map(str, asked)], {}

    def loop(python: str, name: str, weights: Path, *more: str, **environment: str) -> Command:
        script, digits, answers = HERE / "peers" / f"{name}.py", folder / "digits.npy", folder / "read.csv"
        return [python, *map(str, (script, digits, weights, answers, *more))], environment

    return {
        "digits, 1 worker": read("digits.npz", 1),
        "digits, 2 workers": read("digits.npz", 2),
        "photos, 1 worker": read("photos", 1),
        "photos, 2 workers": read("photos", 2),
        KERAS: loop(sys.executable, "keras_batch", folder / "model.keras", KERAS_BACKEND="jax"),
        TORCH: loop(torch, "torch_batch", shipped_file("robust"), "2"),
    }


def measured(asked: Command, folder: Path, written: Written) -> Measured:
    """Run a command; return its seconds, the most memory it had, in bytes, and how much of what it read is right."""
    for target in folder.glob("read*"):
        target.unlink()
    command, more = asked
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=os.environ | more, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with watched(process.pid) as most:
        _, errors = process.communicate()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{errors}")
    seconds = time.perf_counter() - began
    [target] = folder.glob("read*")
    return Measured(seconds, max(most), accuracy(target, written))


def accuracy(target: Path, written: Written) -> float:
    """Return which part of the rows of a target says what is written in their images."""
    if target.suffix == ".csv":
        told = np.loadtxt(target, np.int64, delimiter=",", skiprows=1, usecols=0)
        return float((told == written.digits).mean())
    rows = pq.read_table(target, columns=["path", "text"]).to_pydict()
    if len(rows["text"]) == ROWS:
        return float((np.array(rows["text"]) == written.digits.astype(str)).mean())
    pairs = zip(rows["path"], rows["text"], strict=True)
    return sum(written.numbers[Path(path).name] == text for path, text in pairs) / PHOTOS


def report(rounds: list[dict[str, Measured]], many: Result, n: int) -> str:
    def row(name: str, count: int, against: str) -> str:
        rates = [count / found[name].seconds for found in rounds]
        ratio = statistics.median(found[against].seconds / found[name].seconds for found in rounds)
        most = max(found[name].memory for found in rounds) / MEGABYTE
        right = statistics.median(found[name].accuracy for found in rounds)
        low, middle, high = min(rates), statistics.median(rates), max(rates)
        return f"| {name} | {middle:,.0f} ({low:,.0f}-{high:,.0f}) | {ratio:.2f} | {most:,.0f} | {right:.2%} |"

    one = {"digits": "digits, 1 worker", "photos": "photos, 1 worker"}
    lines = [row(name, ROWS, one["digits"]) for name in ("digits, 1 worker", "digits, 2 workers", KERAS, TORCH)]
    photos = [row(name, PHOTOS, one["photos"]) for name in ("photos, 1 worker", "photos, 2 workers")]
    rates, memory = [rate for rate, _ in many["tenths"]], [held / MEGABYTE for _, held in many["tenths"]]
    steady = "\n".join(
        f"| {(number + 1) * n // 10:,} | {rate:,.0f} | {held:,.0f} |"
        for number, (rate, held) in enumerate(zip(rates, memory, strict=True))
    )
    return f"""\
# Many images into one table

{len(rounds)} rounds in turn on {machine()}.
Versions: {versions()}.

{ROWS:,} digits of 28x28 from an .npz file, {PHOTOS} photos of 640x480 with four digits each, into Parquet:

| | images a second | times one worker | most memory, MB | right |
| --- | --- | --- | --- | --- |
{chr(10).join(lines + photos)}

How to read it: whole processes, from start to end, with reading the source and writing the target; medians over the
rounds, with the least and the most in brackets; ratios are medians of ratios within a round. Memory is that of all
processes of the command at its highest, shared pages counted once. The loops read the same digits from an .npy file, go
through the same weights, and write the digit and its confidence as CSV; `tendigits read` also writes where each row
comes from, boxes and marks, checks every row, and can be broken off. The loops keep nothing of that, and read no photo.

{n:,} digits, MNIST repeated and made as it is read, by 2 workers, in tenths:

| read | digits a second | memory, MB |
| --- | --- | --- |
{steady}

Fastest tenth to slowest {max(rates) / min(rates):.2f}, most memory to least {max(memory) / min(memory):.2f}. Then
the target is written, of {many["bytes"] / MEGABYTE:,.0f} MB, in {many["writing_seconds"]:.1f} s.

How to read it: the tenths are of a process of its own and its workers, and so is the memory: Python, NumPy, OpenCV and
PyArrow in each of the three, and in both workers MNIST's 55 MB, of which the digits are made.
"""


if __name__ == "__main__":
    main()
