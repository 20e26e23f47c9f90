"""Set up tendigits from this folder, with no network: `python install.py [FOLDER]`, or setup.sh, or setup.bat.

Makes FOLDER (`tendigits` in your home folder) with an environment of its own, MNIST, and a start script; an environment
that is there is replaced, and runs are kept. It writes nowhere else.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

KIT = Path(__file__).resolve().parent
MANIFEST = json.loads((KIT / "MANIFEST.json").read_text("utf-8"))
WINDOWS = os.name == "nt"
QUICKER = ("--no-compile", "--no-warn-script-location")
"""What is used is compiled when it is used first: 10 seconds of a set-up, instead of 40."""

START = (
    """@echo off
rem A window in which tendigits is a command, and MNIST is found: a double click.
cd /d "%~dp0"
set "TENDIGITS_CACHE=%CD%"
set "PATH=%CD%\\.venv\\Scripts;%PATH%"
if "%~1"=="" (cmd /k echo Now: tendigits train) else (%*)
"""
    if WINDOWS
    else """#!/bin/sh
# A shell in which tendigits is a command, and MNIST is found: sh start.sh
# Or one command in it: sh start.sh tendigits train
cd "$(dirname "$0")" || exit
export TENDIGITS_CACHE="$PWD" PATH="$PWD/.venv/bin:$PATH"
[ $# -gt 0 ] || set -- "${SHELL:-/bin/sh}"
exec "$@"
"""
)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path.home() / "tendigits").resolve()
    start = folder / ("start.bat" if WINDOWS else "start.sh")
    check_python()
    check_folder(folder, start)
    check_files()
    print(f"setting up tendigits {MANIFEST['tendigits']} in {folder}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    start.write_text(START, "utf-8")
    install(folder / ".venv")
    shutil.copytree(KIT / "mnist", folder / "mnist", dirs_exist_ok=True)
    for name in ("GUIDE.html", "first_try.py"):
        shutil.copy(KIT / name, folder)
    opened = f'"{start}"' if WINDOWS else f"sh {shlex.quote(str(start))}"
    print(f"Done. Now:  {opened}\nand there:  tendigits train")


def check_python() -> None:
    """End with what to do where this Python is not one that the kit is for."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if version not in {each["python"] for each in MANIFEST["made_for"]}:
        sys.exit(f"This is Python {version}, and {made_for()}.")


def made_for() -> str:
    return "this kit is for " + ", ".join(each["said"] for each in MANIFEST["made_for"])


def check_folder(folder: Path, start: Path) -> None:
    """End where the folder is somebody's, as a clone of the project: a set-up writes its start script first."""
    if folder.is_dir() and any(folder.iterdir()) and not start.exists():
        sys.exit(f"{folder} holds other things: name another folder, as in: install.py {folder.with_name('lesson')}")


def check_files() -> None:
    """End with the name of the first file that is not as the kit was made."""
    for each in MANIFEST["files"]:
        path = KIT / each["path"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != each["sha256"]:
            sys.exit(f"{path} is missing or damaged: copy the kit again.")


def install(environment: Path) -> None:
    """Make an environment with the kit's wheels alone: pip runs from its own wheel, as a Python may come without it."""
    venv.EnvBuilder(clear=True, symlinks=not WINDOWS).create(environment)
    python = environment / ("Scripts/python.exe" if WINDOWS else "bin/python")
    [pip] = (KIT / "wheels").glob("pip-*.whl")
    wanted = ["pip", f"tendigits[train,serve,heic]=={MANIFEST['tendigits']}"]
    options = ["--quiet", "--isolated", "--no-index", f"--find-links={KIT / 'wheels'}", "--only-binary=:all:"]
    command = [python, "-m", "pip", "install", *options, *QUICKER, *wanted]
    alone = {"PYTHONPATH": str(pip), "PIP_CONFIG_FILE": os.devnull}
    if subprocess.run(command, env={**os.environ, **alone}, check=False).returncode:  # noqa: S603 - with these arguments
        sys.exit(f"Not installed; {made_for()}, and this is {sys.version} on {sys.platform}.")


if __name__ == "__main__":
    main()
