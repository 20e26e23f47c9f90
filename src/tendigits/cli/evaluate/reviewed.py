"""A review, scored: what was read at the time, beside what a person says is written."""

from collections.abc import Iterator
from pathlib import Path

from tendigits.cli.answering import print_json, say
from tendigits.cli.evaluate.thresholds import threshold_table
from tendigits.cli.wording import counted
from tendigits.data.reviewed import read_reviewed
from tendigits.evaluation.reviewed import LeastSureReviewed, ReviewEvaluation, SampleReviewed, evaluate_review
from tendigits.printable import printable

__all__ = ["evaluate_reviewed"]


def evaluate_reviewed(table: Path, *, as_json: bool) -> None:
    """Score a review, and print how far what was accepted can be trusted."""
    rows = read_reviewed(table)
    model = ", ".join(sorted({row.model for row in rows}))
    say(f"model: {printable(model)}; data: {table}")
    result = evaluate_review(rows)
    if as_json:
        print_json({"model": model, "data": str(table), **result.as_dict()})
    else:
        print("\n".join(_lines(result)), flush=True)  # noqa: T201 - words out


def _lines(result: ReviewEvaluation) -> Iterator[str]:
    if result.accepted is None:
        yield "no row that was accepted is reviewed: how many of those are wrong is not known"
    else:
        yield from _accepted(result.accepted)
    if result.least_sure is not None:
        yield ""
        yield from _least_sure(result.least_sure)


def _accepted(sample: SampleReviewed) -> Iterator[str]:
    if sample.is_all:
        yield f"all {counted(sample.of, 'accepted row')} reviewed, {_wrong(sample.wrong)}: {sample.share:.2%}"
        return
    yield (
        f"of {counted(sample.n, 'accepted row')} drawn at random, {_wrong(sample.wrong)}: {sample.share:.2%},"
        f" at most {sample.bound:.2%} (95%)"
    )
    yield f"of all {sample.of:,} accepted, at most {_wrong(sample.most_wrong)} (95%)"
    if sample.unlabelled:
        worst = f"at most {sample.worst_bound:.2%} (95%)"
        yield f"{sample.unlabelled:,} more drawn, without a label; if those are wrong, {worst}"
    yield ""
    yield from threshold_table(sample.thresholds)


def _least_sure(lot: LeastSureReviewed) -> Iterator[str]:
    yield (
        f"of the {lot.n:,} least sure, {lot.right:,} right, {lot.wrong:,} wrong, {lot.untold:,} with a ? in the text;"
        f" {lot.of:,} not accepted in all"
    )


def _wrong(count: int) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'} wrong"
