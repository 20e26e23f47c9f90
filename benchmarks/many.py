"""Millions of digits into one table, by two workers: the rate and memory of each tenth. Prints one line of JSON.

python benchmarks/many.py DIGITS        # `batch.py` runs it, in a process of its own, whose memory is noted
"""

import json
import os
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from memory import watched
from repeated import Repeated

from tendigits.batch.blocks import Inputs, OpenedTable
from tendigits.batch.job import Job, key
from tendigits.batch.outcome import Outcome
from tendigits.batch.run import carry_out
from tendigits.batch.targets import kind_of
from tendigits.models import open_model

WORKERS = 2


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(many(int(sys.argv[1]), Path(folder) / "many.parquet")))


class Stretches:
    """Notes when a tenth of all has been read, and the memory then."""

    def __init__(self, noted: list[int]) -> None:
        self.ends: list[tuple[int, float, int]] = []
        self._noted, self._done, self._total = noted, 0, 0

    def skipped(self, paths: list[str]) -> None:
        raise AssertionError(paths)

    def begins(self, model: str, done: int, total: int) -> None:
        self._done, self._total = done, total
        self.ends.append((0, time.perf_counter(), 0))

    def has_read(self, count: int) -> None:
        self._done += count
        if self._done >= (len(self.ends) * self._total) // 10:
            self.ends.append((self._done, time.perf_counter(), self._noted[-1]))


def many(count: int, target: Path) -> dict[str, object]:
    """Read so many digits; return each tenth's rate and memory, the seconds of writing the target, and its bytes."""
    inputs = Inputs([OpenedTable(Repeated(count), ())])
    job = Job(open_model(), inputs.tables, single=False, length=None, min_confidence=None, kind=kind_of(target))
    with watched(os.getpid()) as noted:
        stretches = Stretches(noted)
        carry_out(job, inputs, Outcome(target, None, job, key(job, inputs)), WORKERS, stretches)
        writing = time.perf_counter() - stretches.ends[-1][1]
    tenths = [
        ((done - before) / (ended - began), held)
        for (before, began, _), (done, ended, held) in pairwise(stretches.ends)
    ]
    return {"tenths": tenths, "writing_seconds": writing, "bytes": target.stat().st_size}


if __name__ == "__main__":
    main()
