"""The page to review: the keyboard does everything, nobody is told before they have answered, and nothing is lost."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from browser import violations
from command import tendigits_command
from made_up import ITEMS, REVIEW, item, review
from playwright.sync_api import expect

import tendigits
from tendigits.data.reviewed import REVIEWED, read_reviewed
from tendigits.evaluation.readings import upper_bound
from tendigits.png import data_url, ink_png


def typed(page, *answers):
    """Type an answer to each image, and press Enter."""
    for answer in answers:
        page.keyboard.type(answer)
        page.keyboard.press("Enter")


def saved(page):
    """Press Ctrl+S, and return the table that is downloaded."""
    with page.expect_download() as download:
        page.keyboard.press("Control+S")
    assert download.value.suggested_filename == "labels.csv"
    download.value.save_as("labels.csv")
    with Path("labels.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def verdict(page):
    return page.locator("#verdict")


def place(page):
    return page.locator("#place")


def test_a_batch_is_reviewed_by_keyboard_alone_and_scored(open_file, mnist):
    images, labels = mnist[1]
    np.savez("digits.npz", images=images[240:300], labels=labels[240:300])
    tendigits.read_many("digits.npz", "digits.parquet", review="page.html", min_confidence=0.97)
    read = {each["row"]: each["text"] for each in pq.read_table("digits.parquet").to_pylist()}
    written = {row: str((int(label) + (row % 9 == 0)) % 10) for row, label in enumerate(labels[240:300], 1)}
    page = open_file(Path("page.html"))

    for number in range(1, 61):
        expect(place(page)).to_have_text(f"{number} of 60")
        row = int(page.locator("#source").inner_text().rpartition("row ")[2])
        typed(page, written[row])
        if read[row] not in ("?", written[row]):
            expect(verdict(page)).to_contain_text(f"but {read[row]} was read")
            page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What you have found")).to_be_focused()
    while page.evaluate("document.activeElement.id") != "save":
        page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as("labels.csv")

    accepted = [row for row, text in read.items() if text != "?"]
    wrong = sum(read[row] != written[row] for row in accepted)
    assert 0 < wrong < len(accepted) < 60
    expect(page.locator("#found")).to_contain_text(f"{wrong} of {len(accepted)} accepted are wrong")
    scored = json.loads(tendigits_command("evaluate", "--data", "labels.csv", "--json").stdout)
    assert {name: scored["accepted"][name] for name in ("n", "of", "wrong", "upper_bound")} == {
        "n": len(accepted), "of": len(accepted), "wrong": wrong, "upper_bound": wrong / len(accepted),
    }  # fmt: skip
    assert scored["least_sure"] == {
        "n": 60 - len(accepted), "of": 60 - len(accepted), "right": 0, "wrong": 0, "untold": 60 - len(accepted),
    }  # fmt: skip


def test_part_of_a_sample_is_scored_with_its_bound(open_review):
    page = open_review(REVIEW)
    page.keyboard.press("a")
    typed(page, "7315", "88 21")
    saved(page)

    scored = json.loads(tendigits_command("evaluate", "--data", "labels.csv", "--json").stdout)

    assert (scored["accepted"]["n"], scored["accepted"]["of"], scored["accepted"]["wrong"]) == (2, 9000, 0)
    assert scored["accepted"]["upper_bound"] == upper_bound(0, 2)
    assert scored["least_sure"] is None


def test_the_table_is_what_was_read_and_what_was_typed(open_review):
    page = open_review(REVIEW)
    typed(page, "4711", "8", "", "7315", "88  21", "-")

    rows = saved(page)

    assert list(rows[0]) == list(REVIEWED)
    assert [row["label"] for row in rows] == ["4711", "8", "7315", "88 21", ""]
    assert [row["text"] for row in rows] == ["4?11", "6", "7315", "88 21", ""]
    assert [row["drawn"] for row in rows] == [each.drawn for each in ITEMS]
    assert [row["of"] for row in rows] == ["40", "40", "9000", "9000", "9000"]
    assert (rows[1]["path"], rows[1]["page"], rows[1]["marks"]) == ('odd, "name"\n.tif', "3", "2")
    assert (rows[4]["path"], rows[4]["row"], rows[4]["page"]) == ("digits.npz", "1234", "")
    assert {row["model"] for row in rows} == {"shipped 1.0"}
    assert [row.confidence for row in read_reviewed(Path("labels.csv"))] == [each.confidence for each in ITEMS]


def test_only_what_was_reviewed_is_in_the_table(open_review):
    page = open_review(REVIEW)
    page.keyboard.press("ArrowDown")
    typed(page, "6")

    assert [row["text"] for row in saved(page)] == ["6"]


def test_what_was_read_is_told_only_after_an_answer(open_review):
    page = open_review(REVIEW)

    for text in ("4?11", "6", "7315", "88"):
        expect(page.locator("#field")).to_have_value("")
        expect(page.locator("#field")).to_be_focused()
        assert text not in page.locator("body").inner_text().replace(page.locator("#verdict").inner_text(), "")
        assert f"{text} was read" not in verdict(page).inner_text()
        page.keyboard.press("ArrowDown")
        expect(verdict(page)).to_be_empty()


def test_where_it_was_read_otherwise_one_looks_again(open_review):
    page = open_review(review(item("7315"), item("22")))
    typed(page, "7375")

    expect(verdict(page)).to_have_text("You typed 7375, but 7315 was read. If yours is right, press Enter again.")
    expect(place(page)).to_have_text("1 of 2")
    page.keyboard.press("Enter")
    expect(place(page)).to_have_text("2 of 2")
    expect(verdict(page)).to_have_text("Before: 7375, read as 7315.")


def test_a_slip_of_the_finger_is_corrected(open_review):
    page = open_review(review(item("7315"), item("22")))
    typed(page, "7375")
    page.keyboard.press("Control+A")
    typed(page, "7315")

    expect(verdict(page)).to_have_text("Before: 7315, as read.")
    assert saved(page)[0]["label"] == "7315"


def test_a_question_mark_is_any_one_digit(open_review):
    page = open_review(review(item("4?11", "least sure"), item("4?11", "least sure"), item("1")))
    typed(page, "4711")
    expect(verdict(page)).to_have_text("Before: 4711, read as 4?11.")
    typed(page, "47711")
    expect(verdict(page)).to_contain_text("but 4?11 was read")


@pytest.mark.parametrize("answer", ["", "1-2", "--", "-1"])
def test_what_is_no_answer_is_none(open_review, answer):
    page = open_review(REVIEW)
    typed(page, answer)

    expect(place(page)).to_have_text("1 of 5")
    expect(verdict(page)).to_contain_text("type -" if not answer else "Only digits")
    expect(page.locator("#labelled")).to_have_text("0 labelled")


def test_letters_are_not_typed(open_review):
    page = open_review(REVIEW)
    page.keyboard.type("4x7O1l1")

    expect(page.locator("#field")).to_have_value("4711")


def test_one_goes_back_and_forth(open_review):
    page = open_review(REVIEW)
    typed(page, "4711", "6")
    expect(place(page)).to_have_text("3 of 5")

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Enter")
    expect(place(page)).to_have_text("1 of 5")
    expect(page.locator("#field")).to_have_value("4711")
    expect(verdict(page)).to_have_text("You typed 4711; 4?11 was read.")
    page.keyboard.press("a")
    expect(place(page)).to_have_text("3 of 5")
    page.keyboard.press("a")
    expect(place(page)).to_have_text("1 of 5")
    page.keyboard.press("ArrowUp")
    expect(place(page)).to_have_text("1 of 5")


def test_the_result_so_far_is_told_and_one_goes_on_where_one_was(open_review):
    page = open_review(REVIEW)
    page.keyboard.press("a")
    typed(page, "7315", "99", "")
    page.keyboard.press("r")

    found = page.locator("#found")
    expect(found).to_contain_text("1 of 2 accepted is wrong: 50.00%")
    expect(found).to_contain_text("3 have no label yet")
    expect(found.get_by_role("button")).to_have_text("4: you typed 99, read as 88 / 21")
    page.get_by_role("button", name="Back to the images").press("Enter")
    expect(place(page)).to_have_text("5 of 5")
    page.keyboard.press("r")
    found.get_by_role("button").press("Enter")
    expect(place(page)).to_have_text("4 of 5")


@pytest.mark.parametrize("key", ["ArrowUp", "r"])
def test_a_mistake_in_the_last_one_is_corrected_from_the_result(open_review, key):
    page = open_review(review(item("7315"), item("22")))
    typed(page, "7315", "23", "")
    expect(page.get_by_role("heading", name="What you have found")).to_be_focused()

    page.keyboard.press(key)
    expect(place(page)).to_have_text("2 of 2")
    expect(page.locator("#field")).to_be_focused()
    typed(page, "22")

    expect(page.locator("#found")).to_contain_text("0 of 2 accepted are wrong")


def test_the_result_has_keys_and_says_which(open_review):
    page = open_review(review(item("7315"), item("22")))
    typed(page, "7315", "22")
    assert [key.inner_text() for key in page.locator("button:visible kbd").all()] == ["↑", "S", "A"]

    with page.expect_download():
        page.keyboard.press("s")
    page.keyboard.press("a")

    expect(place(page)).to_have_text("1 of 2")


def test_the_result_has_no_other_keys(open_review):
    page = open_review(review(item("7315")))
    typed(page, "7315")
    for key in ("z", "ArrowDown", "Enter", "5", "-", " ", "Alt+a"):
        page.keyboard.press(key)

    expect(page.get_by_role("heading", name="What you have found")).to_be_visible()
    assert [row["label"] for row in saved(page)] == ["7315"]


def test_where_there_is_nothing_to_review_no_key_goes_anywhere(open_review):
    page = open_review(review(failed=2))
    for key in ("ArrowUp", "a", "r"):
        page.keyboard.press(key)

    expect(page.locator("#found")).to_contain_text("0 of 0 accepted are wrong")
    expect(page.locator("#task")).to_be_hidden()


PART = item("7315", note="A part of the image, around what was found.", whole=data_url(ink_png(np.zeros((20, 10)))))


def test_an_image_is_seen_larger_and_of_a_part_the_whole(open_review):
    page = open_review(review(PART, item("22")))
    picture, caption = page.locator("#picture"), page.locator("figcaption")
    before = picture.bounding_box()["height"]
    assert picture.evaluate("picture => picture.naturalWidth") == 28

    page.keyboard.press("z")
    assert picture.bounding_box()["height"] > 1.4 * before
    expect(caption).to_have_text("forms/a.png · A part of the image, around what was found.")
    page.keyboard.press("Z")
    expect(picture).to_have_attribute("src", PART.whole)
    expect(caption).to_have_text("forms/a.png · The whole image, with a frame around that part.")
    page.keyboard.press("z")
    expect(picture).to_have_attribute("src", PART.picture)
    assert picture.bounding_box()["height"] == before


def test_what_is_shown_whole_is_only_larger(open_review):
    page = open_review(review(item("7315")))
    before = page.locator("#picture").bounding_box()
    page.keyboard.press("z")
    page.keyboard.press("z")

    assert page.locator("#picture").bounding_box() == before


def test_one_types_while_it_is_larger_and_the_next_is_so_too(open_review):
    page = open_review(review(PART, PART, PART))
    page.keyboard.press("z")
    larger = page.locator("#picture").bounding_box()
    expect(page.locator("#field")).to_be_in_viewport(ratio=1)
    typed(page, "7315")

    expect(place(page)).to_have_text("2 of 3")
    assert page.locator("#picture").bounding_box() == larger
    page.keyboard.press("z")
    typed(page, "7315")
    expect(page.locator("#picture")).to_have_attribute("src", PART.picture)
    assert page.locator("#picture").bounding_box()["height"] < larger["height"]


def test_the_button_and_a_click_on_the_picture_do_the_same(open_review):
    page = open_review(review(PART))
    page.get_by_role("button", name="Larger").click()
    page.locator("#picture").click()

    expect(page.locator("#picture")).to_have_attribute("src", PART.whole)
    expect(page.locator("#field")).to_be_focused()
    page.get_by_role("button", name="Smaller").click()
    expect(page.get_by_role("button", name="Larger")).to_be_visible()


def test_on_a_small_screen_a_larger_picture_is_scrolled_and_its_middle_seen(open_review):
    wide = data_url(ink_png(np.zeros((50, 200))))
    page = open_review(review(item("7315", picture=wide)), viewport={"width": 390, "height": 700})
    before = page.locator("#picture").bounding_box()["width"]
    page.keyboard.press("z")

    assert page.locator("#picture").bounding_box()["width"] > 2 * before
    page.wait_for_function("""() => {
        const sheet = document.getElementById("sheet");
        const beyond = sheet.scrollWidth - sheet.clientWidth;
        return beyond > 0 && Math.abs(sheet.scrollLeft - beyond / 2) <= 1;
    }""")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []


def test_on_a_small_screen_a_digit_that_is_larger_is_all_seen(open_review):
    page = open_review(review(item("7")), viewport={"width": 320, "height": 640})
    page.keyboard.press("z")

    assert page.locator("#sheet").evaluate("sheet => sheet.scrollWidth - sheet.clientWidth") == 0


def test_what_was_typed_survives_the_page(open_review):
    page = open_review(REVIEW)
    typed(page, "4711", "-", "")
    page.reload()

    expect(page.locator("#labelled")).to_have_text("2 labelled")
    expect(place(page)).to_have_text("3 of 5")
    assert [row["label"] for row in saved(page)] == ["4711", ""]
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.locator("#labelled")).to_have_text("2 labelled")


def test_another_job_begins_anew(open_review, tmp_path):
    page = open_review(REVIEW)
    typed(page, "4711")
    other = tmp_path / "other.html"
    from tendigits.report.review import review_page

    other.write_text(review_page(review(*ITEMS, job="another")), encoding="utf-8")
    page.goto(other.as_uri())

    expect(page.locator("#labelled")).to_have_text("0 labelled")


def test_what_was_typed_stays_with_its_image_where_a_page_is_made_anew_with_others(open_review, tmp_path):
    from tendigits.report.review import review_page

    page = open_review(REVIEW)
    typed(page, "4711", "12")
    first, second, *others = ITEMS
    for items, count in [((*others, first), 1), ((others[0], second, first), 2)]:
        (tmp_path / "page.html").write_text(review_page(review(*items)), encoding="utf-8")
        page.reload()
        expect(page.locator("#labelled")).to_have_text(f"{count} labelled")

    labels = {row["path"]: row["label"] for row in saved(page)}
    assert labels == {first.path: "4711", second.path: "12"}


def test_what_is_typed_in_two_tabs_is_kept_from_both(open_review):
    page = open_review(REVIEW)
    another = page.context.new_page()
    another.goto(page.url)
    typed(page, "4711", "6")
    another.keyboard.press("ArrowDown")
    typed(another, "5", "", "7315")
    page.keyboard.press("ArrowDown")
    typed(page, "88 21")
    page.reload()

    assert [row["label"] for row in saved(page)] == ["4711", "5", "7315", "88 21"]


NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } });"


def test_where_the_browser_keeps_nothing_it_says_so_and_works(open_review):
    page = open_review(REVIEW, script=NO_STORAGE)

    expect(page.locator("#notice")).to_contain_text("keeps nothing for this page")
    typed(page, "4711")
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    page.reload()
    assert questions == ["beforeunload"]
    typed(page, "4711")
    assert [row["label"] for row in saved(page)] == ["4711"]
    page.reload()
    assert questions == ["beforeunload"]


def test_what_another_program_left_there_does_no_harm(open_review):
    keys = [each["key"] for each in REVIEW.as_dict()["items"]]
    stored = json.dumps({"at": -7, "labels": {keys[0]: "<b>", keys[1]: "6", "99": "1", keys[2]: 5, "3": "4"}})
    script = f"localStorage.setItem('tendigits review 0c0ffee0', {stored!r});"
    page = open_review(REVIEW, script=script)

    expect(place(page)).to_have_text("1 of 5")
    expect(page.locator("#labelled")).to_have_text("1 labelled")


def test_a_picture_that_is_gone_is_said_to_be(open_review):
    page = open_review(review(item("1", picture="", note="forms/a.png: there is no such file")))

    expect(page.locator("#missing")).to_be_visible()
    expect(page.locator("#missing")).to_contain_text("cannot be shown any more: forms/a.png: there is no such file")
    expect(page.locator("#picture")).to_be_hidden()
    page.keyboard.press("z")
    expect(page.locator("#view")).to_be_hidden()
    expect(page.locator("#picture")).to_be_hidden()


def test_it_says_what_was_drawn_of_how_many_and_what_failed(open_review):
    page = open_review(review(*ITEMS, failed=3))

    expect(page.locator("#drawn")).to_contain_text("the 2 least sure of 40 that were not accepted")
    expect(page.locator("#drawn")).to_contain_text("Of 9,000 accepted ones, 3 are here, drawn at random")
    expect(page.locator("#drawn")).to_contain_text("3 that could not be read are not here")


def test_a_batch_with_nothing_to_review_is_told_so(open_review):
    page = open_review(review(failed=2))

    expect(page.locator("#found")).to_contain_text("0 of 0 accepted are wrong")


def test_buttons_do_what_the_keys_do(open_review):
    page = open_review(REVIEW)
    page.keyboard.type("88")
    page.get_by_role("button", name="New line").click()
    page.keyboard.type("21")
    expect(page.locator("#field")).to_have_value("88 21")
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("button", name="No digit").click()
    expect(page.locator("#field")).to_have_value("-")
    page.get_by_role("button", name="Back", exact=False).first.click()
    expect(place(page)).to_have_text("1 of 5")
    page.get_by_role("button", name="To the accepted ones").click()
    expect(place(page)).to_have_text("3 of 5")
    page.get_by_role("button", name="Result so far").click()
    expect(page.locator("#summary")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found_by_the_accessibility_check(open_review, scheme):
    page = open_review(review(ITEMS[0], PART, *ITEMS[2:]), color_scheme=scheme)
    assert violations(page) == []
    typed(page, "4711")
    assert violations(page) == []
    typed(page, "9")
    assert violations(page) == []
    for _ in ("larger", "whole"):
        page.keyboard.press("z")
        assert violations(page) == []
    page.keyboard.press("a")
    typed(page, "1", "")
    page.keyboard.press("s")
    page.keyboard.press("r")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 1600])
def test_nothing_sticks_out_sideways(open_review, width):
    long = replace(review(item("1234", path="x" * 200), *ITEMS), target="x" * 200, model="x" * 200)
    page = open_review(long, viewport={"width": width, "height": 700})
    typed(page, "4711")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("z")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 24
    page.keyboard.press("r")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_picture_and_the_field_are_seen_together_on_a_small_screen(open_review):
    page = open_review(REVIEW, viewport={"width": 320, "height": 568})
    box = page.locator("#confirm").bounding_box()

    assert box["y"] + box["height"] <= 568


def test_the_policy_lets_nothing_in(open_review):
    page = open_review(REVIEW)

    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "connect-src" not in policy  # none, by default
