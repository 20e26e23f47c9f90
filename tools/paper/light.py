"""How light falls on it: from one side, less towards the corners, tinted, and with somebody's shadow in it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.noise import Field
from paper.ranges import Range, drawn

_COARSE = 4
"""Light varies slowly: it is computed for every fourth pixel each way."""


@dataclass(frozen=True)
class Light:
    """What the light is like. Strengths are the part of the brightness that is missing where it is darkest.

    gradient: from one side to the other. vignette: in the corners. flash: away from a bright spot. tint: how far the
    colour of the two sides differs. shadow: its darkness; softness: of its edge, as a part of the picture's size.
    """

    gradient: Range = (0, 0)
    vignette: Range = (0, 0)
    flash: Range = (0, 0)
    tint: Range = (0, 0)
    shadow: Range = (0, 0)
    softness: Range = (0.005, 0.08)


def falling(shape: tuple[int, int], light: Light, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return the light on each pixel: float32 (height, width, 3), 1 where it is full."""
    coarse = tuple(max(side // _COARSE, 8) for side in shape)
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in coarse)
    y, x = y[:, None] * np.float32(min(1, shape[0] / shape[1])), x * np.float32(min(1, shape[1] / shape[0]))
    direction = generator.uniform(0, 2 * np.pi)
    along = (x * np.float32(np.cos(direction)) + y * np.float32(np.sin(direction)) + 1) / 2
    level = 1 - np.float32(drawn(light.gradient, generator)) * along.clip(0, 1)
    level *= 1 - np.float32(drawn(light.vignette, generator)) * ((x**2 + y**2) / 2) ** np.float32(1.3)
    level *= 1 - np.float32(drawn(light.flash, generator)) * _away_from_a_spot(x, y, generator)
    tint = np.float32(drawn(light.tint, generator)) * (along - np.float32(0.5))
    colours = np.dstack([level * (1 + tint), level, level * (1 - tint)])
    darkness = drawn(light.shadow, generator)
    if darkness:
        colours *= _shadow(coarse, darkness, drawn(light.softness, generator) * max(coarse), generator)
    return cv2.resize(colours, shape[::-1], interpolation=cv2.INTER_LINEAR)


def _away_from_a_spot(x: Field, y: Field, generator: np.random.Generator) -> Field:
    left, top = generator.uniform(-0.5, 0.5, 2)
    return 1 - np.exp(-((x - np.float32(left)) ** 2 + (y - np.float32(top)) ** 2) * np.float32(1.5))


def _shadow(
    shape: tuple[int, int], darkness: float, softness: float, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return the light that is left: in the open, shadows are slightly blue."""
    mask = np.zeros(shape, np.uint8)
    cast = (_of_an_edge, _of_a_hand)[generator.integers(2)]
    for outline in cast(shape, generator):
        cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], 255)
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), max(softness, 0.6))
    blue = np.array([1.04, 1.0, 0.94], np.float32)
    return 1 - soft[..., None] * (np.float32(darkness) * blue)


def _of_an_edge(shape: tuple[int, int], generator: np.random.Generator) -> list[NDArray[np.float64]]:
    """Draw what lies behind a somewhat wavy edge across the picture."""
    size = np.hypot(*shape)
    angle, wave = generator.uniform(0, 2 * np.pi), generator.normal(0, size / 40, 9).cumsum()
    start = generator.uniform(-0.15, 0.25) * size
    along = np.linspace(-size, size, 9)
    edge = np.column_stack([along, start + wave - wave.mean()])
    behind = np.concatenate([edge, [[size, 2 * size], [-size, 2 * size]]])
    return [_turned(behind, angle) + np.array(shape[::-1]) / 2]


def _of_a_hand(shape: tuple[int, int], generator: np.random.Generator) -> list[NDArray[np.float64]]:
    """Draw a round thing on an arm that reaches into the picture: a hand, or a head and who holds the camera."""
    size, angle = np.hypot(*shape), generator.uniform(0, 2 * np.pi)
    around = np.linspace(0, 2 * np.pi, 60)
    wobble = 1 + 0.1 * np.sin(around * 2 + generator.uniform(0, 6)) + 0.07 * np.sin(around * 5 + angle)
    head = np.column_stack([np.cos(around), np.sin(around)]) * (wobble * size * generator.uniform(0.12, 0.25))[:, None]
    arm = size * generator.uniform(0.05, 0.12)
    body = np.array([[-arm, 0], [-arm * 4, 2 * size], [arm * 3, 2 * size], [arm, 0]])
    place = np.array(shape[::-1]) * generator.uniform(0.2, 0.8, 2)
    return [_turned(outline, angle) + place for outline in (head, body)]


def _turned(points: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    return points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
