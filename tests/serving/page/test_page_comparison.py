"""One digit in four ways, and the picture of it to show to others."""

import io

import numpy as np
from PIL import Image
from playwright.sync_api import expect
from writing import write


def cells(page):
    return page.locator(".comparison td img")


def test_one_digit_is_compared_two_by_two(page):
    write(page, "3", left=400)
    expect(cells(page)).to_have_count(4)

    expect(page.locator(".comparison thead th")).to_have_text(["Tutorial\u2019s weights", "Robust weights"])
    expect(page.locator(".comparison tbody th")).to_have_text(["Shrunk to 28 \u00d7 28", "Normalised as MNIST is"])
    normalised = page.locator(".comparison tbody tr").nth(1).locator("b")
    expect(normalised).to_have_text(["3", "3"])


def test_several_digits_are_not_compared(page):
    end = write(page, "3")
    expect(cells(page)).to_have_count(4)
    write(page, "2", left=end)

    expect(page.locator(".comparison")).to_be_hidden()


def test_the_digit_is_sent_on_a_sheet_for_one(page, backend):
    write(page, "3", left=500)
    expect(cells(page)).to_have_count(4)

    image = np.asarray(Image.open(io.BytesIO(backend.images("/v1/compare")[-1])).convert("L"))
    rows, columns = np.nonzero(image < 128)
    assert image.shape == (400, 400)
    assert abs((columns.min() + columns.max()) / 2 - 200) < 10
    assert rows.size > 1000


def test_it_is_saved_as_a_picture(page, tmp_path):
    write(page, "3", left=400)
    expect(cells(page)).to_have_count(4)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    path = tmp_path / "saved.png"
    download.value.save_as(path)

    picture = Image.open(path)
    pixels = np.asarray(picture.convert("L")).astype(int)
    assert (download.value.suggested_filename, picture.format, picture.size) == ("tendigits.png", "PNG", (1200, 800))
    assert (pixels[216:636, 64:484] < 100).sum() > 1000  # the drawing
    glyphs = [pixels[top : top + 168, left : left + 168] for top in (216, 452) for left in (720, 952)]
    assert all((glyph < 20).any() and (glyph > 200).any() for glyph in glyphs)
    assert not np.array_equal(glyphs[0], glyphs[2])


def test_a_comparison_that_fails_leaves_the_answer(page, backend):
    backend.refuse(500, of="/v1/compare")
    write(page, "3", left=400)

    expect(page.locator("#trouble")).to_contain_text("status 500")
    expect(page.locator(".number")).to_have_text("3")
    expect(page.locator(".comparison")).to_be_hidden()
