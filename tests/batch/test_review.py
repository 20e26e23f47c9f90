"""``--review``: the page is of the rows that it should be, shows what is written in them, and comes with the target."""

import base64
import io
import json
import os
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from handwritten import page, save
from PIL import Image

import tendigits
from tendigits.batch.review.pictures import pictures
from tendigits.errors import BatchError, TendigitsError
from tendigits.evaluation.readings import ReadNumber

OPTIONS = {"min_confidence": 0.95}


def review(file):
    """Return what a page holds."""
    content = Path(file).read_text(encoding="utf-8")
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', content, re.DOTALL)
    return json.loads(data)


def shown(uri):
    """Return a picture of a page, RGB."""
    content = base64.b64decode(re.fullmatch(r"data:image/(png|webp);base64,(.*)", uri)[2])
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def row(path, page=None, row=None, digits=(), marks=()):
    boxes = {"digits": [{"box": box} for box in digits], "marks": [{"box": box} for box in marks]}
    return {"path": str(path), "row": row, "page": page, **boxes}


def is_accepted(read):
    return ReadNumber("", read["text"], read["confidence"], marks=len(read["marks"])).is_sure


@pytest.fixture(scope="module")
def reviewed(digits, tmp_path_factory):
    """A batch of 9,000 digits with its page."""
    folder = tmp_path_factory.mktemp("reviewed")
    tendigits.read_many(digits, folder / "digits.parquet", review=folder / "page.html", **OPTIONS)
    return folder


def test_the_page_has_the_least_sure_rows_and_then_accepted_ones(reviewed):
    read = {each["row"]: each for each in pq.read_table(reviewed / "digits.parquet").to_pylist()}
    accepted = [number for number, each in read.items() if is_accepted(each)]
    content = review(reviewed / "page.html")

    items = content["items"]
    unsure = [item for item in items if item["drawn"] == "least sure"]
    sample = [item["row"] for item in items if item["drawn"] == "accepted"]
    assert items[: len(unsure)] == unsure
    assert len(unsure) == len({item["row"] for item in unsure}) == min(700, 9000 - len(accepted))
    assert len(sample) == len(set(sample)) == 300
    assert set(sample) <= set(accepted)
    assert content["of"] == {"accepted": len(accepted), "least sure": 9000 - len(accepted)}
    for item in items:
        assert (item["text"], item["confidence"]) == (read[item["row"]]["text"], read[item["row"]]["confidence"])


def test_a_digit_of_a_table_is_shown_as_ink_on_paper(reviewed, mnist):
    for item in review(reviewed / "page.html")["items"]:
        np.testing.assert_array_equal(shown(item["picture"])[..., 0], 255 - mnist[1][0][item["row"] - 1])


def test_the_page_is_the_same_for_any_number_of_workers_and_after_going_on(digits, reviewed):
    class EnoughError(Exception):
        pass

    def until(done, _):
        if done:
            raise EnoughError

    with pytest.raises(EnoughError):
        tendigits.read_many(digits, "digits.parquet", workers=1, progress=until, review="page.html", **OPTIONS)
    assert not Path("page.html").exists()
    tendigits.read_many(digits, "digits.parquet", workers=2, review="page.html", **OPTIONS)

    assert Path("page.html").read_bytes() == (reviewed / "page.html").read_bytes()
    assert Path("digits.parquet").read_bytes() == (reviewed / "digits.parquet").read_bytes()


def test_of_a_parquet_file_that_is_there_the_page_is_made_and_nothing_read_again(digits, reviewed, monkeypatch):
    before = (reviewed / "digits.parquet").read_bytes()
    monkeypatch.setattr("tendigits.batch.run.read_in_processes", None)

    summary = tendigits.read_many(digits, reviewed / "digits.parquet", review="again.html", **OPTIONS)

    # the page's name for the batch is the target's, wherever it is
    assert Path("again.html").read_bytes() == (reviewed / "page.html").read_bytes()
    assert (reviewed / "digits.parquet").read_bytes() == before
    assert summary.rows == 9000
    assert summary.sure == review("again.html")["of"]["accepted"]


def test_a_target_of_another_job_is_left_alone(digits, reviewed):
    differs = r"digits\.parquet is there already, of another job \(--min-confidence 0\.\d+, now 0\.5\): for a page"
    with pytest.raises(BatchError, match=differs):
        tendigits.read_many(digits, reviewed / "digits.parquet", review="page.html", min_confidence=0.5)
    with pytest.raises(BatchError, match=r"is there already, of another job \(other images or tables\)"):
        tendigits.read_many([digits] * 2, reviewed / "digits.parquet", review="page.html", **OPTIONS)
    with pytest.raises(BatchError, match=r"digits\.parquet is there already"):
        tendigits.read_many(digits, reviewed / "digits.parquet", **OPTIONS)

    assert list(Path().iterdir()) == []


def test_a_damaged_target_is_said_to_be(digits, reviewed):
    content = bytearray((reviewed / "digits.parquet").read_bytes())
    content[1000:3000] = bytes(2000)
    Path("digits.parquet").write_bytes(content)

    with pytest.raises(BatchError, match=r"digits\.parquet is damaged: remove it"):
        tendigits.read_many(digits, "digits.parquet", review="page.html", **OPTIONS)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_every_kind_of_target_has_a_page(forms, kind):
    tendigits.read_many(forms[0], f"forms.{kind}", review="forms.html")

    content = review("forms.html")
    assert content["target"] == f"forms.{kind}"
    assert {Path(item["path"]).name for item in content["items"]} == set(forms[1])


def test_what_the_competition_takes_has_a_page_too(digits):
    tendigits.read_many(digits, "submission.csv", kaggle=True, review="page.html")

    assert review("page.html")["of"] == {"least sure": 0, "accepted": 9000}


def test_what_could_not_be_read_is_counted_and_not_shown(forms):
    Path("broken.png").write_bytes(b"nothing")

    tendigits.read_many([forms[0] / "1.png", "broken.png"], "forms.csv", review="forms.html")

    content = review("forms.html")
    assert content["failed"] == 1
    assert [Path(item["path"]).name for item in content["items"]] == ["1.png"]


def test_a_page_is_shown_whole_where_its_digits_are_large_enough(forms):
    path = forms[0] / "2.png"
    pixels = cv2.imread(str(path))[..., ::-1]
    digits = [digit.box for digit in tendigits.Reader().read(path).digits]

    [picture] = pictures([row(path, digits=digits)])

    height, width = shown(picture.source).shape[:2]
    assert height / width == pytest.approx(pixels.shape[0] / pixels.shape[1], rel=0.02)
    expected = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    assert abs(shown(picture.source).astype(int) - expected).mean() < 5
    assert (picture.note, picture.whole) == ("", "")


@pytest.fixture
def sheet(mnist):
    """A number on a large sheet, where it is, and what it says."""
    written = page(mnist, 4, seed=5)
    height, width = written.pixels.shape[:2]
    pixels = np.full((3000, 4000, 3), 250, np.uint8)
    pixels[1800 : 1800 + height, 300 : 300 + width] = written.pixels
    return save(Path("sheet.png"), pixels), written.text


def test_of_a_large_sheet_what_was_read_is_shown_with_room_around(sheet):
    path, text = sheet
    reader = tendigits.Reader()
    digits = [digit.box for digit in reader.read(path).digits]

    [picture] = pictures([row(path, digits=digits[1:])])  # as if the first had been missed

    assert reader.read_pixels(np.ascontiguousarray(shown(picture.source)), None, single=False).text == text
    assert picture.note == "A part of the image, around what was found."


def test_of_a_part_it_is_shown_where_on_the_page_it_lies(sheet):
    [picture] = pictures([row(sheet[0], digits=[(400, 2000, 30, 40)])])

    whole = shown(picture.whole).astype(int)
    assert whole.shape == (240, 320, 3)
    # the part is x 240 to 590, y 1920 to 2120 of 4000 x 3000 pixels
    framed = whole[..., 0] - whole[..., 2] > 100
    assert [*framed.any(axis=0).nonzero()[0][[0, -1]] * 12.5] == pytest.approx([240, 590], abs=50)
    assert [*framed.any(axis=1).nonzero()[0][[0, -1]] * 12.5] == pytest.approx([1920, 2120], abs=50)
    assert whole[160, 25].mean() > whole[20, 200].mean() + 20  # around it the page is darker


def test_a_frame_is_within_the_page(sheet):
    [picture] = pictures([row(sheet[0], digits=[(0, 2950, 30, 40)])])

    whole = shown(picture.whole).astype(int)
    framed = whole[..., 0] - whole[..., 2] > 100
    assert framed[:, :3].any()
    assert framed[-3:].any()


def test_where_nothing_was_found_the_whole_image_is_shown(sheet):
    [picture] = pictures([row(sheet[0])])

    assert shown(picture.source).shape == (320, 427, 3)


def test_marks_alone_are_shown(sheet):
    [picture] = pictures([row(sheet[0], marks=[(400, 2000, 30, 40)])])

    assert shown(picture.source).shape == (
        200,
        350,
        3,
    )  # 40 high, with four heights left and right, two above and below


def test_each_page_of_a_file_has_its_own_picture(mnist):
    from PIL import Image

    pages = [np.full((200, 200, 3), grey, np.uint8) for grey in (50, 120, 190)]
    first, *others = (Image.fromarray(pixels) for pixels in pages)
    first.save("form.tif", save_all=True, append_images=others)

    made = pictures([row("form.tif", page=number) for number in (3, 1, 2, 4)])

    assert [int(shown(picture.source).mean()) for picture in made[:3]] == pytest.approx([190, 50, 120], abs=2)
    assert made[3].note == "the page is not there any more"


def test_encoded_images_of_a_table_are_shown(forms, mnist):
    digit = cv2.imencode(".png", mnist[1][0][0])[1].tobytes()
    content = [{"bytes": each, "path": None} for each in (digit, (forms[0] / "1.png").read_bytes())]
    pq.write_table(pa.table({"image": content}), "hub.parquet")

    second, first = pictures([row("hub.parquet", row=2), row("hub.parquet", row=1)])

    np.testing.assert_array_equal(shown(first.source)[..., 0], 255 - mnist[1][0][0])
    assert second.source == pictures([row(forms[0] / "1.png")])[0].source


def test_a_table_is_opened_once_and_read_in_its_order(digits, monkeypatch):
    from tendigits.batch.review import pictures as room

    asked = []

    class Watched:
        def __init__(self, path):
            asked.append(path)

        def read(self, start, stop):
            asked.append(start)
            return tables.read(start, stop)

    tables = room.open_table(digits)
    monkeypatch.setattr(room, "open_table", Watched)
    pictures([row(digits, row=number) for number in (9, 3, 3, 7)])

    assert asked == [digits, 2, 6, 8]


def test_a_page_is_made_of_a_target_whose_sources_are_the_same_and_were_copied_since(digits):
    Path("copy.npz").write_bytes(digits.read_bytes())
    tendigits.read_many("copy.npz", "digits.parquet")
    os.utime("copy.npz", (1, 1))

    assert tendigits.read_many("copy.npz", "digits.parquet", review="page.html").rows == 9000
    assert review("page.html")["items"]


@pytest.mark.parametrize("where", [{}, {"row": 3}, {"page": 2}])
def test_of_a_source_that_is_gone_the_page_says_so(where):
    [picture] = pictures([row("gone.png", **where)])

    assert picture.source == ""
    assert picture.note.startswith("gone.png: ")


def test_a_row_without_an_image_is_said_to_have_none():
    pq.write_table(pa.table({"image": [{"bytes": content, "path": None} for content in (b"a", None)]}), "hub.parquet")

    assert pictures([row("hub.parquet", row=2)])[0].note == "the row has no image"


@pytest.mark.parametrize("condition", ["phone photo", "flash", "webcam", "chalkboard", "squared"])
def test_a_thousand_photographs_are_one_file_of_less_than_10_mb_and_parts_of_less_than_14(mnist, condition):
    path = save(Path("photo.png"), page(mnist, 4, 3, condition=condition, seed=3).pixels)

    [whole] = pictures([row(path)])
    [part] = pictures([row(path, marks=[(300, 300, 20, 20)])])
    assert len(whole.source) < 10_000
    assert part.whole
    assert len(part.source) + len(part.whole) < 14_000


@pytest.mark.skipif(sys.platform == "win32", reason="no file is called so there")
def test_names_of_files_cannot_become_part_of_the_page(forms):
    name = "<!--<script>&'.png"
    Path(name).write_bytes((forms[0] / "1.png").read_bytes())

    tendigits.read_many(name, "forms.csv", review="forms.html")

    assert review("forms.html")["items"][0]["path"] == name
    assert "<!--" not in Path("forms.html").read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("page.txt", r"page\.txt is to end in \.html"),
        ("nowhere/page.html", "there is no folder nowhere"),
        ("folder.html", "it is a folder; name a file"),
        ("a\0b.html", "cannot be the name of a file"),
        (f"{'a' * 300}.html", "cannot write a+.html: "),
    ],
)
def test_a_page_that_cannot_be_written_is_said_so_before_anything_is_read(forms, name, words):
    Path("folder.html").mkdir()
    with pytest.raises(TendigitsError, match=words):
        tendigits.read_many(forms[0], "forms.csv", review=name)
    assert [path.name for path in Path().iterdir()] == ["folder.html"]


def test_a_page_that_cannot_be_written_in_the_end_costs_nothing_that_was_read(forms, monkeypatch):
    def full(*_):
        raise TendigitsError("cannot write page.html: the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("tendigits.batch.review.writing.write_output", full)
        with pytest.raises(TendigitsError, match="the disk is full"):
            tendigits.read_many(forms[0], "forms.csv", review="page.html")
    assert not Path("forms.csv").exists()
    told = []

    tendigits.read_many(forms[0], "forms.csv", review="page.html", progress=lambda done, _: told.append(done))

    assert told == [34]  # they were read before
    assert len(review("page.html")["items"]) == 34


def test_a_page_of_the_same_job_is_made_anew(digits, reviewed):
    Path("page.html").write_bytes((reviewed / "page.html").read_bytes()[:3000])

    tendigits.read_many(digits, reviewed / "digits.parquet", review="page.html", **OPTIONS)

    assert Path("page.html").read_bytes() == (reviewed / "page.html").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no page to review"),
        (b"<title>mine</title>", "no page to review"),
        (b"\xff\xfe\0", "no page to review"),
        (None, "reviews another batch: what has been typed on it is reached by it alone"),
    ],
)
def test_nothing_else_is_replaced_and_nothing_read_before_that_is_said(forms, reviewed, content, words):
    before = (reviewed / "page.html").read_bytes() if content is None else content
    Path("page.html").write_bytes(before)

    with pytest.raises(BatchError, match=rf"page\.html is there already, and {words}"):
        tendigits.read_many(forms[0], "forms.csv", review="page.html")

    assert Path("page.html").read_bytes() == before
    assert [path.name for path in Path().iterdir()] == ["page.html"]


def test_a_file_that_appears_while_images_are_read_is_left_alone_too(forms):
    def meanwhile(done, _):
        if done:
            Path("page.html").write_text("mine")

    with pytest.raises(BatchError, match=r"page\.html is there already"):
        tendigits.read_many(forms[0], "forms.csv", review="page.html", progress=meanwhile)

    assert Path("page.html").read_text() == "mine"
    assert Path("forms.csv.parts").is_dir()  # and what has been read is kept


def test_who_watches_is_told_that_all_is_there(digits, reviewed):
    told = []

    tendigits.read_many(
        digits, reviewed / "digits.parquet", review="page.html", progress=lambda *counts: told.append(counts), **OPTIONS
    )

    assert told == [(9000, 9000)]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_an_image_whose_name_is_no_unicode_has_its_picture(forms, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("caf\udce9.png").write_bytes((forms[0] / "1.png").read_bytes())

    tendigits.read_many("caf\udce9.png", "read.parquet", review="page.html")

    [item] = review("page.html")["items"]
    assert item["path"] == "caf\\xe9.png"
    assert shown(item["picture"]).size


def test_a_page_of_a_small_tiff_of_several_is_shown_as_it_was_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paper = Image.new("L", (28, 28), 255)
    file = io.BytesIO()
    paper.save(file, "tiff", save_all=True, append_images=[paper])
    pq.write_table(pa.table({"image": [{"bytes": file.getvalue(), "path": None}]}), "tiffs.parquet")

    tendigits.read_many("tiffs.parquet", "read.parquet", review="page.html")

    items = review("page.html")["items"]
    assert sorted(item["page"] for item in items) == [1, 2]
    assert all(shown(item["picture"]).mean() > 200 for item in items)
