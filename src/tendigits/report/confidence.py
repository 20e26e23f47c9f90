"""Whether the network's confidence can be trusted, and what refusing to answer would buy."""

import numpy as np

from tendigits.evaluation import (
    ReliabilityDiagram,
    RiskCoverage,
    auroc,
    percent,
    reliability_diagram,
    risk_coverage,
)
from tendigits.report.charts import reliability_chart, risk_coverage_chart
from tendigits.report.markup import Html, element
from tendigits.report.subject import Subject
from tendigits.report.tables import folded, table

__all__ = ["confidence"]

_COVERAGES = (1.0, 0.99, 0.98, 0.95, 0.9, 0.8)


def confidence(subject: Subject) -> Html:
    """Return the section with the reliability diagram and the risk-coverage curve."""
    diagram = reliability_diagram(subject.confidence, subject.right)
    curve = risk_coverage(subject.confidence, subject.right)
    return element(
        "section",
        element("h2", "How far its confidence can be trusted"),
        element("div", _reliability(diagram), _selection(subject, curve), class_="pair"),
        _answered(curve),
        folded("The numbers of the reliability diagram", _bins(diagram)),
    )


def _reliability(diagram: ReliabilityDiagram) -> Html:
    return element(
        "figure",
        element("figcaption", element("b", "Is it right as often as it says?")),
        reliability_chart(diagram),
        element(
            "p",
            "On the dashed line it is; below it the network is too sure. Each point is a bin of predictions, with the"
            " 95% interval of its accuracy; the bars count them. The mean distance from the line, the expected"
            f" calibration error, is {diagram.calibration_error:.2%}.",
        ),
    )


def _selection(subject: Subject, curve: RiskCoverage) -> Html:
    return element(
        "figure",
        element("figcaption", element("b", "How many mistakes if it may pass?")),
        risk_coverage_chart(curve),
        element(
            "p",
            f"{_up_to_the_first_mistake(curve)} {_told_apart(subject)}The area under the curve, which is the mean share"
            f" of mistakes over every number of answers, is {curve.area:.2g}.",
        ),
    )


def _told_apart(subject: Subject) -> str:
    """Say how well confidence tells right answers from wrong ones; nothing where there is only one kind."""
    right, wrong = subject.confidence[subject.right], subject.confidence[~subject.right]
    if not len(right) or not len(wrong):
        return ""
    return f"In {auroc(right, wrong):.1%} of all pairs, a right answer is surer than a wrong one (AUROC). "


def _up_to_the_first_mistake(curve: RiskCoverage) -> str:
    right = float(curve.coverage[curve.wrong == 0].max(initial=0))
    if right == 1:
        return "No answer is wrong, so there is nothing to draw."
    if right == 0:
        return "There is a mistake among the very surest answers."
    return f"The surest {right:.1%} of the answers are all right, and the curve begins at the first mistake."


def _answered(curve: RiskCoverage) -> Html:
    rows = [
        (
            f"{share:.0%}",
            f"{curve.n - round(share * curve.n):,}",
            percent(curve.threshold_at(share)),
            f"{curve.accuracy_at(share):.2%}",
        )
        for share in _COVERAGES
    ]
    header = ("answered", "images set aside", "least confidence", "accuracy")
    return table("If the images that it is least sure of are set aside", header, rows)


def _bins(diagram: ReliabilityDiagram) -> Html:
    bins = len(diagram.count)
    rows = [
        (
            f"{i / bins:.3f} to {(i + 1) / bins:.3f}",
            f"{diagram.count[i]:,}",
            f"{diagram.confidence[i]:.4f}",
            f"{diagram.accuracy[i]:.4f}",
        )
        for i in np.flatnonzero(diagram.count).tolist()
    ]
    return table("Predictions by their confidence", ("confidence", "predictions", "mean confidence", "accuracy"), rows)
