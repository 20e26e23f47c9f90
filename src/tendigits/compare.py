"""Two networks on the same images: which is better, whether that may be luck, and where they differ."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tendigits.evaluation import Evaluation, evaluate, mcnemar

__all__ = ["Answer", "Comparison", "Disagreement", "compare"]

_LIKELY = 0.05
"""From this p-value on, a difference is said to be what chance may well bring."""


@dataclass(frozen=True)
class Answer:
    """What a network says of an image.

    Attributes:
        predicted: the most probable class.
        confidence: its probability, 0..1.

    """

    predicted: int
    confidence: float


@dataclass(frozen=True)
class Disagreement:
    """An image of which two networks say different things.

    Attributes:
        index: its place in the test set, from 0.
        label: its true class.
        a: what the first network says.
        b: what the second says.

    """

    index: int
    label: int
    a: Answer
    b: Answer


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two networks, A and B, did on the same labelled set.

    Attributes:
        a: the scores of the first.
        b: the scores of the second.
        both_right: images that both read right.
        only_a: images that only A reads right.
        only_b: images that only B reads right.
        both_wrong: images that both read wrong, alike or not.
        disagreements: images of which they say different things, those first on which both are sure.

    """

    a: Evaluation
    b: Evaluation
    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    disagreements: tuple[Disagreement, ...]

    @property
    def p_value(self) -> float:
        """McNemar's exact p-value: how probable as large a difference is between networks that are equally good."""
        return mcnemar(self.only_a, self.only_b)

    @property
    def verdict(self) -> str:
        """The difference and its p-value in plain words."""
        fewer = abs(self.only_a - self.only_b)
        if not fewer:
            return "A and B make equally many mistakes"
        better = "A" if self.only_a > self.only_b else "B"
        judged = "it may well be chance" if self.p_value >= _LIKELY else "it is hardly chance"
        mistakes = "mistake" if fewer == 1 else "mistakes"
        return (
            f"{better} makes {fewer:,} fewer {mistakes}; a difference this large by chance alone:"
            f" {_p(self.p_value)}, so {judged}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON has them, in the order that ``tendigits compare --json`` prints."""
        return {
            "n": self.a.n,
            "a": _scores(self.a),
            "b": _scores(self.b),
            "both_right": self.both_right,
            "only_a_right": self.only_a,
            "only_b_right": self.only_b,
            "both_wrong": self.both_wrong,
            "p_value": self.p_value,
            "verdict": self.verdict,
            "disagreements": [asdict(disagreement) for disagreement in self.disagreements],
        }


def compare(
    of_a: npt.NDArray[np.floating], of_b: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> Comparison:
    """Compare what two networks say of the same images.

    The p-value speaks of these two networks and of images like these. Whether one way to train is better than another
    is told by several seeds of each.

    Args:
        of_a: (n, classes), the first network's probabilities; n at least 1.
        of_b: (n, classes), the second's; it may know another number of classes.
        labels: whole numbers (n,), classes of both.

    Raises:
        ValueError: the shapes do not belong together, a label is no class, or a probability is not finite.

    """
    a, b = evaluate(of_a, labels), evaluate(of_b, labels)
    a_right, b_right = of_a.argmax(axis=1) == labels, of_b.argmax(axis=1) == labels
    return Comparison(
        a=a,
        b=b,
        both_right=int((a_right & b_right).sum()),
        only_a=int((a_right & ~b_right).sum()),
        only_b=int((~a_right & b_right).sum()),
        both_wrong=int((~a_right & ~b_right).sum()),
        disagreements=_disagreements(of_a, of_b, labels),
    )


def _disagreements(
    of_a: npt.NDArray[np.floating], of_b: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> tuple[Disagreement, ...]:
    """Return the images of which the networks say different things, by how sure the less sure one is."""
    differ = np.flatnonzero(of_a.argmax(axis=1) != of_b.argmax(axis=1))
    both_sure = np.minimum(of_a[differ].max(axis=1), of_b[differ].max(axis=1))
    ordered = differ[np.argsort(-both_sure, kind="stable")]
    return tuple(Disagreement(int(i), int(labels[i]), _answer(of_a[i]), _answer(of_b[i])) for i in ordered)


def _answer(probabilities: npt.NDArray[np.floating]) -> Answer:
    return Answer(int(probabilities.argmax()), float(probabilities.max()))


def _scores(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "wrong": evaluation.wrong,
        "interval": list(evaluation.interval),
    }


def _p(value: float) -> str:
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.2g}"
