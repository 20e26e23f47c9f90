"""A job: with which network blocks are read, and how; and what makes it another job."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tendigits
from tendigits.models import Model

if TYPE_CHECKING:
    from tendigits.batch.blocks import Inputs
    from tendigits.batch.targets import Kind
    from tendigits.data.tables import Table

__all__ = ["WORDS", "Job", "about", "identity", "in_words", "key"]

WORDS = {
    "tendigits": "the version of tendigits",
    "version": "the version of tendigits",
    "model": "the model's name",
    "weights": "the model",
    "weights_sha256": "the model",
    "single": "--single",
    "length": "--length",
    "min_confidence": "--min-confidence",
    "target": "the kind of target",
}
"""What people call the facts of :func:`identity` and :func:`about`."""


@dataclass(frozen=True, eq=False)
class Job:
    """How blocks are read; whoever reads some is given it once.

    Attributes:
        model: whose weights.
        tables: which blocks may be of.
        single: each image is one digit.
        length: the fewest and the most digits of an image; None for any number.
        min_confidence: digits of less are not told; None for the reader's own.
        kind: of target.

    """

    model: Model
    tables: "tuple[Table, ...]"
    single: bool
    length: tuple[int, int] | None
    min_confidence: float | None
    kind: "Kind"


def identity(job: Job, inputs: "Inputs") -> dict[str, Any]:
    """Return, for JSON, what rows depend on besides files: parts of jobs that differ in it do not go together."""
    return {
        "tendigits": tendigits.__version__,
        "model": job.model.name,
        "weights": job.model.weights.sha256,
        "single": job.single,
        "length": None if job.length is None else list(job.length),
        "min_confidence": job.min_confidence,
        "target": job.kind.name,
        "sources": inputs.sources,
    }


def key(job: Job, inputs: "Inputs") -> str:
    """Return what tells a job from others, wherever and whenever it is done: SHA-256 as 64 hex digits.

    When files were changed does not count: a copy of them is read as they are.
    """
    told = identity(job, inputs) | {"inputs": inputs.count, "sources": inputs.listing}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def in_words(length: tuple[int, int] | None) -> str:
    """Write the fewest and the most digits of an image as the command takes them."""
    if length is None:
        return "any"
    fewest, most = length
    return str(fewest) if fewest == most else f"{fewest}-{most}"


def about(job: Job) -> dict[str, str]:
    """Return what a target says of itself, where it can; :data:`WORDS` has words for each."""
    return {
        "version": tendigits.__version__,
        "model": job.model.name,
        "weights_sha256": job.model.weights.sha256,
        "single": str(job.single).lower(),
        "length": in_words(job.length),
        "min_confidence": "default" if job.min_confidence is None else f"{job.min_confidence:g}",
    }
