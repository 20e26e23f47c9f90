"""The charts of a report, as SVG that takes its colours from the page: light or dark, on a phone or on paper."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from tendigits.evaluation import ReliabilityDiagram, RiskCoverage, wilson_interval
from tendigits.report.axes import Axis, frame, linear, logarithmic, shares, whole_numbers
from tendigits.report.markup import Content, Html, element, joined

__all__ = ["history_chart", "reliability_chart", "risk_coverage_chart"]

_WIDTH, _HEIGHT = 480, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 462, 34, 250
_MOST_MARKED = 40
"""Epochs up to which each one's value is marked on the curve."""


def history_chart(name: str, training: Sequence[float], validation: Sequence[float] | None) -> Html:
    """Draw a figure over the epochs, as it was on the training set and, where it was measured, on other images."""
    curves = {"training": training} | ({} if validation is None else {"validation": validation})
    values = [value for curve in curves.values() for value in curve if math.isfinite(value)] or [0.0]
    x = whole_numbers("epoch", len(training), _LEFT, _RIGHT)
    y = linear("", min(values), max(values), _BOTTOM, _TOP)
    said = "; ".join(f"{kind} from {curve[0]:.4g} to {curve[-1]:.4g}" for kind, curve in curves.items())
    return _svg(
        f"{name} over {len(training):,} epochs: {said}.",
        frame(x, y),
        *(_curve(x, y, curve, kind) for kind, curve in curves.items()),
    )


def _curve(x: Axis, y: Axis, values: Sequence[float], kind: str) -> Html:
    points = [(x(epoch), y(value)) for epoch, value in enumerate(values, start=1)]
    line = element("path", class_=f"line {kind}", d=_path(points))
    if len(values) > _MOST_MARKED:
        return line
    marks = [
        _mark(*point, f"point {kind}", f"epoch {epoch}: {value:.4f}")
        for epoch, (point, value) in enumerate(zip(points, values, strict=True), start=1)
        if math.isfinite(value)
    ]
    return joined(line, *marks)


def reliability_chart(diagram: ReliabilityDiagram) -> Html:
    """Draw accuracy over confidence with 95 % intervals, and below how many predictions each bin holds."""
    height = _HEIGHT + 80
    x = shares("confidence", _LEFT, _RIGHT)
    y = shares("accuracy", _BOTTOM, _TOP)
    filled = [int(i) for i in np.flatnonzero(diagram.count)]
    return _svg(
        f"Accuracy over confidence in {len(diagram.count)} bins; the expected calibration error is"
        f" {diagram.calibration_error:.2%}. The numbers follow as a table.",
        frame(x, y),
        element("path", class_="diagonal", d=_path([(x(0), y(0)), (x(1), y(1))])),
        *(_bin(diagram, i, x, y) for i in filled),
        element("text", "predictions in each bin", x=_LEFT, y=height - 44),
        *(_count(diagram, i, x, height) for i in filled),
        height=height,
    )


def _bin(diagram: ReliabilityDiagram, i: int, x: Axis, y: Axis) -> Html:
    """Draw one bin: its mean confidence, its accuracy, and the interval of that."""
    confidence, accuracy, count = float(diagram.confidence[i]), float(diagram.accuracy[i]), int(diagram.count[i])
    low, high = wilson_interval(round(accuracy * count), count)
    interval = element("path", class_="interval", d=_path([(x(confidence), y(low)), (x(confidence), y(high))]))
    said = f"{count:,} predictions, {confidence:.1%} sure on average, {accuracy:.1%} right"
    return joined(interval, _mark(x(confidence), y(accuracy), "point training", said))


def _count(diagram: ReliabilityDiagram, i: int, x: Axis, bottom: float) -> Html:
    """Draw how many predictions a bin holds: a bar as high as the logarithm, under the number."""
    bins, count = len(diagram.count), int(diagram.count[i])
    left, right, foot = x(i / bins) + 1.5, x((i + 1) / bins) - 1.5, bottom - 4
    top = foot - 4 - 36 * math.log(count) / math.log(max(2, int(diagram.count.max())))
    bar = element("path", class_="bar", d=_path([(left, foot), (left, top), (right, top), (right, foot)]))
    number = f"{count:,}" if count < 10_000 else f"{count // 1000:,}k"
    middle = f"{(left + right) / 2:.1f}"
    return joined(bar, element("text", number, x=middle, y=f"{top - 4:.1f}", text_anchor="middle", class_="small"))


def risk_coverage_chart(curve: RiskCoverage) -> Html:
    """Draw the error rate among the surest predictions, on a logarithmic scale, over how many of them are accepted.

    The curve begins at the first mistake: no mistakes at all have no place on a logarithmic scale.
    """
    coverage = np.linspace(0, 1, 405)[1:]  # a pixel apart
    risk = np.where(curve.risk_at(coverage) * coverage * curve.n >= 0.999, curve.risk_at(coverage), np.nan)
    drawn = [value for value in risk.tolist() if math.isfinite(value)] or [0.01]
    x = shares("share of the images that is answered, the surest first", _LEFT, _RIGHT)
    y = logarithmic("share of mistakes among them", min(drawn), max(drawn), _BOTTOM, _TOP)
    marked = {share: float(curve.risk_at(share)) for share in (0.8, 0.9, 0.95, 0.99, 1.0)}
    said = "; ".join(f"{value:.2%} at {share:.0%}" for share, value in marked.items())
    return _svg(
        f"Share of mistakes over the share of answers: {said}.",
        frame(x, y),
        element("path", class_="line validation", d=_path(zip(map(x, coverage), map(y, risk), strict=True))),
        *(
            _mark(x(share), y(value), "point validation", f"{share:.0%} answered: {value:.2%} wrong")
            for share, value in marked.items()
            if value >= min(drawn)
        ),
    )


def _svg(described: str, *content: Content, height: int = _HEIGHT) -> Html:
    return element("svg", *content, viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=described)


def _mark(x: float, y: float, kind: str, said: str) -> Html:
    """Draw a point that says its value when it is pointed at."""
    return element("circle", element("title", said), class_=kind, cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.5")


def _path(points: Iterable[tuple[float, float]]) -> str:
    """Return straight lines from point to point, with a gap at one that is nowhere."""
    commands, is_drawing = [], False
    for x, y in points:
        if math.isfinite(y):
            commands.append(f"{'L' if is_drawing else 'M'}{x:.1f} {y:.1f}")
        is_drawing = math.isfinite(y)
    return "".join(commands)
