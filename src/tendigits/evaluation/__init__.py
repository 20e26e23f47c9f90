"""How good a network is: its scores, whether its confidence can be trusted, and whether another is better.

Of a network every figure comes from two arrays: the probabilities that it gives a labelled set, and the labels. Of
readings, in :mod:`tendigits.evaluation.readings` and ``reviewed``, from what was read beside what is written.
"""

from tendigits.evaluation.auroc import auroc
from tendigits.evaluation.calibration import ReliabilityDiagram, expected_calibration_error, reliability_diagram
from tendigits.evaluation.mcnemar import mcnemar
from tendigits.evaluation.risk_coverage import RiskCoverage, risk_coverage
from tendigits.evaluation.scores import (
    Evaluation,
    confusion_matrix,
    evaluate,
    percent,
    surest_mistakes,
    wilson_interval,
)
from tendigits.evaluation.temperature import best_temperature

__all__ = [
    "Evaluation",
    "ReliabilityDiagram",
    "RiskCoverage",
    "auroc",
    "best_temperature",
    "confusion_matrix",
    "evaluate",
    "expected_calibration_error",
    "mcnemar",
    "percent",
    "reliability_diagram",
    "risk_coverage",
    "surest_mistakes",
    "wilson_interval",
]
