"""What a review says of a batch: how many of the readings that were accepted are wrong, at most; and the others."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tendigits.data.reviewed import ACCEPTED, DRAWN, LEAST_SURE, ReviewedRow
from tendigits.evaluation.readings import THRESHOLDS, Accepted, ReadNumber, evaluate_readings, upper_bound

__all__ = ["LeastSureReviewed", "ReviewEvaluation", "SampleReviewed", "evaluate_review"]


@dataclass(frozen=True)
class SampleReviewed:
    """Accepted rows, drawn at random and reviewed.

    Attributes:
        n: reviewed, at least one.
        of: all that were accepted.
        wrong: of those reviewed.
        thresholds: what is left of them at each confidence.

    """

    n: int
    of: int
    wrong: int
    thresholds: tuple[Accepted, ...]

    @property
    def share(self) -> float:
        """The share of wrong ones."""
        return self.wrong / self.n

    @property
    def is_all(self) -> bool:
        """Whether all that were accepted are reviewed, so that nothing is left to chance."""
        return self.n >= self.of

    @property
    def bound(self) -> float:
        """What the share of wrong ones among all accepted does not exceed, with 95 % confidence."""
        return self.share if self.is_all else upper_bound(self.wrong, self.n)

    @property
    def unlabelled(self) -> int:
        """How many more were drawn, and have no label."""
        return max(0, min(self.of, DRAWN[ACCEPTED]) - self.n)

    @property
    def worst_bound(self) -> float:
        """What that share does not exceed, with 95 % confidence, even if those without a label are wrong."""
        return upper_bound(self.wrong + self.unlabelled, self.n + self.unlabelled) if self.unlabelled else self.bound

    @property
    def most_wrong(self) -> int:
        """How many of all accepted are wrong at most, with 95 % confidence."""
        return self.wrong if self.is_all else math.floor(self.bound * self.of)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "n": self.n,
            "of": self.of,
            "wrong": self.wrong,
            "share": self.share,
            "upper_bound": self.bound,
            "most_wrong": self.most_wrong,
            "unlabelled": self.unlabelled,
            "worst_upper_bound": self.worst_bound,
            "thresholds": [each.as_dict() for each in self.thresholds],
        }


@dataclass(frozen=True)
class LeastSureReviewed:
    """Rows that were not accepted, the least sure of them, reviewed.

    Attributes:
        n: reviewed, at least one.
        of: all that were read and not accepted.
        right: rows whose text is what is written.
        untold: rows with a ``?`` in their text.

    """

    n: int
    of: int
    right: int
    untold: int

    @property
    def wrong(self) -> int:
        """The others."""
        return self.n - self.right - self.untold

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {"n": self.n, "of": self.of, "right": self.right, "untold": self.untold, "wrong": self.wrong}


@dataclass(frozen=True)
class ReviewEvaluation:
    """What a review says of a batch.

    Attributes:
        accepted: of those that were; None where none is reviewed.
        least_sure: of the others; None where none is reviewed.

    """

    accepted: SampleReviewed | None
    least_sure: LeastSureReviewed | None

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "accepted": None if self.accepted is None else self.accepted.as_dict(),
            "least_sure": None if self.least_sure is None else self.least_sure.as_dict(),
        }


def evaluate_review(rows: Sequence[ReviewedRow]) -> ReviewEvaluation:
    """Score what was reviewed."""
    accepted = [row for row in rows if row.drawn == ACCEPTED]
    others = [row for row in rows if row.drawn == LEAST_SURE]
    return ReviewEvaluation(_sample(accepted) if accepted else None, _least_sure(others) if others else None)


def _sample(rows: Sequence[ReviewedRow]) -> SampleReviewed:
    scored = evaluate_readings(list(_numbers(rows)), THRESHOLDS[1:])
    return SampleReviewed(scored.score.n, rows[0].of, scored.score.n - scored.score.right, scored.thresholds)


def _least_sure(rows: Sequence[ReviewedRow]) -> LeastSureReviewed:
    numbers = list(_numbers(rows))
    untold = sum("?" in row.text for row in rows)
    return LeastSureReviewed(len(rows), rows[0].of, sum(number.is_right for number in numbers), untold)


def _numbers(rows: Iterable[ReviewedRow]) -> Iterable[ReadNumber]:
    return (ReadNumber(row.label, row.text, row.confidence, marks=row.marks) for row in rows)
