"""Data sets of the user's own: tables, folders of tables, and images in folders by label."""

import gzip
import struct
import zipfile

import cv2
import numpy as np
import pytest

from tendigits.data import load_data, load_test, write_idx
from tendigits.errors import DataError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

GENERATOR = np.random.default_rng(3)
IMAGES = GENERATOR.integers(0, 256, (70, 28, 28), np.uint8)
LABELS = np.arange(70, dtype=np.uint8) % 10
PNGS = [cv2.imencode(".png", image)[1].tobytes() for image in IMAGES]
SEVENTH = np.arange(70) % 7 == 6


def write_csv(path, images=IMAGES, labels=LABELS):
    columns = [] if labels is None else [labels]
    names = [*([] if labels is None else ["label"]), *(f"pixel{number}" for number in range(784))]
    rows = np.column_stack([*columns, images.reshape(-1, 784)])
    path.write_text("\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n")


def write_hub(path, chosen):
    images = [{"bytes": png, "path": None} for png in np.array(PNGS, object)[chosen]]
    pq.write_table(pa.table({"image": images, "label": LABELS[chosen]}), path)


def write_classes(folder, chosen=slice(None)):
    for number in np.arange(70)[chosen]:
        path = folder / str(LABELS[number]) / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PNGS[number])


def assert_pair(pair, images, labels):
    np.testing.assert_array_equal(pair[0], images)
    np.testing.assert_array_equal(pair[1], labels)
    assert pair[0].dtype == pair[1].dtype == np.uint8


def test_of_a_table_every_seventh_row_is_to_test_with(tmp_path, capsys):
    write_csv(tmp_path / "train.csv")

    train, test = load_data(tmp_path / "train.csv")

    assert_pair(train, IMAGES[~SEVENTH], LABELS[~SEVENTH])
    assert_pair(test, IMAGES[SEVENTH], LABELS[SEVENTH])
    assert "10 of 70" in capsys.readouterr().err


def test_on_a_table_all_rows_are_tested(tmp_path):
    write_csv(tmp_path / "anything.csv")

    assert_pair(load_test(tmp_path / "anything.csv"), IMAGES, LABELS)


@pytest.mark.parametrize("below", ["", "data"])
def test_a_model_hub_s_folder_is_a_data_set(tmp_path, below):
    (tmp_path / below).mkdir(exist_ok=True)
    write_hub(tmp_path / below / "train-00000-of-00002.parquet", slice(0, 30))
    write_hub(tmp_path / below / "train-00001-of-00002.parquet", slice(30, 50))
    write_hub(tmp_path / below / "test-00000-of-00001.parquet", slice(50, 70))

    train, test = load_data(tmp_path)

    assert_pair(train, IMAGES[:50], LABELS[:50])
    assert_pair(test, IMAGES[50:], LABELS[50:])
    assert_pair(load_test(tmp_path), IMAGES[50:], LABELS[50:])


@pytest.mark.parametrize("name", ["train.parquet", "train-00000-of-00001.parquet"])
@pytest.mark.parametrize("load", [load_data, load_test])
def test_the_same_rows_in_two_kinds_of_table_are_not_taken_twice(tmp_path, name, load):
    write_csv(tmp_path / "train.csv")
    write_hub(tmp_path / name, slice(None))

    with pytest.raises(DataError, match=f"(?s)(?=.*train.csv)(?=.*{name})(?=.*CSV)(?=.*Parquet).*keep one of them"):
        load(tmp_path)


def test_an_idx_file_and_itself_gzipped_are_not_taken_twice(tmp_path):
    for part in ("images", "labels"):
        write_idx(tmp_path / f"train-{part}", IMAGES if part == "images" else LABELS)
        (tmp_path / f"train-{part}.gz").write_bytes(gzip.compress((tmp_path / f"train-{part}").read_bytes()))

    with pytest.raises(DataError, match=r"train-images.*train-images\.gz.*keep one"):
        load_data(tmp_path)


def test_what_is_to_test_with_may_be_of_another_kind(tmp_path):
    write_csv(tmp_path / "train.csv", IMAGES[:50], LABELS[:50])
    write_hub(tmp_path / "test.parquet", slice(50, 70))

    assert_pair(load_data(tmp_path)[1], IMAGES[50:], LABELS[50:])


def test_archives_of_other_things_are_passed_over(tmp_path):
    write_csv(tmp_path / "train.csv")
    with zipfile.ZipFile(tmp_path / "train-images.zip", "w") as archive:
        archive.writestr("0/000.png", PNGS[0])
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress((tmp_path / "train.csv").read_bytes()))

    assert_pair(load_data(tmp_path)[0], IMAGES[~SEVENTH], LABELS[~SEVENTH])


def test_kaggle_s_test_set_has_no_labels_and_is_none(tmp_path):
    write_csv(tmp_path / "train.csv")
    write_csv(tmp_path / "test.csv", labels=None)

    train, test = load_data(tmp_path)

    assert_pair(train, IMAGES[~SEVENTH], LABELS[~SEVENTH])
    assert_pair(test, IMAGES[SEVENTH], LABELS[SEVENTH])


@pytest.mark.parametrize("names", [("train", "test"), ("training", "testing")])
def test_images_sorted_by_label_are_a_data_set(tmp_path, names):
    write_classes(tmp_path / names[0], slice(0, 50))
    write_classes(tmp_path / names[1], slice(50, 70))
    (tmp_path / names[0] / "3" / "Thumbs.db").write_bytes(b"no image")

    train, test = load_data(tmp_path)

    in_order = np.argsort(LABELS[:50], kind="stable")
    assert_pair(train, IMAGES[:50][in_order], LABELS[:50][in_order])
    last = np.argsort(LABELS[50:], kind="stable")
    assert_pair(test, IMAGES[50:][last], LABELS[50:][last])
    assert_pair(load_test(tmp_path), IMAGES[50:][last], LABELS[50:][last])


def test_of_one_folder_sorted_by_label_every_seventh_image_is_to_test_with(tmp_path):
    write_classes(tmp_path)

    train, test = load_data(tmp_path)

    assert (len(train[0]), len(test[0])) == (60, 10)
    assert len(load_test(tmp_path)[0]) == 70


def test_a_folder_to_train_on_alone_is_split_and_may_be_tested_on(tmp_path):
    write_classes(tmp_path / "train")

    train, test = load_data(tmp_path)

    assert (len(train[0]), len(test[0])) == (60, 10)
    assert len(load_test(tmp_path)[0]) == 70


def test_a_folder_to_test_with_beside_the_classes_themselves_is_the_test_set(tmp_path, capsys):
    write_classes(tmp_path, slice(0, 50))
    write_classes(tmp_path / "test", slice(50, 70))

    train, test = load_data(tmp_path)

    in_order = np.argsort(LABELS[50:], kind="stable")
    assert len(train[0]) == 50
    assert_pair(test, IMAGES[50:][in_order], LABELS[50:][in_order])
    assert_pair(load_test(tmp_path), *test)
    assert "every seventh" not in capsys.readouterr().err


def test_tables_to_validate_with_are_no_part_of_the_test_set(tmp_path):
    write_hub(tmp_path / "train-00000.parquet", slice(0, 50))
    write_hub(tmp_path / "validation-00000.parquet", slice(50, 60))
    write_hub(tmp_path / "test-00000.parquet", slice(60, 70))

    _, test = load_data(tmp_path)

    assert_pair(test, IMAGES[60:], LABELS[60:])


@pytest.mark.parametrize("load", [load_data, load_test])
def test_a_table_larger_than_is_read_is_refused_before_any_memory_is_taken(tmp_path, load):
    images = b"\0\0\x08\x03" + struct.pack(">3I", 2**32 - 1, 28, 28)
    labels = b"\0\0\x08\x01" + struct.pack(">I", 2**32 - 1)
    (tmp_path / "images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
    (tmp_path / "labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))

    with pytest.raises(DataError, match="4,294,967,295 rows; of a data set at most 2,739,137 are read"):
        load(tmp_path / "images-idx3-ubyte.gz")


def test_colours_become_grey_as_bright_as_they_are(tmp_path):
    colours = GENERATOR.integers(0, 256, (28, 28, 3), np.uint8)
    for label in (0, 1):
        (tmp_path / str(label)).mkdir()
        cv2.imwrite(str(tmp_path / str(label) / "one.png"), colours)

    images, _ = load_test(tmp_path)

    assert np.abs(images[0].astype(int) - cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)).max() <= 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: write_csv(folder / "t.csv", labels=None), "no labels; a column of them is called label"),
        (lambda folder: write_csv(folder / "t.csv", labels=LABELS + 1), "row 10: the label is 10; expected 0 to 9"),
        (lambda folder: write_csv(folder / "t.csv", IMAGES[:5], LABELS[:5]), "too few"),
        (lambda folder: write_csv(folder / "t.csv", IMAGES[:0], LABELS[:0]), "no rows"),
        (lambda folder: write_csv(folder / "t.csv", IMAGES.astype(int) + 1), "row 1: a pixel is '256'"),
    ],
    ids=["unlabelled", "eleven classes", "five rows", "none", "256"],
)
def test_a_table_that_is_no_data_set_says_why(tmp_path, spoil, said):
    spoil(tmp_path)

    with pytest.raises(DataError, match=said):
        load_data(tmp_path / "t.csv")


def test_an_image_of_another_size_is_named(tmp_path):
    write_classes(tmp_path)
    cv2.imwrite(str(tmp_path / "4" / "large.png"), np.zeros((40, 30), np.uint8))

    with pytest.raises(DataError, match=r"large\.png: the image is 30x40; a data set's are 28x28"):
        load_data(tmp_path)


def test_a_damaged_image_is_named(tmp_path):
    write_classes(tmp_path)
    (tmp_path / "4" / "004.png").write_bytes(PNGS[4][:40])

    with pytest.raises(DataError, match=r"004\.png"):
        load_data(tmp_path)


def test_a_folder_of_something_else_says_what_is_looked_for(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")

    with pytest.raises(DataError, match="images in folders 0 to 9"):
        load_data(tmp_path)
