"""Pages to find ink on: photographs with what they say, and drawings whose ink is known to the pixel."""

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from tendigits.reading.ink import Ink, find_ink

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from paper import CONDITIONS, Condition, Page, write

STROKE = 100
"""Strength from which a pixel is counted as ink here."""


def condition(name: str, **changes) -> Condition:
    return replace(CONDITIONS[name], **changes)


def photograph(mnist, of: Condition | str, *counts: int, seed: int = 1) -> Page:
    """Return lines of so many training digits, whose ink hangs together, photographed."""
    chosen = iter(whole_digits(mnist))
    digits = [[next(chosen) for _ in range(count)] for count in counts]
    return write(digits, CONDITIONS[of] if isinstance(of, str) else of, np.random.default_rng(seed))


def whole_digits(mnist, first: int = 0):
    images, labels = (array[first : first + 200] for array in mnist[0])
    for image, label in zip(images, labels, strict=True):
        if cv2.connectedComponents((image > 90).astype(np.uint8))[0] == 2:
            yield image, int(label)


def drawing(mnist, count: int = 4, size: int = 140, frame: tuple[int, int] = (600, 1000)) -> np.ndarray:
    """Return how much ink there is: float32 (height, width), 0 to 1, digits in a row in the middle."""
    ink = np.zeros(frame, np.float32)
    for i, (image, _) in zip(range(count), whole_digits(mnist), strict=False):
        large = cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        top, left = (frame[0] - size) // 2, (frame[1] - count * (size + 40)) // 2 + i * (size + 40)
        ink[top : top + size, left : left + size] = large.clip(0, 1)
    return ink


def on_paper(ink: np.ndarray, pen=(30, 30, 40), paper=(235, 232, 225), light=None, seed: int = 1) -> np.ndarray:
    """Return the ink in this colour on this paper, in this light, with some noise: uint8 (height, width, 3)."""
    pixels = paper + ink[..., None] * (np.array(pen, np.float32) - paper)
    if light is not None:
        pixels = pixels * light[..., None]
    noise = np.random.default_rng(seed).normal(0, 2, pixels.shape)
    return (pixels + noise).clip(0, 255).astype(np.uint8)


def strength_on(page: np.ndarray, found: Ink) -> np.ndarray:
    """Return the strength in the page's own size."""
    return cv2.resize(found.strength, page.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def likeness(page: np.ndarray, ink: np.ndarray) -> float:
    """Return how well what is found agrees with the ink that was drawn: intersection over union."""
    found, drawn = strength_on(page, find_ink(page)) > STROKE, ink > 0.45
    return float((found & drawn).sum() / (found | drawn).sum())


def filled(page: Page, found: Ink) -> list[float]:
    """Return the part of each digit's box, in its longer direction, that the ink in it spans."""
    spans = []
    for x, y, width, height in (np.array(box) / found.scale for box in page.boxes):
        rows, columns = slice(int(y), int(y + height) + 1), slice(int(x), int(x + width) + 1)
        ink = found.strength[rows, columns] > STROKE
        along = ink.any(axis=1 if height >= width else 0)
        spans.append(float(np.ptp(np.flatnonzero(along)) + 1) / max(width, height) if along.any() else 0.0)
    return spans


def outside(page: Page, found: Ink) -> float:
    """Return how much ink lies outside of all digits' boxes, as a part of all ink."""
    free = found.strength > STROKE
    total = max(int(free.sum()), 1)
    for x, y, width, height in (np.array(box) / found.scale for box in page.boxes):
        free[max(int(y) - 3, 0) : int(y + height) + 4, max(int(x) - 3, 0) : int(x + width) + 4] = False
    return int(free.sum()) / total
