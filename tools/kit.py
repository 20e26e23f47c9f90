"""Fill a folder with all that a class needs where there is no internet: `make kit`.

    make kit                                                   # for computers like this one, in kit/
    make kit PLATFORM=win_amd64 PYTHON_VERSION=3.12            # for others, by name
    make kit PLATFORM="win_amd64 macosx_arm64" PYTHON_VERSION="3.12 3.13"   # for all of these, in one folder

    GUIDE.html      one page, to print: how to set up, the lesson, what to do when something is not right
    setup.sh, setup.bat, install.py   the set-up, which needs Python and no network
    first_try.py    the lesson's first way to read a picture, which fails
    wheels/         the project's, and of every package that it needs, in the versions of constraints.txt
    mnist/          MNIST's four files, verified
    MANIFEST.json   which computers it is for; the version, size and SHA-256 of every file, which the set-up compares

The folder goes on memory sticks as it is. Its guide is the short form of docs/teaching.md.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from classroom import PLATFORMS, Target, build, gather, manifest
from classroom.figure import figure
from classroom.target import this_platform, this_python
from packaging.utils import parse_wheel_filename

from tendigits.data import load_data, write_idx
from tendigits.data.folder import IDX_NAMES

HANDED_OUT = Path(__file__).parent / "classroom" / "handed_out"
MANIFEST, GUIDE = "MANIFEST.json", "GUIDE.html"


def main() -> None:
    options = asked()
    targets = [Target(*each) for each in product(options.platform, options.python)]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    if options.out.exists() and not (options.out / MANIFEST).exists():
        sys.exit(f"{options.out} is there and is no kit: name another folder")
    with TemporaryDirectory(dir=options.out.parent, prefix="kit-") as unfinished:
        kit = Path(unfinished) / "kit"
        fill(kit, targets)
        if options.out.exists():
            shutil.rmtree(options.out)
        kit.rename(options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*"))
    print(f"{options.out}: {size / 1e6:.0f} MB, for {said(targets)}; open {options.out / GUIDE}")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fill a folder for a class without internet.")
    parser.add_argument("--out", type=Path, default=Path("kit"))
    parser.add_argument("--platform", nargs="*", choices=PLATFORMS, help="[this one]")
    parser.add_argument("--python", nargs="*", type=without_patch, metavar="3.12", help="[this one]")
    options = parser.parse_args()
    options.platform = options.platform or [this_platform()]
    options.python = options.python or [this_python()]
    return options


def without_patch(version: str) -> str:
    """Return 3.12 of 3.12.4, too: images of containers set PYTHON_VERSION so, and make hands it on."""
    return ".".join(version.split(".")[:2])


def fill(kit: Path, targets: Sequence[Target]) -> None:
    """Make a kit for these computers; the manifest is written last, when all else is there."""
    wheels = kit / "wheels"
    wheels.mkdir(parents=True)
    project = build(wheels)
    for target in targets:
        print(f"fetching wheels for {target}")
        gather(project, target, wheels)
    put_mnist(kit / "mnist")
    version = str(parse_wheel_filename(project.name)[1])
    hand_out(kit, version, targets)
    described = manifest(kit, version, targets)
    (kit / MANIFEST).write_text(json.dumps(described, indent=1) + "\n", "utf-8")


def put_mnist(folder: Path) -> None:
    """Write MNIST, fetched if need be and verified, as the cache keeps it."""
    folder.mkdir()
    (x_train, y_train), (x_test, y_test) = load_data()
    for name, array in zip(IDX_NAMES, (x_train, y_train, x_test, y_test), strict=True):
        write_idx(folder / name, array)


def hand_out(kit: Path, version: str, targets: Sequence[Target]) -> None:
    """Write the files that go along: the guide with what is known of this kit, batch files as Windows wants them."""
    for path in sorted(HANDED_OUT.iterdir()):
        newline = "\r\n" if path.suffix == ".bat" else "\n"
        (kit / path.name).write_text(path.read_text("utf-8"), "utf-8", newline=newline)
    (kit / GUIDE).write_text(guide(version, targets), "utf-8")


def guide(version: str, targets: Sequence[Target]) -> str:
    text = (HANDED_OUT / GUIDE).read_text("utf-8")
    facts = {"version": version, "targets": said(targets), "pythons": pythons(targets), "python": targets[-1].python}
    return Template(text).substitute(facts, figure=figure())


def said(targets: Sequence[Target]) -> str:
    platforms = dict.fromkeys(PLATFORMS[target.platform].said for target in targets)
    return f"Python {pythons(targets)} on {', '.join(platforms)}"


def pythons(targets: Sequence[Target]) -> str:
    return " or ".join(dict.fromkeys(target.python for target in targets))


if __name__ == "__main__":
    main()
