"""The frame that a chart is drawn in: scales, their ticks, grid lines and names."""

import math
from dataclasses import dataclass

from tendigits.report.markup import Html, element, joined

__all__ = ["Axis", "frame", "linear", "logarithmic", "shares", "whole_numbers"]

_MOST_STEPS = 6
"""Steps from tick to tick that fit into a width of values."""


@dataclass(frozen=True)
class Axis:
    """A scale from values to pixels.

    Attributes:
        name: what the values are.
        ticks: the values that are named, rising; the axis goes from the first to the last.
        texts: how they are written.
        start: the pixel of the first tick.
        end: the pixel of the last.
        is_logarithmic: whether equal ratios, not equal differences, are equally far apart.

    """

    name: str
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    start: float
    end: float
    is_logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        share = math.log(value / low, high / low) if self.is_logarithmic else (value - low) / (high - low)
        return self.start + share * (self.end - self.start)


def linear(name: str, low: float, high: float, start: float, end: float) -> Axis:
    """Return an axis over at least these values, with ticks at multiples of 1, 2 or 5 times a power of ten."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    step = _step(high - low)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(i * step for i in range(first, last + 1))
    decimals = max(0, -math.floor(math.log10(step)))
    return Axis(name, ticks, tuple(f"{tick:.{decimals}f}" for tick in ticks), start, end)


def whole_numbers(name: str, last: int, start: float, end: float) -> Axis:
    """Return an axis over the whole numbers from 1, with ticks at some of them and at both ends."""
    step = max(1, round(_step(last)))
    ticks = [1, *(i for i in range(step, last, step) if i > 1 and last - i > step / 2), max(2, last)]
    return Axis(name, tuple(ticks), tuple(f"{tick:,}" for tick in ticks), start, end)


def shares(name: str, start: float, end: float) -> Axis:
    """Return an axis from 0 to 100 %."""
    ticks = tuple(i / 5 for i in range(6))
    return Axis(name, ticks, tuple(f"{tick:.0%}" for tick in ticks), start, end)


def logarithmic(name: str, low: float, high: float, start: float, end: float) -> Axis:
    """Return a logarithmic axis over at least these shares above 0, written as percentages."""
    low = min(low, high / 2)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    fine = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
    ticks = _around(fine, low, high)
    if len(ticks) > 10:
        ticks = _around([10.0**power for power in range(first, last + 1)], low, high)
    texts = tuple(f"{100 * tick:.6g}%" for tick in ticks)
    return Axis(name, ticks, texts, start, end, is_logarithmic=True)


def _around(ticks: list[float], low: float, high: float) -> tuple[float, ...]:
    """Return the ticks between two values, and one on or beyond each, but for what rounding does."""
    first = max(i for i, tick in enumerate(ticks) if tick <= low * (1 + 1e-9))
    last = min(i for i, tick in enumerate(ticks) if tick >= high * (1 - 1e-9))
    return tuple(ticks[first : last + 1])


def _step(width: float) -> float:
    """Return the least of 1, 2 or 5 times a power of ten of which not too many fit into a width."""
    power = 10.0 ** math.floor(math.log10(width / _MOST_STEPS))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * _MOST_STEPS >= width * (1 - 1e-9))


def frame(x: Axis, y: Axis) -> Html:
    """Draw the grid, the ticks and the names of two axes."""
    return joined(
        *(_line(x.start, y(tick), x.end, y(tick), "grid") for tick in y.ticks),
        *(_text(x.start - 8, y(tick) + 4, text, "end") for tick, text in zip(y.ticks, y.texts, strict=True)),
        *(_text(x(tick), y.start + 18, text, "middle") for tick, text in zip(x.ticks, x.texts, strict=True)),
        _line(x.start, y.start, x.end, y.start, "axis"),
        _text((x.start + x.end) / 2, y.start + 36, x.name, "middle"),
        _text(x.start - 8, y.end - 12, y.name, "start") if y.name else "",
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("path", class_=kind, d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")


def _text(x: float, y: float, text: str, anchor: str) -> Html:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)
