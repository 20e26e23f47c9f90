"""The guide's figure: one digit, brought to the network in two forms and read with two trainings, as the page shows it.

The digit is drawn by the project itself: a 1 with a long upstroke, as much of Europe writes it, low on its sheet.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tendigits.models import open_model
from tendigits.png import data_url, grey_png
from tendigits.report.markup import Html, element, joined
from tendigits.serving.body import Upload
from tendigits.serving.comparison import FourAnswers
from tendigits.training.hands import drawn_form

DIGIT, FORM = 1, "upstroke"
_SIDE, _LEFT, _TOP, _SCALE = 300, 20, 120, 5
_WORDS = {
    ("shrunk", "tutorial"): "everything shrunk to 28x28",
    ("normalised", "tutorial"): "brought into MNIST's form",
    ("shrunk", "robust"): "shrunk, but trained on deformed digits",
    ("normalised", "robust"): "MNIST's form, and trained on deformed digits",
}
"""What is done for each answer, in the order of the lesson."""


def figure() -> Html:
    """Return the sheet and the four answers, each with the 28x28 that the network saw."""
    sheet = written()
    small = cv2.resize(255 - sheet, (140, 140), interpolation=cv2.INTER_AREA)
    asked = element("figure", _picture(small, "written"), element("figcaption", joined(_bold(DIGIT), "is written")))
    return joined(asked, *(_answer(cell, _WORDS[cell["form"], cell["weights"]]) for cell in answers(sheet)))


def written() -> NDArray[np.uint8]:
    """Return the sheet: uint8 (300, 300), dark ink on white."""
    digit = drawn_form(DIGIT, FORM, np.random.default_rng(0))
    large = cv2.resize(digit, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    sheet = np.full((_SIDE, _SIDE), 255, np.uint8)
    height, width = large.shape
    sheet[_TOP : _TOP + height, _LEFT : _LEFT + width] -= large
    return sheet


def answers(sheet: NDArray[np.uint8]):
    """Return what the server's comparison says of a sheet, in the order of the lesson."""
    _, png = cv2.imencode(".png", sheet)
    cells = FourAnswers(open_model()).cells([Upload(None, png.tobytes())])
    return sorted(cells, key=lambda cell: list(_WORDS).index((cell["form"], cell["weights"])))


def _answer(cell, words: str) -> Html:
    right = cell["digit"] == DIGIT
    said = joined(_bold(cell["digit"]), f"{cell['confidence']:.1%} sure")
    image = element("img", src=cell["glyph"], alt=f"what the network saw: {words}")
    caption = element("figcaption", said, element("span", words))
    return element("figure", image, caption, class_="right" if right else "wrong")


def _picture(image: NDArray[np.uint8], alt: str) -> Html:
    return element("img", src=data_url(grey_png(image)), alt=alt)


def _bold(digit: int) -> Html:
    return joined(element("b", digit), Html(" "))
