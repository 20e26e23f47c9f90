"""Digits drawn in code: a server reads them before it serves others, and its description shows them as examples."""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["DIGITS", "drawn"]

_STROKES = (
    "34,0 14,12 5,35 5,65 14,88 34,100 54,88 63,65 63,35 54,12 34,0",
    "50,0 50,100",
    "6,22 14,6 32,0 52,6 58,22 52,40 30,68 4,100 66,100",
    "8,10 24,1 44,2 54,16 50,34 28,47 52,54 62,72 56,90 36,100 14,96 4,88",
    "20,0 6,60 70,60 | 54,20 50,100",
    "60,0 18,0 14,44 38,38 56,48 62,66 56,86 38,98 18,98 5,90",
    "50,4 28,22 12,48 6,72 14,92 34,100 52,92 58,74 48,60 30,57 10,70",
    "8,2 60,0 32,100",
    "50,12 34,0 16,8 14,24 26,40 46,54 58,74 50,94 34,100 16,94 8,76 20,56 44,40 54,24 50,12",
    "60,18 46,2 26,2 10,16 10,36 24,48 46,44 58,28 60,18 58,60 54,100",
)
"""The strokes of each digit, between bars: points x,y in hundredths of its height, from the left and from the top."""

DIGITS = range(len(_STROKES))
"""The digits that are drawn: all ten."""

_MARGIN = 30


def drawn(digit: int) -> NDArray[np.uint8]:
    """Return a digit in black on a white page: uint8 (160, 130, 3)."""
    page = np.full((100 + 2 * _MARGIN, 70 + 2 * _MARGIN, 3), 255, np.uint8)
    for stroke in _STROKES[digit].split("|"):
        points = np.array([[int(place) for place in point.split(",")] for point in stroke.split()])
        cv2.polylines(page, [points + _MARGIN], False, (0, 0, 0), 9, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's signature
    return page
