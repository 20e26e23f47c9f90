"""What benchmarks have in common: processes that are measured, and how figures, machine and versions are written."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Result = dict[str, Any]


def run(command: list[str], environment: dict[str, str]) -> Result:
    """Run one competitor; add the whole process's seconds to what it prints of itself."""
    began = time.perf_counter()
    process = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{process.stderr}")
    return json.loads(process.stdout.splitlines()[-1]) | {"process_seconds": seconds}


def spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f}-{max(seconds):.2f})"


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def versions(packages: Sequence[str] = ("tendigits", "keras", "jax", "numpy"), python: str = sys.executable) -> str:
    """Say which versions a Python has of some packages."""
    asked = f"from importlib.metadata import version; print(', '.join(f'{{p}} {{version(p)}}' for p in {packages!r}))"
    return subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()


def cache_with(mnist: Path, folder: Path) -> Path:
    """Make a cache that has MNIST and, the first time, no compiled program."""
    if not folder.exists():
        folder.mkdir()
        (folder / "mnist").symlink_to(mnist)
    return folder
