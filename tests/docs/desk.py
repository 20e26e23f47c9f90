"""A folder with everything that the examples name: images, tables, labels and runs, all of them small.

Beside the files it has stand-ins, found before the programs they are called as: see `stand_ins.py`.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
from handwritten import page, save

from tendigits.data import cache_folder
from tendigits.data.reviewed import ACCEPTED, REVIEWED

STAND_INS = Path(__file__).with_name("stand_ins.py")
NUMBERS = {"photo.jpg": 4, "scans/a.png": 4, "scans/below/b.png": 5, "forms/1.png": 4, "rows/1.png": 5}
RUNS = ("first", "second", "A", "B", "lesson", "robust")


def furnish(folder, mnist, run):
    """Fill a folder.

    Args:
        folder: an empty one.
        mnist: the four arrays.
        run: the folder of a finished run.

    """
    _images(folder, mnist)
    _tables(folder, mnist)
    _labels(folder, mnist)
    for name in RUNS:
        shutil.copytree(run, folder / "runs" / name)
    _put_stand_ins(folder)


def _images(folder, mnist):
    for seed, (name, count) in enumerate(NUMBERS.items()):
        save(folder / name, page(mnist, count, seed=seed).pixels)
    pages = [cv2.resize(page(mnist, 4, seed=seed).pixels, (800, 600)) for seed in (20, 21)]
    assert cv2.imwritemulti(str(folder / "form.tif"), pages)
    (folder / "box-17").mkdir()
    shutil.copy(folder / "form.tif", folder / "box-17/1.tif")
    digits = Path(__file__).parents[2] / "docs/tutorial/photos"
    for name in ("cells", "photos"):
        shutil.copytree(digits, folder / name, ignore=shutil.ignore_patterns("number.jpg"))
    shutil.copy(digits / "number.jpg", folder / "photos")


def _tables(folder, mnist):
    (x_train, y_train), (x_test, _) = mnist
    pixels = [f"pixel{i}" for i in range(784)]
    for name, images, labels in (("train.csv", x_train[:700], y_train), ("test.csv", x_test[:50], None)):
        _write(folder / name, pixels if labels is None else ["label", *pixels], images, labels)
    shutil.copy(folder / "test.csv", folder / "cells.csv")


def _write(path, names, images, labels):
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(names)
        for i, image in enumerate(images):
            table.writerow([*([] if labels is None else [labels[i]]), *image.ravel()])


def _labels(folder, mnist):
    for name in ("my-digits", "rows"):
        rows = []
        for seed in range(3):
            written = page(mnist, 4, seed=40 + seed)
            save(folder / name / f"{seed}.png", written.pixels)
            rows.append(f"{seed}.png,{written.text}")
        (folder / name / "labels.csv").write_text("path,label\n" + "\n".join(rows) + "\n")
    values = ("a.png", "", "", ACCEPTED, 1, "4711", "4711", 8, 0.98, 0, "shipped")
    reviewed = ",".join(REVIEWED) + "\n" + ",".join(map(str, values)) + "\n"
    downloads = folder / "Downloads"
    downloads.mkdir()
    for place in (folder, downloads):
        (place / "labels.csv").write_text(reviewed)


def _put_stand_ins(folder):
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("tendigits", "python", "make"):
        program = programs / name
        program.write_text(f"#!{sys.executable}\n{STAND_INS.read_text()}")
        program.chmod(0o755)


def environment(folder, port, small):
    """Return the environment in which examples run: stand-ins first, and what they need to know."""
    return os.environ | {
        "PATH": f"{folder}/.venv/bin:{os.environ['PATH']}",
        "HOME": str(folder),
        "TENDIGITS_CACHE": str(cache_folder()),
        "BROWSER": "true",
        "NPROC": "1",
        "MPLBACKEND": "agg",
        "EXAMPLES_PORT": str(port),
        "EXAMPLES_DATA": str(small),
        "EXAMPLES_ROOT": str(STAND_INS.parents[2]),
    }


def run(command, folder, variables):
    """Run a program in the folder; what it wrote is the error where it fails."""
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done.stdout
