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
from classroom.target import this_platform, this_python
from packaging.utils import parse_wheel_filename

from tendigits.data import load_data, write_idx
from tendigits.data.folder import IDX_NAMES

HANDED_OUT = Path(__file__).parent / "classroom" / "handed_out"
MANIFEST = "MANIFEST.json"


def main() -> None:
    options = asked()
    targets = [Target(*each) for each in product(options.platform, options.python)]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    if options.out.exists() and not (options.out / MANIFEST).exists():
        sys.exit(f"{options.out} is there and is no kit: name another folder")
    with TemporaryDirectory(dir=options.out.parent, prefix="kit-") as unfinished:
        kit = Path(unfinished) / "kit"
        fill(kit, targets)
        shutil.rmtree(options.out, ignore_errors=True)
        kit.rename(options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*"))
    print(f"{options.out}: {size / 1e6:.0f} MB, for {said(targets)}; open {options.out / 'GUIDE.html'}")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fill a folder for a class without internet.")
    parser.add_argument("--out", type=Path, default=Path("kit"))
    parser.add_argument("--platform", nargs="*", choices=PLATFORMS, help="[this one]")
    parser.add_argument("--python", nargs="*", metavar="3.12", help="[this one]")
    options = parser.parse_args()
    options.platform = options.platform or [this_platform()]
    options.python = options.python or [this_python()]
    return options


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
    hand_out(kit, {"version": version, "targets": said(targets), "python": targets[0].python})
    described = manifest(kit, version, targets)
    (kit / MANIFEST).write_text(json.dumps(described, indent=1) + "\n", "utf-8")


def put_mnist(folder: Path) -> None:
    """Write MNIST, fetched if need be and verified, as the cache keeps it."""
    folder.mkdir()
    (x_train, y_train), (x_test, y_test) = load_data()
    for name, array in zip(IDX_NAMES, (x_train, y_train, x_test, y_test), strict=True):
        write_idx(folder / name, array)


def hand_out(kit: Path, facts: dict[str, str]) -> None:
    """Write the files that go along, with what is known of this kit in the guide, and batch files as Windows wants."""
    for path in sorted(HANDED_OUT.iterdir()):
        newline = "\r\n" if path.suffix == ".bat" else "\n"
        text = path.read_text("utf-8")
        if path.suffix == ".html":
            text = Template(text).substitute(facts)
        (kit / path.name).write_text(text, "utf-8", newline=newline)


def said(targets: Sequence[Target]) -> str:
    return ", ".join(map(str, targets))


if __name__ == "__main__":
    main()
