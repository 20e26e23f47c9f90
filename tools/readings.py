"""Make the pictures of readings that the README shows: `python tools/readings.py`.

The pages are drawn here, with digits that the project draws itself (`training/hands.py`), and read by the weights that
ship.
"""

from pathlib import Path

import cv2
import numpy as np
from paper import CONDITIONS, write

from tendigits.reading.annotate import annotated
from tendigits.reading.reader import Reader
from tendigits.training.hands import FORMS, drawn_form

FOLDER = Path(__file__).parents[1] / "docs/images"
WIDTH = 640

READINGS = (
    ("reading-photo", "phone photo", ("4271", "96583"), (0.02, 0.25)),
    ("reading-ruled", "ruled", ("1805", "2937"), (0.02, 0.25)),
    ("reading-board", "chalkboard", ("3146", "580"), (0.1, 0.3)),
)
"""The picture's name, the condition, its lines of digits and the gaps between them, in heights of a digit."""


def main() -> None:
    reader = Reader()
    for number, (name, condition, lines, gap) in enumerate(READINGS):
        generator = np.random.default_rng(number + 1)
        digits = [[(any_form(int(digit), generator), int(digit)) for digit in line] for line in lines]
        page = write(digits, CONDITIONS[condition].spaced(gap), generator)
        pixels = around(page)
        reading = reader.read(pixels)
        print(f"{name}: {reading.text!r} where {page.text!r} is written, {reading.confidence:.1%}")
        picture = annotated(pixels, reading)
        scale = WIDTH / picture.shape[1]
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        path = FOLDER / f"{name}.jpg"
        cv2.imwrite(str(path), small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


def around(page):
    """Return the part of a page that is written on, with a margin of a digit's height."""
    x, y, width, height = np.array(page.boxes).T
    margin = int(height.max())
    top, left = max(y.min() - margin, 0), max(x.min() - margin, 0)
    return page.pixels[top : (y + height).max() + margin, left : (x + width).max() + margin].copy()


def any_form(digit, generator):
    return drawn_form(digit, str(generator.choice(list(FORMS[digit]))), generator)


if __name__ == "__main__":
    main()
