"""A reading, drawn: where the ink is not, in colours that say how sure it is, in a size that can be read."""

import cv2
import numpy as np
import pytest

from tendigits.errors import TendigitsError
from tendigits.reading.annotate import annotated, encoded
from tendigits.reading.annotate.picture import as_png
from tendigits.reading.result import Digit, Mark, Reading

PAPER = 240


def digit(box, value=7, confidence=0.99, line=0):
    best = 7 if value is None else value
    return Digit(value, confidence, box, line, ((best, confidence),), np.zeros((28, 28), np.uint8))


def reading(*digits, marks=()):
    text = "".join("?" if each.digit is None else str(each.digit) for each in digits)
    return Reading((text,) if digits else (), 0.9, digits, tuple(Mark(box) for box in marks))


def paper(height, width):
    return np.full((height, width, 3), PAPER, np.uint8)


def drawn(picture):
    """Bool (height, width): where something coloured is drawn."""
    return np.ptp(picture.astype(int), axis=2) > 40


def test_the_page_stays_as_it_is():
    page = paper(600, 800)

    annotated(page, reading(digit((300, 200, 80, 120))))

    assert (page == PAPER).all()


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (5, 900), (900, 5), (200, 300), (1200, 1600), (4000, 3000)])
def test_a_picture_is_its_page_or_larger_by_a_whole_factor(size):
    height, width = size
    box = (width // 4, height // 4, max(1, width // 2), max(1, height // 2))

    picture = annotated(paper(*size), reading(digit(box)))

    factor = picture.shape[0] // height
    assert picture.shape == (factor * height, factor * width, 3)
    assert picture.dtype == np.uint8
    assert max(picture.shape) >= 480
    assert drawn(picture).any()


def test_small_writing_on_a_large_page_is_enlarged():
    small, large = ((annotated(paper(1200, 1600), reading(digit((700, 500, s // 2, s)))).shape[0]) for s in (20, 200))

    assert small >= 3 * 1200
    assert large == 1200


def test_nothing_becomes_too_large():
    picture = annotated(paper(4000, 3000), reading(digit((700, 500, 4, 9))))

    assert picture.shape == (4000, 3000, 3)


def test_the_ink_is_not_drawn_on():
    page = paper(600, 800)
    page[200:320, 300:380] = np.random.default_rng(1).integers(0, 255, (120, 80, 3), np.uint8)

    picture = annotated(page, reading(digit((300, 200, 80, 120))))

    assert (picture[200:320, 300:380] == page[200:320, 300:380]).all()


def test_all_is_drawn_near_its_digit():
    picture = annotated(paper(1200, 1600), reading(digit((700, 500, 80, 120))))

    rows, columns = np.nonzero((picture != PAPER).any(axis=2))
    assert 400 < rows.min() < 500
    assert 620 < rows.max() < 720
    assert 600 < columns.min() < 700
    assert 780 < columns.max() < 880


@pytest.mark.parametrize("box", [(0, 0, 80, 120), (720, 0, 80, 120), (0, 480, 80, 120), (0, 0, 800, 600)])
def test_a_digit_at_the_edge_has_its_label_inside(box):
    with_label = annotated(paper(600, 800), reading(digit(box)))
    box_alone = annotated(paper(600, 800), reading(marks=(box,)))

    assert drawn(with_label).sum() > drawn(box_alone).sum()
    assert with_label.shape == (600, 800, 3)


def colour_at_left(picture, box):
    """Return the colour of a box's left side, which no label covers."""
    x, y, _, height = box
    strip = picture[y : y + height, x - 12 : x].reshape(-1, 3)
    return tuple(strip[np.ptp(strip.astype(int), axis=1).argmax()])


def test_how_sure_a_digit_is_shows_in_its_colour():
    boxes = [(100 + 200 * i, 200, 80, 120) for i in range(3)]
    sure, rather, not_sure = digit(boxes[0]), digit(boxes[1], confidence=0.8), digit(boxes[2], None, 0.4)

    picture = annotated(paper(600, 800), reading(sure, rather, not_sure))

    colours = np.array([colour_at_left(picture, box) for box in boxes])
    assert len({tuple(colour) for colour in colours.tolist()}) == 3
    simulated = colours.astype(float) @ PROTANOPIA.T  # what a red-blind eye sees
    differences = [np.abs(simulated[i] - simulated[j]).max() for i, j in ((0, 1), (0, 2), (1, 2))]
    assert min(differences) > 40


PROTANOPIA = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])
"""Machado, Oliveira and Fernandes 2009, at full severity."""


def test_what_is_not_sure_is_dashed_and_what_is_left_out_dotted():
    box = (300, 200, 80, 120)
    pictures = (
        annotated(paper(600, 800), reading(digit(box))),
        annotated(paper(600, 800), reading(digit(box, None, 0.4))),
        annotated(paper(600, 800), reading(marks=(box,))),
    )

    solid, dashed, dotted = (pieces_at_left(picture, box) for picture in pictures)

    assert solid == 1 < dashed < dotted


def pieces_at_left(picture, box):
    """Count what hangs together in a box's left side: dark, so without its white edge."""
    x, y, _, height = box
    dark = picture[y : y + height, x - 12 : x].min(axis=2) < 120
    return cv2.connectedComponents(dark.astype(np.uint8))[0] - 1


def test_labels_of_digits_side_by_side_do_not_lie_on_one_another():
    boxes = [(60 + 110 * i, 100 + 150 * row, 80, 120) for row in range(3) for i in range(6)]
    together = annotated(paper(600, 800), reading(*map(digit, boxes)))
    alone = [drawn(annotated(paper(600, 800), reading(digit(box)))).sum() for box in boxes]

    assert drawn(together).sum() > 0.93 * sum(alone)


@pytest.mark.parametrize(
    ("size", "ending"), [((28, 28), ".png"), ((1000, 1000), ".png"), ((3000, 2000), ".jpg"), ((60, 65_535), ".png")]
)
def test_a_picture_is_a_png_or_where_it_is_large_a_jpeg(size, ending):
    picture = paper(*size)
    picture[:, : size[1] // 2] = (200, 30, 60)

    content, given = encoded(picture)

    assert given == ending
    back = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(back.astype(int) - picture).mean() < 2


def test_a_picture_that_no_file_can_hold_is_an_error_that_says_so():
    with pytest.raises(TendigitsError, match=r"a picture of 1,000,001 x 1 pixels cannot be written as \.png"):
        as_png(paper(1, 1_000_001))


def test_the_largest_pages_are_drawn_on_smaller():
    box = (3000, 2000, 400, 600)

    picture = annotated(paper(4000, 6000), reading(digit(box)))

    height, width = picture.shape[:2]
    assert 0.9 * 20_000_000 < height * width <= 20_000_000
    rows, columns = np.nonzero(drawn(picture))
    scale = width / 6000
    assert abs(columns.min() - scale * box[0]) < 0.1 * width
    assert abs(columns.max() - scale * (box[0] + box[2])) < 0.1 * width
    assert rows.min() < scale * box[1] < scale * (box[1] + box[3]) < rows.max()
