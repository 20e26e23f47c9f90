"""A picture of a number, written by the project's own hand, as somebody may have it in a file."""

import cv2
import numpy as np
from PIL import Image
from writing import strokes_of

__all__ = ["picture_of"]


def picture_of(digits, height=160):
    """Return it as RGB, dark on light, 300 pixels high."""
    pixels = np.full((300, 180 * len(digits) + 120, 3), 245, np.uint8)
    left = 80
    for digit in map(int, digits):
        strokes = strokes_of(digit, height)
        for stroke in strokes:
            points = np.rint((stroke + np.array([left, 70])) * 16).astype(np.int32)
            cv2.polylines(
                pixels, [points], isClosed=False, color=(40, 40, 60), thickness=13, lineType=cv2.LINE_AA, shift=4
            )
        left += int(np.concatenate(strokes)[:, 0].max()) + 60
    return Image.fromarray(pixels)
