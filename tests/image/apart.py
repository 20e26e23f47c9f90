"""Read an image in a process of its own, to measure what it takes.

    python -W error apart.py PATH

prints the fields of Taken as JSON.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """What came of an image; bytes are those of the whole process at its peak, and how many more than before."""

    shapes: list[tuple[int, ...]]
    refusal: str | None
    peak: int
    grown: int
    seconds: float


def read_apart(path: Path, *, timeout: float = 60) -> Taken:
    command = [sys.executable, "-W", "error", __file__, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=timeout)
    return Taken(*json.loads(result.stdout))


def peak_bytes() -> int:
    """The most memory that this process has held. On Linux getrusage would count in what it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main(path: str) -> None:
    from tendigits.errors import ImageError
    from tendigits.image import pages

    list(pages(b"P5 2 2 255 1234"))
    before, began = peak_bytes(), time.perf_counter()
    shapes, refusal = [], None
    try:
        for page in pages(path):
            shapes.append(page.shape)
            del page
    except ImageError as error:
        refusal = str(error)
    seconds, peak = time.perf_counter() - began, peak_bytes()
    sys.stdout.write(json.dumps(Taken(shapes, refusal, peak, peak - before, seconds)))


if __name__ == "__main__":
    main(sys.argv[1])
