"""The actors of a batch: some read blocks, each with the model loaded once, and one counts what they begin."""

import os
import pickle
import platform
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import ray

import tendigits
from tendigits.batch.block_reader import BlockReader
from tendigits.batch.one_thread import use_one_thread
from tendigits.errors import TendigitsError

__all__ = ["Actor", "Attempts", "Terms"]

_MOST_ATTEMPTS = 2

_Answer = tuple[bytes | None, str | None]
"""What a block's part holds, or why there can be none; neither where others are to find that out."""


@dataclass(frozen=True)
class Terms:
    """What a node must agree with for its rows to be those of any other.

    Attributes:
        version: of tendigits.
        folder: in which the names of images and tables mean something.
        sources: some of them, to be seen from there.

    """

    version: str
    folder: str
    sources: Sequence[str]


class Attempts:
    """How often blocks have been begun: an actor that one of them has ended does not remember."""

    def __init__(self) -> None:
        self._begun: Counter[int] = Counter()

    def begin(self, number: int) -> int:
        """Return how often a block has been begun, with this time."""
        self._begun[number] += 1
        return self._begun[number]


class Actor:
    """Reads blocks. What goes wrong is an answer: Ray would try an actor that raises again, for ever.

    Args:
        terms: of the job.
        job: pickled, as only the same version of tendigits can make sense of it.
        attempts: the actor that counts them.

    """

    def __init__(self, terms: Terms, job: bytes, attempts: Any) -> None:
        self._attempts = attempts
        self._failure = _refusal(terms)
        if self._failure is None:
            try:
                use_one_thread()
                self._reader = BlockReader(pickle.loads(job))  # noqa: S301 - from the process that started this one
            except Exception:  # noqa: BLE001 - whoever asked tells of it
                self._failure = traceback.format_exc()

    def __call__(self, blocks: pa.Table) -> pa.Table:
        """Read blocks, pickled in the column ``block``, and return their parts, or why there are none."""
        asked = blocks.to_pylist()
        parts, failures = zip(*(self._answer(**each) for each in asked), strict=True)
        columns = {"part": pa.array(parts, pa.binary()), "failure": pa.array(failures, pa.string())}
        return pa.table({"number": blocks.column("number"), **columns})

    def _answer(self, number: int, block: bytes) -> _Answer:
        if self._failure is not None:
            return None, self._failure
        if ray.get(self._attempts.begin.remote(number)) > _MOST_ATTEMPTS:
            return None, None
        try:
            return self._reader.part(pickle.loads(block), {}, _ignore), None  # noqa: S301 - likewise
        except TendigitsError as error:
            return None, str(error)
        except Exception:  # noqa: BLE001 - likewise
            return None, traceback.format_exc()


def _ignore(first: int, count: int) -> None:
    """Tell nobody which inputs of a block are about to be read."""


def _refusal(terms: Terms) -> str | None:
    """Enter the job's folder, or return why this node cannot read."""
    node = f"the node {platform.node()} of the Ray cluster"
    if terms.version != tendigits.__version__:
        return f"{node} has tendigits {tendigits.__version__}, and here it is {terms.version}: install the same on all"
    try:
        os.chdir(terms.folder)
        for source in terms.sources:
            os.stat(source)  # noqa: PTH116 - as it was named
    except OSError as error:
        return f"{node} does not see {error.filename}: all nodes need images and tables under the same paths as here"
    return None
