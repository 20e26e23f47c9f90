"""The reader, from a page to a reading: on pages that are drawn here, from MNIST's test digits."""

import sys
from collections import deque
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tendigits.errors import ImageError, LengthError, WeightsError
from tendigits.models import open_model
from tendigits.reading.paging import read_each_page
from tendigits.reading.reader import Reader
from tendigits.reading.recognition import FoundDigit, Recognition
from tendigits.weights import Dense, Weights, serialize

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from paper import APART, CONDITIONS, TOUCHING, write
from paper.nonsense import nonsense


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.fixture(scope="module")
def pages(mnist):
    """``pages("scan", n)``: pages of one line of one to eight digits."""
    images, labels = mnist[1]

    def of(name, n, gap=APART, seed=0):
        generator = np.random.default_rng(seed)
        for _ in range(n):
            chosen = generator.integers(0, len(images), int(generator.integers(1, 9)))
            yield write([[(images[i], int(labels[i])) for i in chosen]], CONDITIONS[name].spaced(gap), generator)

    return of


def drawn(*images, scale=4, gap=10):
    """Return MNIST's digits beside each other, dark on white: uint8 (height, width, 3)."""
    row = np.concatenate([np.pad(image, [(8, 8), (gap // 2, gap // 2)]) for image in images], axis=1)
    large = cv2.resize(row, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.repeat(255 - large[..., None], 3, axis=2)


def fraction_right(pages):
    reader = Reader(min_confidence=0)
    return np.mean([reader.read(page.pixels).text == page.text for page in pages])


@pytest.mark.parametrize("name", ["clean", "scan", "phone photo", "shadow", "ruled", "chalkboard", "coloured pen"])
def test_lines_are_read_on_any_paper_in_any_light(pages, name):
    assert fraction_right(pages(name, 8)) >= 7 / 8


def test_most_touching_digits_are_told_apart(pages):
    assert fraction_right(pages("clean", 12, TOUCHING)) >= 11 / 12


def test_a_reading_has_its_digits_where_they_are_on_the_page(reader, pages):
    read = [(reader.read(page.pixels), page) for page in pages("scan", 8)]
    right = [(reading.digits, page.boxes) for reading, page in read if reading.text == page.text]
    common = [shared(digit.box, box) for both in right for digit, box in zip(*both, strict=True)]
    assert len(common) >= 10
    assert np.mean(np.array(common) > 0.5) > 0.9


def shared(one, other):
    """Return intersection over union of two boxes."""
    (x, y, width, height), (left, top, wide, high) = one, other
    across = max(min(x + width, left + wide) - max(x, left), 0)
    down = max(min(y + height, top + high) - max(y, top), 0)
    return across * down / (width * height + wide * high - across * down)


def test_a_digit_is_told_with_alternatives_and_what_the_network_saw(reader, mnist):
    (digit,) = reader.read(drawn(mnist[1][0][0])).digits
    assert digit.digit == 7
    assert digit.line == 0
    assert digit.glyph.shape == (28, 28)
    assert digit.glyph.dtype == np.uint8
    assert digit.alternatives[0][0] == digit.best == 7
    assert digit.alternatives[0][1] == pytest.approx(digit.confidence)
    probabilities = [probability for _, probability in digit.alternatives]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-6
    assert 0 < digit.confidence <= 1


@pytest.mark.parametrize("shares", [(0.5, 0.48, 0.02), (0.99, 0.01), (0.4, 0.1), (1.0,), (0.0,)])
def test_alternatives_sum_to_no_more_than_1_whatever_the_confidence(reader, monkeypatch, shares):
    probability = np.pad(np.array(shares), (4, 6 - len(shares)))
    for sure in (0.01, 0.5, 0.999999):
        found = FoundDigit(0, (2, 2, 7, 7), np.zeros((28, 28), np.uint8), probability, whole=sure, seen=sure)
        monkeypatch.setattr(reader, "recognised", lambda *_, found=found, **__: Recognition((found,), (), 0.5))
        (digit,) = reader.read_pixels(np.zeros((9, 9, 3), np.uint8)).digits
        values, confidences = zip(*digit.alternatives, strict=True)
        assert sorted(values) == list(range(10))
        assert values[: len(shares)] == tuple(range(4, 4 + len(shares))) or not any(shares)
        assert confidences[0] == digit.confidence
        assert list(confidences) == sorted(confidences, reverse=True)
        assert sum(confidences) <= 1 + 1e-9


def test_single_takes_all_ink_for_one_digit(reader):
    page = np.full((120, 120, 3), 255, np.uint8)
    cv2.line(page, (30, 40), (85, 40), (0, 0, 0), 7)  # the bar of a seven, and its stem well apart
    cv2.line(page, (80, 55), (60, 100), (0, 0, 0), 7)
    reading = reader.read(page, single=True)
    assert len(reading.digits) == 1
    assert reading.digits[0].best == 7


def test_light_on_dark_is_read_as_dark_on_light(reader, mnist):
    page = drawn(*mnist[1][0][:3])
    assert reader.read(255 - page).text == reader.read(page).text == "721"


def test_lines_are_joined_by_newlines(reader, mnist):
    images = mnist[1][0]
    page = np.concatenate([drawn(*images[:3]), drawn(*images[3:6])])
    reading = reader.read(page)
    assert reading.text == "721\n041"
    assert reading.lines == ("721", "041")
    assert [digit.line for digit in reading.digits] == [0, 0, 0, 1, 1, 1]


def test_no_ink_is_an_empty_reading(reader):
    for page in (np.full((300, 400, 3), 250, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        reading = reader.read(page)
        assert reading.text == ""
        assert not reading.digits
        assert not reading.marks


@pytest.mark.parametrize("length", [3, "3", (3, 3), "2-4", (1, 9)])
def test_a_length_that_fits_changes_nothing(reader, mnist, length):
    assert reader.read(drawn(*mnist[1][0][:3]), length).text == "721"


def test_a_length_decides_between_cuts(reader, pages):
    page = next(page for page in pages("clean", 40, TOUCHING, seed=3) if len(page.text) == 4)
    for length in (3, 4, 5):
        assert len(Reader(min_confidence=0).read(page.pixels, length).digits) == length


@pytest.mark.parametrize("length", [9, "12-15"])
def test_what_cannot_have_the_length_is_unsure_and_never_padded(reader, mnist, length):
    reading = reader.read(drawn(*mnist[1][0][:3]), length)
    assert reading.confidence < 0.1
    assert all(digit.digit is None for digit in reading.digits)
    assert set(reading.text) <= {"?"}


@pytest.mark.parametrize("asked", [{"length": 4}, {"length": "2-9"}, {"single": True}])
def test_where_nothing_is_written_what_was_asked_for_is_not_there(reader, asked):
    blank, dash = np.full((200, 400, 3), 255, np.uint8), np.full((200, 400, 3), 255, np.uint8)
    cv2.line(dash, (150, 100), (250, 100), (0, 0, 0), 8)
    pages = (blank,) if "single" in asked else (blank, dash)
    for page in pages:
        reading = reader.read(page, **asked)
        assert set(reading.text) <= {"?"}
        assert reading.confidence < 0.1
        assert not reading.is_sure


def test_a_reading_that_cannot_have_the_length_is_unsure_whatever_is_told(mnist):
    reading = Reader(min_confidence=0).read(drawn(*mnist[1][0][:3]), length=7)
    assert reading.confidence == 0
    assert not reading.is_sure


def test_any_number_of_digits_may_be_asked_for(reader, mnist):
    page = drawn(*mnist[1][0][:3])
    assert reader.read(page, (1, 10**9)).as_dict() == reader.read(page, (1, 100)).as_dict()
    assert reader.read(page, 10**12).confidence == 0


def test_any_strokes_are_read_whatever_length_is_asked_for(reader):
    generator = np.random.default_rng(2)
    for i in range(40):
        page = np.full((120, 200, 3), 255, np.uint8)
        points = generator.integers(10, [190, 110], (int(generator.integers(2, 7)), 2))
        cv2.polylines(page, [points.astype(np.int32)], isClosed=False, color=(0, 0, 0), thickness=i % 8 + 1)
        length = (None, 1, 2, (1, 3))[i % 4]
        assert 0 <= reader.read(page, length).confidence <= 1


@pytest.mark.parametrize("length", [0, -1, "x", "4-", "6-4", (5, 2), "4-6-8"])
def test_no_length_is_an_error_that_says_so(reader, length):
    with pytest.raises(LengthError, match=r"digit|backwards"):
        reader.read(np.zeros((9, 9, 3), np.uint8), length)


def test_below_the_least_confidence_a_question_mark_stands(mnist):
    page = drawn(*mnist[1][0][:3])
    unsure = Reader(min_confidence=1.0).read(page)
    assert unsure.text == "???"
    assert [digit.digit for digit in unsure.digits] == [None] * 3
    assert [digit.best for digit in unsure.digits] == [7, 2, 1]
    assert not unsure.is_sure


def test_a_dash_is_a_mark_and_not_in_the_text(reader, mnist):
    images = mnist[1][0]
    page = drawn(images[0], np.zeros((28, 28), np.uint8), images[1])
    height, width = page.shape[:2]
    cv2.line(page, (width // 2 - 35, height // 2), (width // 2 + 35, height // 2), (0, 0, 0), 10, cv2.LINE_AA)
    reading = reader.read(page)
    assert [digit.best for digit in reading.digits] == [7, 2]
    (mark,) = reading.marks
    x, y, wide, high = mark.box
    assert abs(x + wide / 2 - width / 2) < 12
    assert abs(y + high / 2 - height / 2) < 12
    assert not reading.is_sure


@pytest.mark.parametrize("kind", ["doodles", "crossings-out", "things"])
def test_what_is_no_digit_is_seldom_taken_for_one(reader, kind):
    generator = np.random.default_rng(5)
    sure = 0
    for name in ("clean", "scan", "phone photo", "ruled", "drawing"):
        for _ in range(2):
            reading = reader.read(nonsense(kind, CONDITIONS[name], generator).pixels)
            sure += any(digit.confidence > 0.9 for digit in reading.digits)
    assert sure <= 1


def test_the_same_page_gives_the_same_reading(pages):
    page = next(pages("phone photo", 1))
    one, other = (Reader().read(page.pixels) for _ in range(2))
    assert one.as_dict() == other.as_dict()


def test_sources_are_paths_bytes_and_arrays(reader, mnist, tmp_path):
    page = drawn(*mnist[1][0][:3])
    cv2.imwrite(str(tmp_path / "page.png"), page)
    content = (tmp_path / "page.png").read_bytes()
    texts = {reader.read(source).text for source in (tmp_path / "page.png", str(tmp_path / "page.png"), content, page)}
    assert texts == {"721"}


def test_an_image_that_cannot_be_read_is_an_image_error(reader):
    with pytest.raises(ImageError):
        reader.read(b"no image")


def test_the_reader_says_whose_weights_it_reads_with(reader):
    assert reader.name.startswith("shipped 1.0 ")
    assert Reader("tutorial").name.startswith("shipped tutorial ")


def test_weights_that_do_not_read_digits_are_refused(tmp_path):
    layer = Dense(np.zeros((4, 3), np.float32), np.zeros(3, np.float32), "softmax")
    (tmp_path / "three.safetensors").write_bytes(serialize(Weights((layer,), ("a", "b", "c"), {})))
    with pytest.raises(WeightsError, match="784"):
        Reader(tmp_path / "three.safetensors")


def test_weights_of_other_things_than_digits_are_refused_by_what_they_were_trained_on(tmp_path):
    robust = open_model().weights
    trained_on = replace(robust, provenance={**robust.provenance, "data": "fashion-mnist"})
    (tmp_path / "clothes.safetensors").write_bytes(serialize(trained_on))
    with pytest.raises(WeightsError, match="does not read digits: it was trained on fashion-mnist; name another"):
        Reader(tmp_path / "clothes.safetensors")


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan"), "0.5", [0.5]])
def test_a_least_confidence_beyond_0_and_1_is_refused(confidence):
    with pytest.raises(ValueError, match="min_confidence"):
        Reader(min_confidence=confidence)


def test_any_pixels_at_all_give_a_reading(reader):
    generator = np.random.default_rng(0)
    for _ in range(25):
        height, width = generator.integers(1, 150, 2)
        page = generator.integers(0, 256, (height, width, 3)).astype(np.uint8)
        reader.read(cv2.GaussianBlur(page, (0, 0), float(generator.uniform(0.1, 6))))


def test_a_single_digit_has_no_length(reader):
    with pytest.raises(ValueError, match="single is one digit"):
        reader.read(np.zeros((9, 9, 3), np.uint8), length=2, single=True)


def test_a_wrong_length_is_an_error_before_a_page_is_asked_for(reader):
    with pytest.raises(LengthError):
        reader.read_pages(np.zeros((9, 9, 3), np.uint8), "four")


@pytest.mark.parametrize(
    "page",
    [
        np.zeros((9, 9), np.uint8),
        np.zeros((0, 9, 3), np.uint8),
        np.zeros((9, 9, 4), np.uint8),
        np.zeros((9, 9, 3)),
        [[[0, 0, 0]]],
    ],
)
def test_pixels_of_another_kind_are_refused_with_what_was_expected(reader, page):
    for method in (reader.read_pixels, reader.recognised):
        with pytest.raises(ImageError, match=r"a page of .*; expected uint8 \(height, width, 3\)"):
            method(page)


def test_pixels_may_be_a_view_in_any_order(reader, mnist):
    page = drawn(*mnist[1][0][:3])
    assert reader.read_pixels(page[::-1, ::-1][::-1, ::-1, ::-1]).text == "721"


def three_pages():
    shades = [Image.new("RGB", (60, 50), (230 + number,) * 3) for number in range(3)]
    file = BytesIO()
    shades[0].save(file, "TIFF", save_all=True, append_images=shades[1:])
    return file.getvalue()


@pytest.mark.parametrize("read", [lambda *one: one[0].read_pages(one[1]), read_each_page])
def test_no_page_is_held_while_the_next_is_decoded(reader, tiff_pages, read):
    deque(read(reader, three_pages()), maxlen=0)

    assert len(tiff_pages) == 3
