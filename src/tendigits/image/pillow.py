"""A Pillow image of any mode as RGB on white paper."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from tendigits.image.picture import RGB, assembled, bands
from tendigits.image.tones import on_white, scaled, white_of

__all__ = ["on_paper"]

_WIDE = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_FLOATING_WHITES = (1.0, 255.0, 65535.0)

_Convert = Callable[[Image], NDArray[np.uint8]]


def on_paper(image: Image, name: str, *, orientation: int = 1, negative: bool = False) -> RGB:
    """Return a decoded image as RGB.

    Args:
        image: in any mode that a file's reader gives.
        name: what errors call it.
        orientation: EXIF's number for how it has to be turned, 1 to 8.
        negative: whether great values are dark.

    Raises:
        ImageError: its values are in no range that can be told.

    """
    width, height = image.size
    convert = _conversion(image, name)

    def band(first: int, end: int) -> NDArray[np.uint8]:
        pixels = convert(image.crop((0, first, width, end)))
        return ~pixels if negative else pixels

    return assembled(width, height, band, orientation)


def _conversion(image: Image, name: str) -> _Convert:
    if image.mode in _WIDE:
        return _wide(image, name)
    if image.mode == "LAB":
        return _lightness
    return _composited if image.has_transparency_data else _converted


def _converted(band: Image) -> NDArray[np.uint8]:
    return np.asarray(band.convert("RGB"))


def _composited(band: Image) -> NDArray[np.uint8]:
    pixels = np.asarray(band.convert("RGBA"))
    return on_white(pixels[..., :3], pixels[..., 3:])


def _lightness(band: Image) -> NDArray[np.uint8]:
    """Take CIELAB's lightness for grey: ink differs from paper in it, and no colour profile is asked."""
    return np.asarray(band.getchannel("L"))[..., None]


def _wide(image: Image, name: str) -> _Convert:
    """Greys of more than 8 bits; PNG can declare one of them transparent."""
    width, height = image.size
    crops = (image.crop((0, first, width, end)) for first, end in bands(width, height))
    white = white_of((np.asarray(crop) for crop in crops), name, floating=_FLOATING_WHITES)
    transparent = image.info.get("transparency")

    def convert(band: Image) -> NDArray[np.uint8]:
        values = np.asarray(band)
        greys = scaled(values, white)
        if transparent is not None:
            greys[values == transparent] = 255
        return greys[..., None]

    return convert
