"""A batch as a process of its own, which can be killed; and what is left of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def started(*arguments, **options):
    """Start the command."""
    command = [sys.executable, "-m", "tendigits", "read", *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def finished(*arguments, **options):
    """Run the command to its end, and return its exit code and what it says."""
    process = started(*arguments, **options)
    said, errors = process.communicate(timeout=120)
    return process.returncode, said, errors


def parts(target):
    """Return the parts of a target that there are."""
    return sorted(target.with_name(f"{target.name}.parts").glob("*.part"))


def wait_for_parts(target, count, process):
    """Wait until so many blocks have been read."""
    end = time.monotonic() + 60
    while len(parts(target)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def children(process):
    """Return the processes that a process has started."""
    return [int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()] + [
        int(number)
        for task in Path(f"/proc/{process.pid}/task").iterdir()
        if task.name != str(process.pid)
        for number in (task / "children").read_text().split()
    ]


def kill(number):
    os.kill(number, signal.SIGKILL)
