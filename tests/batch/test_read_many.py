"""Many images into one table: which rows, in which order, and the same ones whoever read them."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tendigits
from tendigits import inference
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
    import cv2

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
    tendigits.read_many(digits, "four.jsonl", length=4)

    found = rows(Path("four.jsonl"))
    assert {row["error"] for row in found} == {"an image of 28x28 pixels is one digit, and length asks for more"}


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
    with pytest.raises(LengthError):
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
