"""The page is there for everybody: keys, ears, eyes that need contrast, and thumbs."""

import pytest
from browser import violations
from playwright.sync_api import expect
from waiting import until
from writing import write


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found_by_the_accessibility_check(open_page, scheme):
    page = open_page(color_scheme=scheme)
    assert violations(page) == []

    write(page, "4", left=400)
    expect(page.locator(".comparison[aria-busy=false] td img")).to_have_count(4)
    page.wait_for_timeout(300)  # until nothing is faint any more
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found_where_something_is_wrong(open_page, backend, scheme):
    page = open_page(color_scheme=scheme)
    backend.refuse(422, "no")
    write(page, "3", left=400)
    expect(page.locator("#trouble")).not_to_be_empty()

    assert violations(page) == []


def test_the_keyboard_writes_and_reaches_everything(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "canvas"
    page.keyboard.type("42")
    expect(page.locator(".number")).to_have_text("42")
    reached = []
    for _ in range(18):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))

    assert reached[:5] == ["undo", "clear", "pen", "file", "0"]
    assert reached[14] == "The same for programs"


def test_buttons_work_by_keyboard(page):
    page.get_by_role("button", name="Write a 7").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".number")).to_have_text("7")

    page.locator("#clear").focus()
    page.keyboard.press("Space")
    expect(page.locator(".number")).to_have_count(0)


def test_arrow_keys_on_the_sheet_scroll_as_ever(open_page):
    page = open_page(viewport={"width": 800, "height": 300})
    page.locator("#canvas").focus()
    before = page.evaluate("scrollY")
    for _ in range(3):
        page.keyboard.press("ArrowDown")

    until(page, f"scrollY > {before}")


def test_the_answer_is_announced_in_one_sentence(page):
    write(page, "25")

    expect(page.get_by_role("status").first).to_contain_text("Read: 25; ")


def test_the_sheet_says_what_is_on_it(page):
    sheet = page.get_by_role("img", name="Sheet to write on: blank")
    expect(sheet).to_be_visible()
    write(page, "2")

    expect(page.get_by_role("img", name="Sheet to write on: 1 stroke")).to_be_visible()


def test_focus_can_be_seen(page):
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("3")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert outline == "solid"


def test_nothing_moves_for_those_who_do_not_want_it(open_page):
    page = open_page(reduced_motion="reduce")

    assert page.locator("#answer").evaluate("element => getComputedStyle(element).transitionProperty") == "none"


@pytest.mark.parametrize("width", [320, 390, 768, 1600])
def test_nothing_sticks_out_sideways(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    for digit in "4":
        page.get_by_role("button", name=f"Write a {digit}").click()
    expect(page.locator(".comparison td img")).to_have_count(4)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 390])
def test_everything_to_press_is_large_enough(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    for button in page.locator("button:visible, label.button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_the_ten_digits_to_choose_from_stand_in_one_row(open_page):
    page = open_page(viewport={"width": 320, "height": 800})
    assert len({button.bounding_box()["y"] for button in page.locator("#samples button").all()}) == 1
