"""Pictures chosen, pasted or dropped: read, shown with their boxes, and sent no larger than reading needs."""

import base64
import io

import numpy as np
import pytest
from handwritten_picture import picture_of
from PIL import Image
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def picture():
    return picture_of("4071")


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def choose(page, name, content, media_type="image/png"):
    page.set_input_files("#file", {"name": name, "mimeType": media_type, "buffer": content})


def number(page):
    return page.locator(".number")


def test_a_picture_that_is_chosen_is_read_and_shown(page, picture):
    choose(page, "number.png", encoded(picture))

    expect(number(page)).to_have_text("4071")
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#canvas")).to_be_hidden()
    expect(page.locator("#picture-name")).to_have_text("number.png")


def test_a_small_picture_is_sent_as_it_is(page, backend, picture):
    content = encoded(picture)
    choose(page, "number.png", content)
    expect(number(page)).to_have_text("4071")

    assert backend.images() == [content]


@pytest.mark.parametrize(
    "window", [(1200, 900), (1280, 720), (1920, 500), (800, 390), (390, 800)], ids=lambda size: "x".join(map(str, size))
)
@pytest.mark.parametrize("height", [None, 500, 1400])
def test_boxes_lie_on_the_picture_s_digits(open_page, picture, window, height):
    """Also where the window is too low for all of its width, and where the picture is higher than wide."""
    page = open_page(viewport={"width": window[0], "height": window[1]})
    if height:
        sheet = Image.new("RGB", (picture.width, height), "white")
        sheet.paste(picture, (0, (height - picture.height) // 2))
        picture = sheet
    choose(page, "number.png", encoded(picture))
    expect(page.locator(".box:not(.mark)")).to_have_count(4)

    shown = page.locator("#picture").bounding_box()
    scale = shown["width"] / picture.width
    ink = np.flatnonzero((np.asarray(picture.convert("L")) < 128).any(axis=0)) * scale + shown["x"]
    boxes = [box.bounding_box() for box in page.locator(".box:not(.mark)").all()]
    assert min(box["x"] for box in boxes) == pytest.approx(ink.min(), abs=8)
    assert max(box["x"] + box["width"] for box in boxes) == pytest.approx(ink.max(), abs=8)
    lines = np.flatnonzero((np.asarray(picture.convert("L")) < 128).any(axis=1)) * scale + shown["y"]
    assert min(box["y"] for box in boxes) == pytest.approx(lines.min(), abs=8)
    assert max(box["y"] + box["height"] for box in boxes) == pytest.approx(lines.max(), abs=8)
    assert shown["height"] <= 0.66 * window[1]


def test_a_picture_of_few_pixels_is_shown_large(page, picture):
    choose(page, "icon.png", encoded(picture.resize((28, 28))))

    expect(page.locator("#picture")).to_be_visible()
    assert page.locator("#picture").bounding_box()["width"] > 300


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_large_photo_is_scaled_down_and_kept_upright(page, backend, picture, orientation):
    turned = {1: picture, 6: picture.rotate(90, expand=True), 8: picture.rotate(-90, expand=True)}[orientation]
    large = turned.resize((5 * turned.width, 5 * turned.height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    choose(page, "photo.jpg", encoded(large, "JPEG", exif=exif), "image/jpeg")

    expect(number(page)).to_have_text("4071")
    sent = Image.open(io.BytesIO(backend.images()[0]))
    assert max(sent.size) == 2000
    assert sent.width > sent.height


def test_a_small_photo_that_says_how_it_was_held_has_its_boxes_right(page, picture):
    exif = Image.Exif()
    exif[0x0112] = 6
    choose(page, "photo.jpg", encoded(picture.rotate(90, expand=True), "JPEG", exif=exif), "image/jpeg")

    expect(number(page)).to_have_text("4071")
    shown = page.locator("#picture").bounding_box()
    assert shown["width"] > shown["height"]
    first, *_, last = (box.bounding_box() for box in page.locator(".box:not(.mark)").all())
    assert last["x"] > first["x"] + shown["width"] / 3
    assert last["y"] == pytest.approx(first["y"], abs=shown["height"] / 4)


def test_a_transparent_large_picture_is_read(page, picture):
    clear = picture.convert("RGBA").resize((2600, 2600 * picture.height // picture.width))
    pixels = np.array(clear)
    pixels[..., 3] = 255 - np.asarray(clear.convert("L"))
    choose(page, "ink.png", encoded(Image.fromarray(pixels)))

    expect(number(page)).to_have_text("4071")


def test_a_picture_is_pasted(open_page, picture):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async (data) => {
            const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
            const blob = new Blob([bytes], {type: "image/png"});
            await navigator.clipboard.write([new ClipboardItem({"image/png": blob})]);
        }""",
        base64.b64encode(encoded(picture)).decode(),
    )
    page.keyboard.press("Control+v")

    expect(number(page)).to_have_text("4071")


def test_a_picture_is_dropped(page, picture, tmp_path):
    path = tmp_path / "number.png"
    path.write_bytes(encoded(picture))
    session = page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 500, "y": 300, "data": dragged})
    expect(page.locator(".landing")).to_be_visible()
    session.send("Input.dispatchDragEvent", {"type": "drop", "x": 500, "y": 300, "data": dragged})

    expect(number(page)).to_have_text("4071")
    expect(page.locator(".landing")).to_be_hidden()


def test_back_to_writing_finds_the_drawing_as_it_was(page, picture):
    page.get_by_role("button", name="Write a 5").click()
    expect(number(page)).to_have_text("5")
    choose(page, "number.png", encoded(picture))
    expect(number(page)).to_have_text("4071")

    page.get_by_role("button", name="Back to writing").click()
    expect(number(page)).to_have_text("5")
    expect(page.locator("#picture")).to_be_hidden()


def test_the_same_picture_can_be_chosen_again(page, backend, picture):
    choose(page, "number.png", encoded(picture))
    expect(number(page)).to_have_text("4071")
    page.get_by_role("button", name="Back to writing").click()
    expect(number(page)).to_have_count(0)
    choose(page, "number.png", encoded(picture))

    expect(number(page)).to_have_text("4071")


def test_pages_that_the_browser_cannot_show_are_read_all(page, picture):
    pages = [picture, picture_of("52")]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    choose(page, "scan.tif", content, "image/tiff")

    expect(number(page)).to_have_text(["4071", "52"])
    expect(page.locator("h3")).to_have_text(["Page 1", "Page 2"])
    expect(page.locator("#picture-name")).to_have_text("scan.tif, which this browser cannot show")


def test_a_file_that_is_no_picture_is_told_and_the_next_one_is_read(page, picture):
    choose(page, "notes.png", b"no picture at all")
    expect(page.locator("#trouble")).to_contain_text("This picture cannot be read")

    choose(page, "number.png", encoded(picture))
    expect(number(page)).to_have_text("4071")
    expect(page.locator("#trouble")).to_be_empty()


def test_the_kind_of_a_file_that_is_not_read_is_told(page):
    choose(page, "notes.txt", b"four", "text/plain")

    expect(page.locator("#trouble")).to_contain_text("does not read files of this kind")


def test_a_phone_offers_its_camera(open_page):
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})

    expect(page.locator(".camera")).to_be_visible()
    assert page.locator("#camera").get_attribute("capture") == "environment"


def test_a_picture_of_one_digit_is_compared(page):
    choose(page, "seven.png", encoded(picture_of("7")))

    expect(page.locator(".comparison td img")).to_have_count(4)
