"""What is written on the page is read as it is written."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect
from waiting import settled, until
from writing import strokes_of, touch_stroke, write, write_strokes

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 3}


def number(page):
    return page.locator(".number")


def read_image(sent):
    return cv2.imdecode(np.frombuffer(sent, np.uint8), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_read(page, digit):
    write(page, str(digit), left=400)

    expect(number(page)).to_have_text(str(digit))


def test_several_digits_in_a_row_are_read(page):
    write(page, "30574")

    expect(number(page)).to_have_text("30574")
    expect(page.locator(".card")).to_have_count(5)


def test_digits_are_read_as_they_are_added(page):
    end = write(page, "2")
    expect(number(page)).to_have_text("2")

    write(page, "8", left=end)
    expect(number(page)).to_have_text("28")


def test_a_blank_sheet_has_no_answer_and_asks_nothing(page, backend):
    page.wait_for_timeout(800)

    assert page.locator("#answer").inner_text() == ""
    assert backend.asked == []


def test_what_is_read_is_dark_on_white_also_where_the_page_is_dark(open_page, backend):
    page = open_page(color_scheme="dark")
    write(page, "3", left=400)
    expect(number(page)).to_have_text("3")

    image = read_image(backend.images()[-1])
    assert (image[0, 0], np.median(image)) == (255, 255)
    assert image.min() < 50


def test_boxes_are_where_the_ink_is(page):
    write(page, "4", left=400)
    settled(page)
    box = page.locator(".box").bounding_box()
    sheet = page.locator("#canvas").bounding_box()

    height = 0.5 * sheet["height"]
    assert box["x"] == pytest.approx(sheet["x"] + 400, abs=15)
    assert box["y"] == pytest.approx(sheet["y"] + 0.25 * sheet["height"], abs=15)
    assert box["height"] == pytest.approx(height, abs=25)


def test_a_finger_writes_and_does_not_scroll(open_page):
    page = open_page(**PHONE)
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    sheet = page.locator("#canvas").bounding_box()
    for stroke in strokes_of(2, 0.6 * sheet["height"]):
        touch_stroke(page, stroke + np.array([sheet["x"] + 100, sheet["y"] + 40]))

    expect(number(page)).to_have_text("2")
    assert page.evaluate("scrollY") == 0


def test_a_finger_beside_the_sheet_scrolls(open_page):
    page = open_page(**PHONE)
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    touch_stroke(page, [(200, 800 - 20 * i) for i in range(20)])

    until(page, "scrollY > 50")


def test_two_fingers_zoom_and_leave_no_ink(open_page):
    page = open_page(**PHONE)
    sheet = page.locator("#canvas").bounding_box()
    session = page.context.new_cdp_session(page)
    x, y = sheet["x"] + 170, sheet["y"] + 120
    for kind, apart in (("touchStart", 20), *(("touchMove", 20 + 10 * i) for i in range(1, 10))):
        fingers = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    until(page, "visualViewport.scale > 1.2")
    expect(page.locator("#undo")).to_be_disabled()


def test_a_dot_is_ink(page, backend):
    sheet = page.locator("#canvas").bounding_box()
    page.mouse.click(sheet["x"] + 300, sheet["y"] + 150)

    expect(page.locator("#undo")).to_be_enabled()
    settled(page)
    assert (read_image(backend.images()[-1]) < 128).sum() > 50


def test_a_stroke_beyond_the_edge_stays_on_the_sheet(page, backend):
    sheet = page.locator("#canvas").bounding_box()
    write_strokes(page, [np.array([(sheet["x"] + 200, sheet["y"] + 100 + 40 * i) for i in range(15)])])
    settled(page)

    assert read_image(backend.images()[-1]).shape == (400, 1000)


def test_undo_takes_back_a_stroke_and_redo_puts_it_again(page):
    write(page, "35")
    expect(number(page)).to_have_text("35")

    page.click("#undo")
    expect(number(page)).to_have_text("3")
    page.click("#redo")
    expect(number(page)).to_have_text("35")


def test_keys_take_back_and_put_again(page):
    write(page, "35")
    expect(number(page)).to_have_text("35")

    page.keyboard.press("Control+z")
    expect(number(page)).to_have_text("3")
    page.keyboard.press("Control+Shift+z")
    expect(number(page)).to_have_text("35")


def test_clear_leaves_no_answer_and_can_be_undone(page):
    write(page, "6", left=300)
    expect(number(page)).to_have_text("6")

    page.click("#clear")
    expect(number(page)).to_have_count(0)
    expect(page.locator(".box")).to_have_count(0)
    page.click("#undo")
    expect(number(page)).to_have_text("6")


def test_a_wider_pen_leaves_more_ink(page, backend):
    write(page, "3", left=400)
    expect(number(page)).to_have_text("3")
    page.click("#clear")
    page.locator("#pen").fill("7")
    write(page, "3", left=400)
    expect(number(page)).to_have_text("3")

    thin, thick = ((read_image(image) < 128).sum() for image in (backend.images()[0], backend.images()[-1]))
    assert thick > 1.5 * thin


@pytest.mark.parametrize("digit", range(10))
def test_the_page_writes_digits_that_are_read(page, digit):
    for _ in range(3):
        page.get_by_role("button", name=f"Write a {digit}").click()

    expect(number(page)).to_have_text(str(digit) * 3)


def test_a_digit_for_which_there_is_no_room_begins_a_new_sheet(page):
    texts = []
    for _ in range(9):
        page.get_by_role("button", name="Write a 4").click()
        settled(page)
        texts.append(number(page).inner_text())

    assert texts[:4] == ["4", "44", "444", "4444"]
    assert "4" in texts[4:]


def test_ink_stays_in_sight_where_a_phone_is_turned(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    for digit in "47":
        page.get_by_role("button", name=f"Write a {digit}").click()
    expect(number(page)).to_have_text("47")
    page.set_viewport_size({"width": 844, "height": 390})
    page.keyboard.press("Control+z")

    expect(number(page)).to_have_text("4")
