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
    ("reading-photo", "phone photo", ("4071", "96283"), (0.02, 0.25)),
    ("reading-ruled", "ruled", ("1805", "2937"), (0.02, 0.25)),
    ("reading-board", "chalkboard", ("3146", "580"), (-0.01, 0.1)),
)
"""The picture's name, the condition, its lines of digits and the gaps between them, in heights of a digit."""


def main() -> None:
    reader = Reader()
    for number, (name, condition, lines, gap) in enumerate(READINGS):
        generator = np.random.default_rng(number + 1)
        digits = [[(any_form(int(digit), generator), int(digit)) for digit in line] for line in lines]
        page = write(digits, CONDITIONS[condition].spaced("", gap), generator)
        reading = reader.read(page.pixels)
        print(f"{name}: {reading.text!r} where {page.text!r} is written, {reading.confidence:.1%}")
        picture = annotated(page.pixels, reading)
        scale = WIDTH / picture.shape[1]
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        path = FOLDER / f"{name}.jpg"
        cv2.imwrite(str(path), small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


def any_form(digit, generator):
    return drawn_form(digit, str(generator.choice(list(FORMS[digit]))), generator)


if __name__ == "__main__":
    main()
