"""How ink lies on paper: its colour, how dense it is, and how the paper's grain breaks it up."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.glyph import Coverage
from paper.noise import fractal, smooth
from paper.ranges import Range, drawn
from paper.ruling import Colour

BLACK: tuple[Colour, ...] = ((25, 25, 28), (40, 38, 42), (15, 15, 20))
BLUE: tuple[Colour, ...] = ((25, 45, 140), (45, 60, 150), (20, 30, 105), (60, 75, 175))
COLOURED: tuple[Colour, ...] = ((185, 30, 40), (20, 110, 60), (110, 40, 130), (205, 90, 20), (200, 40, 120))

_TOOTH = 2.2
"""The scale of the paper's tooth, in pixels of a sheet with 1200 at its shorter side."""


@dataclass(frozen=True)
class Pen:
    """A kind of pen.

    width: of strokes in heights of a digit; None leaves each digit its own. density: of full ink, 0 to 1. pressure: how
    much density varies along strokes. grain: how much the paper's tooth breaks them up. bleed: how soft edges are, in
    hundredths of a digit's height. hard: pixels are inked or not, as in a simple drawing program.
    """

    colours: tuple[Colour, ...] = BLACK
    width: Range | None = (0.05, 0.08)
    density: Range = (0.85, 1.0)
    pressure: Range = (0.02, 0.15)
    grain: Range = (0, 0.08)
    bleed: Range = (0.3, 0.8)
    hard: bool = False


def laid(ink: Coverage, height: float, pen: Pen, generator: np.random.Generator) -> Coverage:
    """Return how much of the paper's colour the ink replaces.

    Args:
        ink: float32 (height, width), 0 to 1: where strokes are.
        height: of a digit, in pixels: the pen's measure.
        pen: what they are written with.
        generator: decides what the ranges leave open.

    Returns:
        float32 (height, width), 0 to 1.

    """
    if pen.hard:
        return (ink >= 0.5).astype(np.float32)
    lying = np.zeros_like(ink)
    if ink.any():
        inked = _inked(ink, margin=int(height / 8) + 2)
        lying[inked] = _lying(ink[inked], height, min(ink.shape) / 1200, pen, generator)
    return lying


def _lying(ink: Coverage, height: float, fine: float, pen: Pen, generator: np.random.Generator) -> Coverage:
    density, pressure = drawn(pen.density, generator), drawn(pen.pressure, generator)
    grain, bleed = drawn(pen.grain, generator), drawn(pen.bleed, generator) * height / 100
    full = np.float32(1 - (1 - density) ** 2.2)  # as it looks on a screen, and not in linear light
    if not (pressure or grain or bleed):
        return ink * full
    soft = cv2.GaussianBlur(ink, (0, 0), bleed) if bleed > 0.2 else ink
    pressed = 1 - pressure * np.abs(smooth(ink.shape, height / 3, generator)) * np.float32(0.5)
    # Grain takes ink from hollows of the paper, and first at the edges.
    tooth = fractal(ink.shape, fine * _TOOTH, generator, octaves=2) + np.float32(0.2)
    return np.clip(soft * pressed - np.float32(grain) * np.maximum(tooth, 0), 0, 1) * full


def _inked(ink: Coverage, margin: int) -> tuple[slice, slice]:
    """Return the part of the page that is written on, and a margin around it."""
    spans = [np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0)]
    return tuple(slice(max(int(span[0]) - margin, 0), int(span[-1]) + margin + 1) for span in spans)


def blended(under: NDArray[np.float32], over: NDArray[np.float32], part: Coverage) -> None:
    """Replace part of each pixel's colour, in place.

    Args:
        under: float32 (height, width, 3).
        over: the colour that comes instead, float32 (3,).
        part: float32 (height, width), 0 to 1.

    """
    rows = np.flatnonzero(part.any(axis=1))
    if rows.size:
        band = slice(rows[0], rows[-1] + 1)
        under[band] += (over - under[band]) * part[band, :, None]
