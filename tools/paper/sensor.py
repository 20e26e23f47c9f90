"""From light to a file: lens blur, noise, sharpening, exposure, colour cast, and JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.noise import grains, smooth
from paper.ranges import Range, drawn

Light = NDArray[np.float32]


@dataclass(frozen=True)
class Sensor:
    """A camera's or scanner's insides.

    gamma: of the file; 1 where nothing was photographed. exposure: of white, as a part of full scale on the screen.
    blur: of the lens, in pixels of a picture with 1200 at its shorter side, growing as the root of that. sharpening: of
    edges, as a phone does it. noise: of white, as a part of it. cast: of colours towards warm or, where negative, cold.
    coarse: how many times fewer pixels than the file has were recorded each way. quality: of JPEG, 1 to 100; None makes
    no JPEG of it. cleaned: a program took the background away and left light strokes on black.
    """

    gamma: float = 2.2
    exposure: Range = (0.8, 0.95)
    blur: Range = (0.5, 1.0)
    sharpening: Range = (0, 0.6)
    noise: Range = (0.005, 0.02)
    cast: Range = (-0.06, 0.08)
    coarse: Range = (1, 1)
    quality: tuple[int, int] | None = (70, 95)
    cleaned: bool = False


SCREEN = Sensor(gamma=1, exposure=(1, 1), blur=(0, 0), sharpening=(0, 0), noise=(0, 0), cast=(0, 0), quality=None)
"""What is drawn on a screen, and saved without loss."""


def recorded(light: Light, sensor: Sensor, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the picture in a file.

    Args:
        light: float32 (height, width, 3), linear, white at 1. It is changed.
        sensor: what records it.
        generator: decides what the ranges leave open, and the noise.

    Returns:
        uint8 (height, width, 3), RGB.

    """
    shape = light.shape[:2]
    coarse = drawn(sensor.coarse, generator)
    if coarse > 1:
        light = cv2.resize(light, None, fx=1 / coarse, fy=1 / coarse, interpolation=cv2.INTER_AREA)
    blur = drawn(sensor.blur, generator) * np.sqrt(min(light.shape[:2]) / 1200)
    if blur > 0.2:
        light = cv2.GaussianBlur(light, (0, 0), blur)
    _expose(light, sensor, generator)
    _add_noise(light, drawn(sensor.noise, generator), generator)
    picture = cv2.pow(np.maximum(light, 0), 1 / sensor.gamma) if sensor.gamma != 1 else light
    _sharpen(picture, drawn(sensor.sharpening, generator), blur)
    if coarse > 1:
        picture = cv2.resize(picture, shape[::-1], interpolation=cv2.INTER_CUBIC)
    if sensor.cleaned:
        picture = _cleaned(picture)
    pixels = cv2.convertScaleAbs(np.maximum(picture, 0), alpha=255)
    return pixels if sensor.quality is None else _compressed(pixels, round(drawn(sensor.quality, generator)))


def _expose(light: Light, sensor: Sensor, generator: np.random.Generator) -> None:
    white = drawn(sensor.exposure, generator) ** sensor.gamma
    warm = drawn(sensor.cast, generator)
    if (white, warm) != (1, 0):
        cv2.multiply(light, (white * (1 + warm), white, white * (1 - warm), 1), dst=light)


def _add_noise(light: Light, strength: float, generator: np.random.Generator) -> None:
    """Add what few photons do to brightness; what is left of it in the colours is coarser."""
    if not strength:
        return
    shape = light.shape[:2]
    root = np.sqrt(np.maximum(light[..., 1], 0) + np.float32(0.02)) * np.float32(strength)
    grey = grains(shape, generator)
    red, blue = (smooth(shape, 3, generator) * np.float32(0.6) for _ in range(2))
    light += cv2.merge([(grey + red) * root, grey * root, (grey + blue) * root])


def _sharpen(picture: Light, amount: float, blur: float) -> None:
    if amount:
        soft = cv2.GaussianBlur(picture, (0, 0), max(1.2 * blur, 0.8))
        cv2.addWeighted(picture, 1 + amount, soft, -amount, 0, dst=picture)


def _cleaned(picture: Light) -> Light:
    """Take the brightness around from each pixel's, and keep what is clearly darker, made light."""
    grey = picture.mean(axis=2)
    around = cv2.blur(cv2.dilate(grey, np.ones((3, 3))), (max(min(grey.shape) // 16, 3),) * 2)
    light = np.clip((around - grey - np.float32(0.04)) * np.float32(3), 0, 1)
    return np.repeat(light[..., None], 3, axis=2)


def _compressed(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    _, file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1])
