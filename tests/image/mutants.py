"""Read what mutated images say, in a process of its own, and print what came of it as JSON.

    python -W error mutants.py SEED FIRST COUNT

A warning is an error here, and a file that takes more than 20 seconds ends the process with a traceback.
"""

import faulthandler
import json
import random
import sys
import time
import traceback
from collections import Counter
from typing import Any

import numpy as np
from apart import peak_bytes
from image_files import heic_files, mutant, valid_files

from tendigits.errors import ImageError
from tendigits.image import pages
from tendigits.reading.reader import Reader

HANG_SECONDS = 20


def main(seed: int, first: int, count: int) -> None:
    files = valid_files() | heic_files()
    reader = Reader()
    outcomes: Counter[str] = Counter()
    failures, slowest = [], 0.0
    for number in range(first, first + count):
        name, content = mutant(files, random.Random(f"{seed} {number}"))
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
        began = time.perf_counter()
        try:
            outcomes[outcome(reader, content)] += 1
        except Exception:  # noqa: BLE001 - that there is none is what is looked for
            failures.append(f"mutant {number}, of {name}: {traceback.format_exc()}")
        slowest = max(slowest, time.perf_counter() - began)
    faulthandler.cancel_dump_traceback_later()
    found: dict[str, Any] = {"outcomes": outcomes, "failures": failures, "slowest": slowest, "peak": peak_bytes()}
    sys.stdout.write(json.dumps(found))


def outcome(reader: Reader, content: bytes) -> str:
    try:
        for page in pages(content):
            assert page.dtype == np.uint8
            assert page.ndim == page.shape[2] == 3
            assert page.size
            reading = reader.read_pixels(page)
            assert 0 <= reading.confidence <= 1
    except ImageError as error:
        return "refused" if str(error).startswith("the bytes given") else f"refused without its name: {error}"
    return "read"


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
