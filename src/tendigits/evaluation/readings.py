"""How good a reader is: what it read beside what was written, and how far its confidence can be trusted.

A number is right when all of it is: every digit, every line, nothing besides. A ``?`` is a digit that is not read.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tendigits.evaluation.scores import wilson_interval

__all__ = [
    "THRESHOLDS",
    "Accepted",
    "ReadNumber",
    "ReadingsEvaluation",
    "Score",
    "edit_distance",
    "evaluate_readings",
    "upper_bound",
]

THRESHOLDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
"""Confidences from which readings may be accepted; 0 is every reading that is sure: no ``?``, nothing left out."""


@dataclass(frozen=True)
class ReadNumber:
    """What is written in an image, and what was read.

    Attributes:
        label: digits, lines joined by newlines; empty where none is written.
        text: as read, with ``?`` for what is not sure; None where the image cannot be read.
        confidence: the reader's, for the whole text.
        kind: of image; empty where it is not known.
        source: whose handwriting it is; empty where it is not known.
        marks: strokes that were seen and left out of the text.

    """

    label: str
    text: str | None
    confidence: float
    kind: str = ""
    source: str = ""
    marks: int = 0

    @property
    def is_right(self) -> bool:
        """Whether the text is what is written."""
        return self.text == self.label

    @property
    def is_sure(self) -> bool:
        """Whether there is a text without ``?``, all that was asked for is in it, and nothing was left out of it.

        Where a digit was asked for and none is there, the confidence is 0.
        """
        return self.text is not None and "?" not in self.text and self.confidence > 0 and not self.marks


@dataclass(frozen=True)
class Score:
    """How many numbers are exactly right, and how many characters are not.

    Attributes:
        n: images, at least one.
        right: images whose text is what is written.
        characters: written, line breaks included.
        character_errors: characters to insert, remove or replace to make what was read what is written.

    """

    n: int
    right: int
    characters: int
    character_errors: int

    @property
    def exact(self) -> float:
        """The share of images whose text is what is written."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of that share."""
        return wilson_interval(self.right, self.n)

    @property
    def character_error_rate(self) -> float | None:
        """Character errors for each character written; None where nothing is written."""
        return self.character_errors / self.characters if self.characters else None

    def __str__(self) -> str:
        low, high = self.interval
        rate = self.character_error_rate
        errors = "" if rate is None else f", character errors {rate:.2%}"
        return f"{self.exact:.4f} (95% interval {low:.3f}-{high:.3f}; {self.right:,} of {self.n:,}){errors}"

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "n": self.n,
            "wrong": self.n - self.right,
            "exact": self.exact,
            "interval": list(self.interval),
            "characters": self.characters,
            "character_errors": self.character_errors,
            "character_error_rate": self.character_error_rate,
        }


@dataclass(frozen=True)
class Accepted:
    """What is left when only readings of some confidence are accepted.

    Attributes:
        threshold: the least confidence that is accepted, in a reading that is sure.
        n: all readings.
        accepted: readings that are.
        wrong: of those, the readings that are wrong.

    """

    threshold: float
    n: int
    accepted: int
    wrong: int

    @property
    def share(self) -> float:
        """The share of all readings that is accepted."""
        return self.accepted / self.n

    @property
    def bound(self) -> float:
        """What the share of wrong ones among those accepted does not exceed, with 95 % confidence."""
        return upper_bound(self.wrong, self.accepted)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "confidence": self.threshold,
            "accepted": self.accepted,
            "share": self.share,
            "wrong": self.wrong,
            "upper_bound": self.bound,
        }


@dataclass(frozen=True)
class ReadingsEvaluation:
    """What a reader did on labelled images.

    Attributes:
        score: of all of them.
        unsure: images with a ``?`` in their text.
        unreadable: images that are none, or damaged: they count as wrong.
        kinds: the score of each kind.
        sources: the score of each source.
        source_mean: exact shares averaged over sources, so that none counts for more by its number of images; of all
            images, and of each kind. Empty where the sources are not known.
        thresholds: what is left at each confidence.

    """

    score: Score
    unsure: int
    unreadable: int
    kinds: dict[str, Score]
    sources: dict[str, Score]
    source_mean: dict[str, float]
    thresholds: tuple[Accepted, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them; the mean over sources of all images is that of the kind ``""``."""
        kinds = {
            kind: score.as_dict() | _named("source_mean", self.source_mean.get(kind))
            for kind, score in self.kinds.items()
        }
        return {
            **self.score.as_dict(),
            **_named("source_mean", self.source_mean.get("")),
            "unsure": self.unsure,
            "unreadable": self.unreadable,
            "kinds": kinds,
            "sources": {source: score.as_dict() for source, score in self.sources.items()},
            "thresholds": [each.as_dict() for each in self.thresholds],
        }


def evaluate_readings(numbers: Sequence[ReadNumber], thresholds: Iterable[float] = THRESHOLDS) -> ReadingsEvaluation:
    """Score what was read.

    Raises:
        ValueError: there is nothing to score.

    """
    if not numbers:
        raise ValueError("no readings to score")
    by_kind = _grouped(numbers, lambda number: number.kind)
    return ReadingsEvaluation(
        score=_score(numbers),
        unsure=sum("?" in (number.text or "") for number in numbers),
        unreadable=sum(number.text is None for number in numbers),
        kinds={kind: _score(group) for kind, group in by_kind.items()},
        sources={source: _score(group) for source, group in _by_source(numbers).items()},
        source_mean=_source_means({"": numbers, **by_kind}),
        thresholds=tuple(_accepted(numbers, threshold) for threshold in thresholds),
    )


def edit_distance(one: str, other: str) -> int:
    r"""Return how many characters to insert, remove or replace (Levenshtein 1966; Wagner and Fischer 1974).

    >>> edit_distance("4711", "471"), edit_distance("12\n34", "1234"), edit_distance("47", "4?")
    (1, 1, 1)
    """
    above = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (sign != against)))
        above = row
    return above[-1]


def upper_bound(errors: int, n: int, confidence: float = 0.95) -> float:
    """Return the one-sided upper limit of a proportion (Clopper and Pearson 1934); 1 where nothing was tried.

    It is the proportion at which so few errors, or fewer, would be seen with probability ``1 - confidence``.

    >>> f"{upper_bound(0, 100):.4f} {upper_bound(3, 100):.4f}"
    '0.0295 0.0757'
    """
    if errors >= n:
        return 1.0
    low, high = errors / n, 1.0
    for _ in range(60):  # halvings: beyond the last bit of a double
        middle = (low + high) / 2
        if _at_most(errors, n, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, n: int, proportion: float) -> float:
    """Return the probability of so many errors or fewer among n, at a proportion above 0 and below 1."""
    yes, no = math.log(proportion), math.log1p(-proportion)
    log_ways = (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(errors + 1))
    return math.fsum(math.exp(ways + k * yes + (n - k) * no) for k, ways in enumerate(log_ways))


def _score(numbers: Sequence[ReadNumber]) -> Score:
    return Score(
        n=len(numbers),
        right=sum(number.is_right for number in numbers),
        characters=sum(len(number.label) for number in numbers),
        character_errors=sum(edit_distance(number.label, number.text or "") for number in numbers),
    )


def _accepted(numbers: Sequence[ReadNumber], threshold: float) -> Accepted:
    accepted = [number for number in numbers if number.is_sure and number.confidence >= threshold]
    wrong = sum(not number.is_right for number in accepted)
    return Accepted(threshold, len(numbers), len(accepted), wrong)


def _grouped(numbers: Sequence[ReadNumber], key: Callable[[ReadNumber], str]) -> dict[str, list[ReadNumber]]:
    """Divide numbers by a value, those without one left out, in the order in which the values occur."""
    groups: dict[str, list[ReadNumber]] = {}
    for number in numbers:
        if key(number):
            groups.setdefault(key(number), []).append(number)
    return groups


def _by_source(numbers: Sequence[ReadNumber]) -> dict[str, list[ReadNumber]]:
    return _grouped(numbers, lambda number: number.source)


def _source_means(groups: dict[str, Sequence[ReadNumber]]) -> dict[str, float]:
    shares = {name: [_score(numbers).exact for numbers in _by_source(group).values()] for name, group in groups.items()}
    return {name: math.fsum(exact) / len(exact) for name, exact in shares.items() if exact}


def _named(name: str, value: float | None) -> dict[str, float]:
    return {} if value is None else {name: value}
