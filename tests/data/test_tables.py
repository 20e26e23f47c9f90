"""Tables of images: whatever the file, rows come as they were written, any of them, in any order."""

import csv
import gzip
import io
import sys

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tendigits.data import write_idx
from tendigits.data.tables import is_table, open_table
from tendigits.errors import DataError, MissingExtraError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

COUNT = 2345
GENERATOR = np.random.default_rng(1)
IMAGES = GENERATOR.integers(0, 256, (COUNT, 28, 28), np.uint8)
LABELS = GENERATOR.integers(0, 10, COUNT)
FLAT = IMAGES.reshape(COUNT, 784)
KAGGLE = [f"pixel{number}" for number in range(784)]


def write_csv(path, names, rows, ending="\n"):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=ending)
    if names:
        writer.writerow(names)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())


def kaggle(path):
    write_csv(path, ["label", *KAGGLE], np.column_stack([LABELS, FLAT]).tolist())


def kaggle_without_labels(path):
    write_csv(path, KAGGLE, FLAT.tolist())


def by_row_and_column(path):
    names = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    write_csv(path, ["label", *names], np.column_stack([LABELS, FLAT]).tolist(), "\r\n")


def without_names(path):
    write_csv(path, None, np.column_stack([LABELS, FLAT]).tolist())


def in_another_order(path):
    order = np.random.default_rng(2).permutation(784)
    columns = [KAGGLE[number] for number in order]
    write_csv(path, [*columns, "Label", "id"], np.column_stack([FLAT[:, order], LABELS, np.arange(COUNT)]).tolist())


def as_floats(path):
    write_csv(path, ["label", *KAGGLE], [[label, *map(float, row)] for label, row in zip(LABELS, FLAT, strict=True)])


def with_a_byte_order_mark_and_blank_lines_at_the_end(path):
    kaggle(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\r\n\n\n")


def pixels_in_parquet(path):
    columns = {"label": LABELS} | {name: FLAT[:, number].astype(np.int64) for number, name in enumerate(KAGGLE)}
    pq.write_table(pa.table(columns), path, row_group_size=700)


def lists_in_parquet(path):
    pq.write_table(pa.table({"image": pa.array(list(FLAT)), "label": LABELS}), path, row_group_size=1500)


def lists_of_lists_in_arrow(path):
    rows = pa.FixedSizeListArray.from_arrays(pa.array(FLAT.ravel()), 28)
    write_arrow(path, pa.table({"pixels": pa.FixedSizeListArray.from_arrays(rows, 28), "label": LABELS}))


def write_arrow(path, table):
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, max_chunksize=400)


def a_stream_of_arrow(path):
    table = pa.table({"image": pa.array(list(FLAT)), "label": LABELS})
    with pa.ipc.new_stream(path, table.schema) as file:
        file.write_table(table, max_chunksize=300)


def keras_npz(path):
    np.savez_compressed(path, x_train=IMAGES[:5], y_train=LABELS[:5], x_test=IMAGES, y_test=LABELS)


def npz_of_pixels(path):
    np.savez(path, images=FLAT, labels=LABELS)


def idx(path):
    write_idx(path, IMAGES)
    write_idx(path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1")), LABELS.astype(np.uint8))


def gzipped_idx(path):
    path.write_bytes(gzip.compress(idx_bytes(path), 1))


def idx_bytes(path):
    plain = path.with_name("plain")
    write_idx(plain, IMAGES)
    return plain.read_bytes()


LABELLED = [
    (kaggle, "train.csv"),
    (by_row_and_column, "mnist_train.csv"),
    (without_names, "mnist.txt"),
    (in_another_order, "table.csv"),
    (as_floats, "floats.csv"),
    (with_a_byte_order_mark_and_blank_lines_at_the_end, "excel.csv"),
    (pixels_in_parquet, "train.parquet"),
    (lists_in_parquet, "lists.parquet"),
    (lists_of_lists_in_arrow, "table.arrow"),
    (a_stream_of_arrow, "stream.arrow"),
    (keras_npz, "mnist.npz"),
    (npz_of_pixels, "pixels.npz"),
    (idx, "t10k-images-idx3-ubyte"),
]
UNLABELLED = [(kaggle_without_labels, "test.csv"), (gzipped_idx, "some-images-idx3-ubyte.gz")]


@pytest.fixture(scope="module", params=[*LABELLED, *UNLABELLED], ids=lambda form: form[0].__name__)
def table(request, tmp_path_factory):
    write, name = request.param
    path = tmp_path_factory.mktemp("tables") / name
    write(path)
    assert is_table(path)
    return open_table(path), request.param in LABELLED


def test_it_knows_how_long_it_is_and_whether_it_has_labels(table):
    table, labelled = table

    assert table.count == COUNT
    assert table.is_labelled == labelled
    assert not table.is_encoded


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.integers(0, COUNT), st.integers(0, COUNT)).map(sorted))
def test_any_rows_are_as_they_were_written(table, span):
    table, labelled = table

    rows = table.read(*span)

    np.testing.assert_array_equal(rows.images, IMAGES[slice(*span)])
    assert rows.images.dtype == np.uint8
    assert not rows.errors
    if labelled:
        np.testing.assert_array_equal(rows.labels, LABELS[slice(*span)])
    else:
        assert rows.labels is None


PNGS = [cv2.imencode(".png", image)[1].tobytes() for image in IMAGES[:300]]


@pytest.mark.parametrize("content", [PNGS, [{"bytes": png, "path": None} for png in PNGS]], ids=["bytes", "structs"])
def test_encoded_images_come_as_the_files_they_are(tmp_path, content):
    path = tmp_path / "train-00000-of-00001.parquet"
    pq.write_table(pa.table({"image": content, "label": LABELS[:300]}), path, row_group_size=64)

    table = open_table(path)

    assert table.is_encoded
    assert table.count == 300
    assert list(table.read(100, 250).images) == PNGS[100:250]
    np.testing.assert_array_equal(table.read(100, 250).labels, LABELS[100:250])


def test_a_row_that_is_none_is_the_only_one_that_is_lost(tmp_path):
    path = tmp_path / "train.csv"
    kaggle(path)
    lines = path.read_bytes().split(b"\n")
    wrong = {3: b"1,2,3", 500: lines[501] + b",7", 1100: b"", 1500: b"5," + b",".join([b"256"] * 784)}
    wrong |= {2000: b"5," + b",".join([b"x"] * 784), 2344: lines[2345].rpartition(b",")[0] + b","}
    for number, line in wrong.items():
        lines[number + 1] = line
    path.write_bytes(b"\n".join(lines))

    rows = open_table(path).read(0, COUNT)

    assert sorted(rows.errors) == sorted(wrong)
    assert "3 fields, and the table 785" in rows.errors[3]
    assert "'256'" in rows.errors[1500]
    assert "''" in rows.errors[2344]
    others = [number for number in range(COUNT) if number not in wrong]
    np.testing.assert_array_equal(rows.images[others], IMAGES[others])
    np.testing.assert_array_equal(rows.labels[others], LABELS[others])
    assert not rows.images[list(wrong)].any()


def test_what_is_no_image_in_a_parquet_file_is_said_of_its_row(tmp_path):
    lists = [row.tolist() for row in FLAT[:4]] + [None, [1, 2, 3], [300] * 784, [None] * 784]
    path = tmp_path / "lists.parquet"
    pq.write_table(pa.table({"image": lists, "label": [*LABELS[:4], None, 2, 3, 4]}), path)

    rows = open_table(path).read(1, 8)

    np.testing.assert_array_equal(rows.images[:3], IMAGES[1:4])
    assert sorted(rows.errors) == [3, 4, 5, 6]
    assert "3 pixels" in rows.errors[4]
    assert "300" in rows.errors[5]
    assert "missing" in rows.errors[6]
    assert rows.labels.tolist() == [*LABELS[1:4], -1, 2, 3, 4]


def test_labels_that_are_none_are_said_to_be_none(tmp_path):
    labels = [3.0, 2.5, float("inf"), float("nan"), 1e300, None]
    pq.write_table(pa.table({"image": pa.array(list(FLAT[:6])), "label": labels}), tmp_path / "floats.parquet")
    write_csv(tmp_path / "floats.csv", ["label", *KAGGLE], [[label, *FLAT[0]] for label in labels])

    for name in ("floats.parquet", "floats.csv"):
        assert open_table(tmp_path / name).read(0, 6).labels.tolist() == [3, -1, -1, -1, -1, -1]


def test_after_a_piece_that_cannot_be_read_others_are(tmp_path):
    path = tmp_path / "train.parquet"
    lists_in_parquet(path)
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    content = bytearray(path.read_bytes())
    begin = column.dictionary_page_offset or column.data_page_offset
    content[begin : begin + 40] = bytes(40)
    path.write_bytes(content)
    table = open_table(path)

    with pytest.raises(DataError, match=r"train\.parquet"):
        table.read(1400, 1600)
    np.testing.assert_array_equal(table.read(1400, 1500).images, IMAGES[1400:1500])
    with pytest.raises(DataError, match=r"train\.parquet"):
        table.read(1500, 1501)


def test_a_row_without_an_encoded_image_is_said(tmp_path):
    path = tmp_path / "images.parquet"
    pq.write_table(pa.table({"image": [PNGS[0], None, b""]}), path)

    rows = open_table(path).read(0, 3)

    assert list(rows.images) == [PNGS[0], b"", b""]
    assert sorted(rows.errors) == [1, 2]


@pytest.mark.parametrize("write", [pixels_in_parquet, lists_of_lists_in_arrow, keras_npz, gzipped_idx])
@pytest.mark.parametrize("kept", [0.99, 0.5, 0.01])
def test_a_file_that_is_cut_short_is_refused(tmp_path, write, kept):
    path = tmp_path / "table-images"
    write(path if write is not keras_npz else path.with_suffix(".npz"))
    path = next(found for found in tmp_path.iterdir() if found.name.startswith("table-images"))
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])

    with pytest.raises(DataError, match="table-images"):
        open_table(path).read(0, COUNT)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("numbers.csv", b"a,b\n1,2\n", "no table of images"),
        ("photo.png", PNGS[0], "no table of images"),
        ("empty.csv", b"", "no table of images"),
        ("wide.csv", ",".join(["a"] * 800).encode() + b"\n", "0 of its 800 columns"),
        ("two.csv", ",".join(["label", "digit", *KAGGLE]).encode() + b"\n", "label and digit"),
    ],
)
def test_what_is_no_table_of_images_is_refused_in_words(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(DataError, match=said):
        open_table(path)


def test_a_table_of_nothing_has_no_rows(tmp_path):
    path = tmp_path / "none.csv"
    path.write_text(",".join(KAGGLE) + "\n")

    assert open_table(path).count == 0
    assert len(open_table(path).read(0, 0)) == 0


def test_a_csv_file_that_shrinks_is_noticed(tmp_path):
    path = tmp_path / "train.csv"
    kaggle(path)
    table = open_table(path)
    assert table.count == COUNT
    path.write_bytes(path.read_bytes()[:1_000_000])

    with pytest.raises(DataError, match="shorter"):
        table.read(0, COUNT)


def test_a_line_without_end_takes_no_memory(tmp_path):
    path = tmp_path / "train.csv"
    path.write_bytes(",".join(KAGGLE).encode() + b"\n" + b"1," * 50_000_000)

    with pytest.raises(DataError, match="lines longer than"):
        open_table(path).read(0, 1)


def test_without_pyarrow_its_extra_is_named(tmp_path, monkeypatch):
    path = tmp_path / "train.parquet"
    lists_in_parquet(path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtraError, match=r"tendigits\[tables\]"):
        open_table(path)
