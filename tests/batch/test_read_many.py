"""Many images into one table: which rows, in which order, and the same ones whoever read them."""

import csv
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tendigits
from tendigits import inference
from tendigits.batch.finding import why_skipped
from tendigits.batch.rows import of_records
from tendigits.batch.summary import Tally
from tendigits.data import write_idx
from tendigits.errors import BatchError, LengthError
from tendigits.evaluation import evaluate
from tendigits.models import open_model

KINDS = ["parquet", "csv", "jsonl"]


def rows(target):
    """Return the rows of a target as `read --json` has them."""
    if target.suffix == ".jsonl":
        return [json.loads(line) for line in target.read_text().splitlines()]
    return pq.read_table(target).to_pylist()


def test_kaggle_s_file_of_mnist_s_test_set_has_the_network_s_own_accuracy(mnist, tmp_path):
    images, labels = mnist[1]
    names = [f"pixel{number}" for number in range(784)]
    table = np.vstack([names, images.reshape(-1, 784).astype(str)])
    Path("test.csv").write_text("\n".join(map(",".join, table)) + "\n")

    tendigits.read_many("test.csv", "submission.csv", kaggle=True)

    with Path("submission.csv").open(newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["ImageId", "Label"]
    assert [int(number) for number, _ in lines] == list(range(1, 10_001))
    told = np.array([int(label) for _, label in lines])
    probabilities = inference.predict(open_model().weights, images)
    assert np.mean(told == labels) == evaluate(probabilities, labels).accuracy > 0.99


def test_digits_of_a_table_are_what_the_network_says_of_them(digits, mnist):
    images, labels = (array[:9000] for array in mnist[1])
    probabilities = inference.predict(open_model().weights, images)

    summary = tendigits.read_many(digits, "digits.parquet", min_confidence=0.9)

    found = rows(Path("digits.parquet"))
    assert [row["row"] for row in found] == list(range(1, 9001))
    assert [row["label"] for row in found] == labels.tolist()
    np.testing.assert_allclose([row["confidence"] for row in found], probabilities.max(axis=1), atol=1e-4)
    told = [row["digits"][0]["digit"] for row in found]
    sure = probabilities.max(axis=1) >= 0.9
    assert told == [
        int(digit) if is_sure else None for digit, is_sure in zip(probabilities.argmax(1), sure, strict=True)
    ]
    assert [row["text"] for row in found] == ["?" if digit is None else str(digit) for digit in told]
    assert found[0]["digits"][0]["box"] == [0, 0, 28, 28]
    assert summary.sure == sure.sum() < summary.rows == 9000
    assert summary.unsure == 9000 - summary.sure
    assert summary.as_labelled == np.sum(sure & (probabilities.argmax(1) == labels))


def test_images_of_a_folder_are_read_as_read_reads_them(forms):
    folder, texts = forms
    reader = tendigits.Reader()

    summary = tendigits.read_many(folder, "forms.jsonl")

    found = rows(Path("forms.jsonl"))
    assert [Path(row["path"]).name for row in found] == list(texts)  # 2 before 10
    for row in found:
        assert row == {"path": row["path"], "model": reader.name, **reader.read(row["path"]).as_dict()}
    assert summary.rows == summary.sure + summary.unsure == len(texts)
    right = sum(row["text"] == texts[Path(row["path"]).name] for row in found)
    assert right >= 0.9 * len(texts)


def test_the_three_targets_say_the_same(forms):
    folder, _ = forms
    for kind in KINDS:
        tendigits.read_many([folder / f"{number}.png" for number in range(1, 5)], f"forms.{kind}")

    parquet, lines = rows(Path("forms.parquet")), rows(Path("forms.jsonl"))
    with Path("forms.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    for one, other, text in zip(parquet, lines, written, strict=True):
        for name in ("path", "text", "confidence", "digits", "marks"):
            assert one[name] == other[name]
        assert (text["path"], text["text"], float(text["confidence"])) == (one["path"], one["text"], one["confidence"])
        assert json.loads(text["digits"]) == one["digits"]
        assert text["model"] == other["model"]
        assert text["error"] == text["row"] == ""


def test_a_parquet_file_says_whose_weights_and_options_it_was_read_with(forms):
    tendigits.read_many(forms[0] / "1.png", "one.parquet", model="tutorial", length="2-3")

    about = {key.decode(): value.decode() for key, value in pq.read_schema("one.parquet").metadata.items()}
    weights = open_model(Path("tutorial")).weights
    assert about["tendigits.model"] == open_model(Path("tutorial")).name
    assert about["tendigits.weights_sha256"] == weights.sha256
    assert about["tendigits.length"] == "2-3"


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_the_same_to_the_byte_for_any_number_of_workers(forms, digits, kind):
    for workers in (1, 2, 3):
        tendigits.read_many([forms[0], digits], f"{workers}.{kind}", workers=workers)

    content = Path(f"1.{kind}").read_bytes()
    assert content == Path(f"2.{kind}").read_bytes() == Path(f"3.{kind}").read_bytes()
    assert not [path for path in Path().iterdir() if path.suffix == ".parts"]


def test_encoded_digits_of_28x28_are_the_network_s_and_larger_images_are_read(forms, mnist):
    digit, page = cv2.imencode(".png", mnist[1][0][0])[1].tobytes(), (forms[0] / "1.png").read_bytes()
    content = [{"bytes": content, "path": None} for content in (digit, page, b"nothing", None, digit)]
    pq.write_table(pa.table({"image": content, "label": [7, 12, 3, 4, 7]}), "hub.parquet")

    summary = tendigits.read_many("hub.parquet", "read.parquet")

    found = rows(Path("read.parquet"))
    assert [row["row"] for row in found] == [1, 2, 3, 4, 5]
    assert found[0]["text"] == found[4]["text"] == "7"
    assert (
        found[0]["confidence"]
        == found[4]["confidence"]
        == round(float(inference.predict(open_model().weights, mnist[1][0][:1]).max()), 4)
    )
    assert found[1]["text"] == tendigits.Reader().read(page).text
    assert [row["error"] is not None for row in found] == [False, False, True, True, False]
    assert summary.failed == 2
    assert summary.failures[0].startswith("hub.parquet: row 3: ")


def test_every_page_of_a_file_is_a_row(forms):
    from PIL import Image

    pages = [Image.open(forms[0] / f"{number}.png") for number in (1, 2, 3)]
    pages[0].save("form.tif", save_all=True, append_images=pages[1:])

    tendigits.read_many("form.tif", "form.jsonl")

    found = rows(Path("form.jsonl"))
    assert [row["page"] for row in found] == [1, 2, 3]
    assert [row["text"] for row in found] == [reading.text for reading in tendigits.Reader().read_pages("form.tif")]


def test_options_are_those_of_read(forms):
    image = forms[0] / "1.png"
    reader = tendigits.Reader(min_confidence=0.999)

    tendigits.read_many(image, "length.jsonl", length=(2, 4), min_confidence=0.999)
    tendigits.read_many(image, "single.jsonl", single=True)

    assert rows(Path("length.jsonl"))[0]["text"] == reader.read(image, (2, 4)).text
    assert rows(Path("single.jsonl"))[0]["text"] == tendigits.Reader().read(image, single=True).text


def test_a_digit_without_ink_is_told_by_nobody():
    np.savez("blank.npz", images=np.zeros((2, 28, 28), np.uint8))

    summary = tendigits.read_many("blank.npz", "blank.jsonl")

    assert [(row["text"], row["confidence"]) for row in rows(Path("blank.jsonl"))] == [("?", 0.0)] * 2
    assert summary.unsure == 2


def test_28x28_pixels_are_not_four_digits(digits):
    with pytest.raises(LengthError, match="has images of 28x28 pixels, each of one digit, and length asks for 4"):
        tendigits.read_many(digits, "four.jsonl", length="4-6")

    assert tendigits.read_many(digits, "one.jsonl", length=1).failed == 0


def test_encoded_images_of_28x28_pixels_are_not_four_digits(mnist):
    content = cv2.imencode(".png", mnist[1][0][0])[1].tobytes()
    pq.write_table(pa.table({"image": [content] * 2}), "hub.parquet")

    tendigits.read_many("hub.parquet", "four.jsonl", length=4)

    found = rows(Path("four.jsonl"))
    assert {row["error"] for row in found} == {"an image of 28x28 pixels is one digit, and length asks for more"}


def test_labels_that_are_texts_are_numbers_where_they_can_be(forms):
    content = [(forms[0] / f"{number}.png").read_bytes() for number in range(1, 7)]
    texts = [tendigits.Reader().read(each).text for each in content]
    labels = [f"0{texts[0]}", f" {texts[1]} ", "illegible", None, "-1", f"{texts[5]}9"]
    pq.write_table(pa.table({"image": content, "label": labels}), "hub.parquet")

    summary = tendigits.read_many("hub.parquet", "read.jsonl")

    assert [row.get("label") for row in rows(Path("read.jsonl"))] == [
        *map(int, texts[:2]),
        None,
        None,
        None,
        int(f"{texts[5]}9"),
    ]
    assert (summary.labelled, summary.as_labelled) == (3, 2)


def test_zeros_before_a_number_are_not_in_its_label():
    rows = [
        {"label": label, "text": text} for label, text in [(42, "0042"), (0, "0"), (0, "000"), (42, "420"), (1, "")]
    ]
    tally = Tally()

    list(tally.counted([of_records(rows)]))

    assert (tally.labelled, tally.as_labelled) == (5, 3)


def test_images_with_dark_ink_are_counted(mnist, forms):
    images = mnist[1][0][:300].copy()
    images[100:] = 255 - images[100:]
    np.savez("digits.npz", images=images)

    assert tendigits.read_many(["digits.npz", forms[0] / "1.png"], "read.parquet").dark == 200
    sources = ["digits.npz", forms[0] / "1.png"]
    assert tendigits.read_many(sources, "read.parquet", review="page.html").dark is None
    assert pq.read_schema("read.parquet").metadata.keys().isdisjoint({b"dark"})


def test_in_a_folder_of_tables_what_batches_have_written_is_no_source(mnist):
    Path("tables").mkdir()
    np.savez("tables/1.npz", images=mnist[1][0][:3])
    tendigits.read_many("tables/1.npz", "tables/read.parquet")
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many("tables/1.npz", "tables/other.csv", progress=interrupt)
    assert list(Path("tables/other.csv.parts").glob("*.part"))

    summary = tendigits.read_many("tables", "all.csv")

    assert summary.rows == 3
    assert summary.skipped == ("tables/read.parquet",)
    assert why_skipped("tables/read.parquet") == "it is what a batch has written"


def test_long_lines_of_json_that_were_read_are_no_table(mnist):
    Path("tables").mkdir()
    np.savez("tables/1.npz", images=mnist[1][0][:3])
    digits = [{"digit": 1, "confidence": 0.5, "box": [1, 2, 3, 4], "line": 0}] * 200
    Path("tables/2.jsonl").write_text(json.dumps({"path": "a.png", "text": "1" * 200, "digits": digits}))

    assert tendigits.read_many("tables", "all.csv").skipped == ("tables/2.jsonl",)


def test_tables_of_anything_else_are_passed_over_and_damaged_ones_are_not(mnist):
    Path("tables").mkdir()
    np.savez("tables/1.npz", images=mnist[1][0][:3])
    pq.write_table(pa.table({"price": [1.5, 2.5]}), "tables/2.parquet")
    pq.write_table(pa.table({"image": [b"1"]}), "tables/3.parquet")
    Path("tables/3.parquet").write_bytes(Path("tables/3.parquet").read_bytes()[:-9])

    summary = tendigits.read_many("tables", "all.jsonl")

    assert summary.skipped == ("tables/2.parquet",)
    assert "0 of its 1 columns are called as pixels are" in why_skipped("tables/2.parquet")
    assert [row["path"] for row in rows(Path("all.jsonl")) if "error" in row] == ["tables/3.parquet"]


def test_a_table_beside_images_is_said_to_be_one(forms, mnist):
    Path("both").mkdir()
    np.savez("both/1.npz", images=mnist[1][0][:3])
    Path("both/1.png").write_bytes((forms[0] / "1.png").read_bytes())

    summary = tendigits.read_many("both", "all.csv")

    assert (summary.rows, summary.skipped) == (1, ("both/1.npz",))
    assert why_skipped("both/1.npz") == "a table, in a folder that has images: name it itself"


def test_folders_of_tables_keep_their_order(mnist):
    names = [f"{folder}/{number}.npz" for folder in ("b", "a", "a b", "a/c") for number in (10, 9)]
    for place, name in enumerate(names):
        Path(name).parent.mkdir(exist_ok=True)
        np.savez(name, images=mnist[1][0][place : place + 1])

    tendigits.read_many(["b", "a", "a b"], "all.jsonl")

    assert [row["path"] for row in rows(Path("all.jsonl"))] == [
        *("b/9.npz", "b/10.npz", "a/9.npz", "a/10.npz", "a/c/9.npz", "a/c/10.npz", "a b/9.npz", "a b/10.npz")
    ]


@pytest.mark.skipif(os.name == "nt", reason="names are not bytes")
def test_names_that_are_no_text_are_passed_over_and_read_as_others(forms, mnist):
    folder = Path(os.fsdecode(b"caf\xe9"))
    folder.mkdir()
    (folder / os.fsdecode(b"\xe9.txt")).touch()
    (folder / os.fsdecode(b"\xe9.png")).write_bytes((forms[0] / "1.png").read_bytes())
    target = Path(os.fsdecode(b"\xe9.parquet"))

    assert tendigits.read_many(folder, target, review="page.html").rows == 1
    assert tendigits.read_many(folder, target, review="page.html").rows == 1


def interrupt(done, total):
    if done == total:
        raise KeyboardInterrupt


def test_a_file_of_labels_that_is_used_is_not_passed_over(mnist):
    Path("tables").mkdir()
    write_idx(Path("tables/some-images-idx3-ubyte"), mnist[1][0][:3])
    write_idx(Path("tables/some-labels-idx1-ubyte"), mnist[1][1][:3])
    Path("tables/notes.txt").touch()

    summary = tendigits.read_many("tables", "all.csv")

    assert summary.labelled == 3
    assert summary.skipped == ("tables/notes.txt",)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ([], "nothing to read: no image, folder or table is named"),
        ([""], "a path without a name; name an image"),
        (["a\0b.png"], r"'a\\x00b\.png': cannot be read"),
        (["a" * 300], "a{300}.?: .*ame too long"),
        (["a" * 300 + ".csv"], r"a{300}\.csv.?: .*ame too long"),
        (["\udcff.png"], "there is no such file; check its name and folder"),
    ],
)
def test_what_can_be_no_file_is_refused(source, words):
    with pytest.raises(BatchError, match=words):
        tendigits.read_many(source, "read.csv")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("a\0b.csv", r"'a\\x00b\.csv' cannot be the name of a file"),
        ("a" * 300 + ".csv", "cannot write a+.csv: File name too long"),
    ],
)
def test_what_can_be_no_target_is_refused(digits, target, words):
    with pytest.raises(BatchError, match=words):
        tendigits.read_many(digits, target)


def test_names_may_be_bytes(digits):
    assert (
        tendigits.read_many(os.fsencode(digits), "a.jsonl").rows
        == tendigits.read_many([os.fsencode(digits)], "b.jsonl").rows
    )


@pytest.mark.parametrize(
    ("source", "target", "options", "words"),
    [
        ("nowhere.png", "a.csv", {}, "nowhere.png"),
        ("forms", "a.txt", {}, "is to end in .parquet, .csv, .jsonl or .ndjson"),
        ("forms", "nowhere/a.csv", {}, "there is no folder nowhere"),
        ("-", "a.csv", {}, "standard input"),
        ("forms", "a.csv", {"workers": 999}, "999 workers are of no use"),
        ("forms", "a.jsonl", {"kaggle": True}, "is to end in .csv"),
        ("forms", "a.csv", {"kaggle": True, "length": 4}, "one digit for each image"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_read(forms, source, target, options, words):
    name = forms[0] if source == "forms" else source
    with pytest.raises(tendigits.errors.TendigitsError, match=words):
        tendigits.read_many(name, target, **options)
    assert list(Path().iterdir()) == []


def test_single_is_no_number_of_digits(forms):
    with pytest.raises(LengthError, match="single is one digit, and length is 4: leave one of the two out"):
        tendigits.read_many(forms[0], "a.csv", single=True, length=4)


def test_a_target_that_is_there_is_left_alone(forms):
    Path("mine.csv").write_text("mine")

    with pytest.raises(BatchError, match=r"mine\.csv is there already: remove it, or name another"):
        tendigits.read_many(forms[0], "mine.csv")

    assert Path("mine.csv").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_unicode_is_written_so_that_a_table_can_hold_it(forms):
    Path("caf\udce9.png").write_bytes((forms[0] / "1.png").read_bytes())
    Path("\udce9.png").touch()

    tendigits.read_many(["caf\udce9.png", "\udce9.png"], "read.parquet")

    good, bad = rows(Path("read.parquet"))
    assert good["path"] == "caf\\xe9.png"
    assert good["text"] == tendigits.Reader().read(forms[0] / "1.png").text
    assert bad["error"].startswith("\\xe9.png: empty")


def test_progress_is_told(forms):
    told = []

    tendigits.read_many(forms[0], "forms.csv", progress=lambda done, total: told.append((done, total)))

    assert told[0] == (0, 34)
    assert told[-1] == (34, 34)
    assert sorted(told) == told
