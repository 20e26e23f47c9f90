"""Make the photographs that the tutorial reads: `python tools/tutorial_photos.py`.

Pages are drawn here, with digits that the project draws itself (`training/hands.py`): nobody's handwriting is in them.
"""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from paper import CONDITIONS, write
from readings import around

from tendigits.training.hands import FORMS, drawn_form

FOLDER = Path(__file__).parents[1] / "docs/tutorial/photos"
PHOTO = CONDITIONS["phone photo"]
SINGLE = replace(PHOTO, frame=(480, 480), margin=0.2, hand=replace(PHOTO.hand, height=(0.4, 0.5)))
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 85]

DIGITS = ((1, "upstroke"), (2, "loop"), (4, "open"), (5, "one stroke"), (7, "crossed"), (9, "straight"))
"""What is on the photographs of one digit, and in which form."""

NUMBER = (4, 0, 7, 1, 9)
"""What is on the photograph of a number."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    generator = np.random.default_rng(5)
    for digit, form in DIGITS:
        page = write([[(drawn_form(digit, form, generator), digit)]], SINGLE, generator)
        save(f"{digit}.jpg", page.pixels)
    digits = [(drawn_form(digit, next(iter(FORMS[digit])), generator), digit) for digit in NUMBER]
    page = write([digits], PHOTO.spaced((0.25, 0.4)), generator)
    save("number.jpg", cv2.resize(around(page), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA))


def save(name: str, pixels) -> None:
    cv2.imwrite(str(FOLDER / name), pixels[..., ::-1], QUALITY)


if __name__ == "__main__":
    main()
