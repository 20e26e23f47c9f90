"""``tendigits read`` with notes of whose worker read each block, and what it found; and blocks that take a while."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import cv2
import ray

import tendigits
from tendigits.batch import targets
from tendigits.cli import main

JSON = targets._JSON

NOTES = Path("raylets.txt")

FOUND = Path("found.txt")

DEADLY = "deadly"


def lines(batch, model):
    if ray.is_initialized():
        if DEADLY in batch.column("path")[0].as_py():
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.2)
        with NOTES.open("a") as file:
            file.write(f"{os.getppid()}\n")
        FOUND.write_text(f"{tendigits.__file__} {os.environ['OPENBLAS_NUM_THREADS']} {cv2.getNumThreads()}")
    return JSON.lines(batch, model)


def read():
    """Run the command."""
    targets._BY_ENDING[".jsonl"] = replace(JSON, lines=lines)
    main()
