"""What stands on a desk for `tendigits`, `python` and `make`: the same programs, asked for what a test has time for.

- `tendigits train` trains one epoch, of two seeds where there are more, and a named set is a small one.
- `tendigits serve` serves on a free port, in the background, until the test ends; one that serves there already ends.
- `python -m pip install` installs nothing: each extra that it names has to be one of the project's.
- `make` says what it would do, and fails where there is no such target.
"""

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(os.environ["EXAMPLES_ROOT"])
SERVER = Path("server.pid")
PATIENCE = 60


def tendigits(arguments):
    command = [sys.executable, "-m", "tendigits", *arguments]
    if arguments[0] == "serve":
        serve([*command, "--port", os.environ["EXAMPLES_PORT"]])
    elif arguments[0] == "train" and "--resume" not in arguments:
        replace([*command, *less(arguments)])
    else:
        replace(command)


def less(arguments):
    """Return options that make a training short: of one that is given twice, the last holds."""
    data = arguments[arguments.index("--data") + 1] if "--data" in arguments else "mnist"
    small = [] if Path(data).exists() else ["--data", os.environ["EXAMPLES_DATA"]]
    few = ["--repeat", "2"] if "--repeat" in arguments else []
    return ["--epochs", "1", *few, *small]


def serve(command):
    end_server()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    SERVER.write_text(str(process.pid))
    until = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > until:
            sys.exit(f"{command} does not serve")
        time.sleep(0.05)


def is_ready():
    try:
        with urlopen(f"http://127.0.0.1:{os.environ['EXAMPLES_PORT']}/v2/health/ready") as answer:
            return answer.status == 200
    except OSError:
        return False


def end_server():
    if SERVER.exists():
        os.killpg(int(SERVER.read_text()), signal.SIGINT)
        SERVER.unlink()
        while is_ready():
            time.sleep(0.05)


def python(arguments):
    if arguments[:3] != ["-m", "pip", "install"]:
        replace([sys.executable, *arguments])
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    asked = re.findall(r"\.\[([a-z,-]+)\]", " ".join(arguments))
    if not asked or not set(",".join(asked).split(",")) <= known.keys():
        sys.exit(f"no such extras: {arguments}")


def make(arguments):
    replace(["/usr/bin/env", "-i", f"PATH={os.defpath}", "make", "--dry-run", "--directory", str(ROOT), *arguments])


def replace(command):
    """Run a command in the place of this one."""
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


{"tendigits": tendigits, "python": python, "make": make}[Path(sys.argv[0]).name](sys.argv[1:])
