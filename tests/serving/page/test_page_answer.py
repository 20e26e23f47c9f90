"""What the page tells of a reading: how sure, what else it may be, what the network saw, what was left out."""

import io
import re
from itertools import pairwise

import numpy as np
from PIL import Image
from playwright.sync_api import expect
from writing import write, write_strokes


def straight(page, *points):
    sheet = page.locator("#canvas").bounding_box()
    corners = [np.array(point) for point in points]
    line = [a + (b - a) * t for a, b in pairwise(corners) for t in np.linspace(0, 1, 8)]
    write_strokes(page, [np.array(line) + np.array([sheet["x"], sheet["y"]])])


def test_confidence_is_told_in_words_and_as_a_number(page):
    write(page, "2", left=400)

    expect(page.locator(".sure")).to_have_text(re.compile(r"^(Very s|S|Fairly s)ure \d\d%$"))


def test_a_digit_has_its_runners_up_with_falling_probabilities(page):
    write(page, "2", left=400)
    bars = page.locator(".bars li")
    expect(bars).to_have_count(3)

    shown = [row.split() for row in bars.all_inner_texts()]
    assert shown[0][0] == "2"
    widths = [box["width"] for box in (each.bounding_box() for each in page.locator(".filled").all())]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[1]


def test_the_glyph_is_shown_large_and_with_its_pixels(page):
    write(page, "2", left=400)
    glyph = page.locator(".card img.glyph")

    assert glyph.evaluate("image => [image.naturalWidth, getComputedStyle(image).imageRendering]") == [28, "pixelated"]
    assert glyph.bounding_box()["width"] > 100


def test_strokes_that_spoke_for_and_against_have_two_colours(page):
    write(page, "2", left=400)
    canvas = page.locator(".card canvas.glyph")
    expect(canvas).to_have_count(1)
    page.wait_for_timeout(300)

    pixels = canvas.evaluate("canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]")
    red, _, blue, _ = np.array(pixels).reshape(28, 28, 4).transpose(2, 0, 1)
    assert (blue > red + 60).any()
    assert (red > blue + 60).any()
    assert (red == blue)[0].all()


def test_a_stroke_that_may_be_no_digit_is_a_question_and_not_an_answer(page):
    straight(page, (420, 230), (560, 180))

    expect(page.locator(".number")).to_have_text("?")
    expect(page.locator(".headline .doubt")).to_have_text(re.compile(r"Not sure that it is a digit: perhaps \d"))
    expect(page.locator(".box.unsure")).to_have_count(1)


def test_strokes_that_are_no_digits_are_shown_as_left_out(page):
    end = write(page, "25")
    straight(page, (end + 20, 200), (end + 120, 200))

    expect(page.locator(".number")).to_have_text("25")
    expect(page.locator(".box.mark")).to_have_count(1)
    expect(page.locator(".headline")).to_contain_text("1 stroke left out")


def test_a_picture_without_ink_has_no_digits(page):
    file = io.BytesIO()
    Image.new("L", (300, 200), 255).save(file, "PNG")
    page.set_input_files("#file", {"name": "blank.png", "mimeType": "image/png", "buffer": file.getvalue()})

    expect(page.locator(".headline")).to_have_text("No digits seen")


def test_an_older_answer_never_replaces_a_newer_one(page, backend):
    page.evaluate(
        """() => {
            window.seen = [];
            const answer = document.querySelector("#answer");
            const tell = () => seen.push(answer.querySelector(".number")?.textContent);
            new MutationObserver(tell).observe(answer, {childList: true});
        }"""
    )
    held = backend.hold()
    end = write(page, "7")
    page.wait_for_timeout(600)
    assert len(backend.asked) == 1
    write(page, "25", left=end)
    page.wait_for_timeout(600)
    backend.held = None
    held.set()

    expect(page.locator(".number")).to_have_text("725")
    assert set(page.evaluate("seen")) == {"725"}


def test_one_image_is_read_at_a_time(page, backend):
    for digit in "3141592":
        page.get_by_role("button", name=f"Write a {digit}").click()
        page.wait_for_timeout(300)
    expect(page.locator(".number")).to_be_visible()

    assert backend.most_at_once == 1


def test_clearing_drops_the_answer_that_is_on_its_way(page, backend):
    held = backend.hold()
    write(page, "7")
    page.wait_for_timeout(600)
    assert len(backend.asked) == 1
    page.click("#clear")
    held.set()
    page.wait_for_timeout(600)

    assert page.locator("#answer").inner_text() == ""
    expect(page.locator(".box")).to_have_count(0)
