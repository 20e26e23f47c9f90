"""Tables of images: whatever the file, rows come as they were written, any of them, in any order."""

import csv
import gzip
import io
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

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


def a_stream_with_a_dictionary(path):
    table = pa.table({"image": pa.array(list(FLAT)), "label": pa.array(map(str, LABELS)).dictionary_encode()})
    with pa.ipc.new_stream(path, table.schema) as file:
        file.write_table(table, max_chunksize=300)


def views_in_arrow(path):
    order = np.random.default_rng(4).permutation(COUNT)
    begins, sizes = pa.array(784 * np.argsort(order)), pa.array([784] * COUNT)
    images = pa.LargeListViewArray.from_arrays(begins, sizes, pa.array(FLAT[order].ravel()))
    write_arrow(path, pa.table({"image": images, "label": LABELS}))


def views_of_lists_in_arrow(path):
    images = pa.array([image.tolist() for image in IMAGES], pa.list_view(pa.list_(pa.uint8())))
    write_arrow(path, pa.table({"image": images, "label": LABELS}))


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
    (a_stream_with_a_dictionary, "dictionary.arrow"),
    (views_in_arrow, "views.arrow"),
    (views_of_lists_in_arrow, "views_of_lists.arrow"),
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


@pytest.fixture(scope="module")
def another_process():
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=os.chdir, initargs=("/",)) as pool:
        yield lambda task, *args: pool.submit(task, *args).result()


def test_another_process_reads_the_same(table, another_process):
    table, _ = table

    for span in ((2000, COUNT), (0, 1), (390, 1510), (COUNT, COUNT)):
        there, here = another_process(table.read, *span), table.read(*span)
        np.testing.assert_array_equal(there.images, here.images)
        np.testing.assert_array_equal(there.labels, here.labels)


def test_from_another_folder_it_is_the_same_file(tmp_path, monkeypatch, another_process):
    idx(tmp_path / "t10k-images-idx3-ubyte")
    monkeypatch.chdir(tmp_path)

    rows = another_process(open_table(Path("t10k-images-idx3-ubyte")).read, 0, 3)

    np.testing.assert_array_equal(rows.images, IMAGES[:3])
    np.testing.assert_array_equal(rows.labels, LABELS[:3])


def test_pickled_it_is_small_and_knows_what_it_knew(table):
    table, labelled = table
    table.read(0, COUNT // 2)
    assert table.count == COUNT

    pickled = pickle.dumps(table)

    assert len(pickled) < 20_000
    with moved_away(Path(table.name)):
        again = unpickled(pickled)
        assert (again.name, again.count, again.is_labelled) == (table.name, COUNT, labelled)
        assert not again.is_encoded
        with pytest.raises(DataError, match=f"{Path(table.name).name}: .*No such file"):
            again.read(0, 1)


def unpickled(content):
    return pickle.loads(content)  # noqa: S301 - the test has made it


@contextmanager
def moved_away(path):
    away = path.rename(path.with_name("away"))
    yield
    away.rename(path)


def test_a_file_of_another_size_than_was_opened_is_refused(table):
    table, _ = table
    pickled, path = pickle.dumps(table), Path(table.name)
    content = path.read_bytes()

    for changed, said in ((content + b"1", "longer"), (content[:-1], "shorter")):
        path.write_bytes(changed)
        with pytest.raises(DataError, match=f"{path.name}.* has become {said} since it was opened"):
            unpickled(pickled).read(0, 1)
        path.write_bytes(content)
    np.testing.assert_array_equal(unpickled(pickled).read(0, 1).images, IMAGES[:1])


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


ODD = ["0x10", '"1"2', '"12"', " 12 ", "+12", "1e2", "nan", "inf", "12.0", "12.5", "1_2", "\u0663", "true", "1\x002"]
ODD += ["255.0", "256", "-1", "-0", "", "\t7", "0" * 300 + "7", "1\r2", "9007199254740993", "1e300"]


@pytest.mark.parametrize("column", [0, 1], ids=["label", "pixel"])
def test_what_a_row_says_does_not_depend_on_others(tmp_path, column):
    rows = [[str(label), *map(str, pixels)] for label, pixels in zip(LABELS[:100], FLAT[:100], strict=True)]
    for number, value in enumerate(ODD):
        rows[4 * number][column] = value
    names = ",".join(["label", *KAGGLE])
    (tmp_path / "train.csv").write_bytes("\n".join([names, *map(",".join, rows)]).encode())
    table = open_table(tmp_path / "train.csv")

    together = table.read(0, 100)

    for number in range(100):
        alone = table.read(number, number + 1)
        assert alone.errors.get(0) == together.errors.get(number)
        assert alone.labels[0] == together.labels[number]
        np.testing.assert_array_equal(alone.images[0], together.images[number])
    odd = {4 * number for number in range(len(ODD))}
    plain = [number for number in range(100) if number not in odd]
    np.testing.assert_array_equal(together.images[plain], IMAGES[plain])
    assert not set(plain) & set(together.errors)


def test_a_quote_that_is_not_closed_takes_no_other_row(tmp_path):
    rows = [",".join(map(str, [*pixels, "name"])) for pixels in FLAT[:8]]
    rows[2] = rows[2].replace(",name", ',"name')
    rows[5] = rows[5].replace(",name", ',name"')
    (tmp_path / "train.csv").write_text("\n".join([",".join([*KAGGLE, "name"]), *rows]))

    found = open_table(tmp_path / "train.csv").read(0, 8)

    np.testing.assert_array_equal(found.images, IMAGES[:8])
    assert not found.errors


@pytest.mark.parametrize(("label", "first"), [("label", 0), ("0", 1)])
def test_columns_that_pandas_has_numbered_are_names(tmp_path, label, first):
    names = [label, *map(str, range(first, first + 784))]
    write_csv(tmp_path / "train.csv", names, np.column_stack([LABELS, FLAT])[:3].tolist())

    table = open_table(tmp_path / "train.csv")

    assert table.count == 3
    np.testing.assert_array_equal(table.read(0, 3).images, IMAGES[:3])
    np.testing.assert_array_equal(table.read(0, 3).labels, LABELS[:3])


def test_a_pixel_that_is_left_out_is_noticed(tmp_path):
    write_csv(tmp_path / "train.csv", [*KAGGLE[:783], "pixel9999"], FLAT[:3].tolist())

    with pytest.raises(DataError, match="784 of its 784 columns"):
        open_table(tmp_path / "train.csv")


def test_a_long_line_is_its_row_s_error(tmp_path):
    lines = [",".join(map(str, pixels)) for pixels in FLAT[:5]]
    lines[2] = "1," * 100_000
    (tmp_path / "train.csv").write_text("\n".join([",".join(KAGGLE), *lines]))

    rows = open_table(tmp_path / "train.csv").read(0, 5)

    assert list(rows.errors) == [2]
    assert "longer than" in rows.errors[2]
    np.testing.assert_array_equal(rows.images[[0, 1, 3, 4]], IMAGES[[0, 1, 3, 4]])


def test_other_columns_of_lists_and_bytes_are_passed_over(tmp_path):
    columns = {name: FLAT[:3, number] for number, name in enumerate(KAGGLE)}
    others = {"embedding": [[0.5, 1.5]] * 3, "sha": [b"abc"] * 3}
    pq.write_table(pa.table(columns | others | {"label": ["3", "1", "4"]}), tmp_path / "train.parquet")

    rows = open_table(tmp_path / "train.parquet").read(0, 3)

    np.testing.assert_array_equal(rows.images, IMAGES[:3])
    assert rows.labels.tolist() == [3, 1, 4]


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pa.Table.from_arrays([pa.array([PNGS[0]]), pa.array([1])], names=["image", "image"])
    write_arrow(tmp_path / "twice.arrow", table)

    with pytest.raises(DataError, match="two columns called image"):
        open_table(tmp_path / "twice.arrow")


def test_nothing_is_read_of_a_table_behind_its_end(tmp_path):
    write_csv(tmp_path / "thousand.csv", KAGGLE, FLAT[:1000].tolist())

    assert len(open_table(tmp_path / "thousand.csv").read(1000, 1000)) == 0


SPOILT = """
import sys
from pathlib import Path
import numpy as np
from tendigits.data.tables import decoded, open_table
from tendigits.errors import DataError

content, generator = Path(sys.argv[1]).read_bytes(), np.random.default_rng(5)
path = Path(sys.argv[1] + ".spoilt")
for number in range(150):
    spoilt = bytearray(content)
    for place in (*generator.integers(0, len(content), 2), *(len(content) - generator.integers(1, 3000, 2))):
        spoilt[place] ^= 1 << int(generator.integers(0, 8))
    path.write_bytes(spoilt)
    try:
        table = open_table(path)
        decoded(table.read(0, min(table.count, 500)))
    except DataError as error:
        assert str(path) in str(error), error
"""


def encoded_in_arrow(path):
    write_arrow(path, pa.table({"image": [{"bytes": png, "path": None} for png in PNGS], "label": LABELS[:300]}))


@pytest.mark.parametrize(
    "write", [pixels_in_parquet, lists_in_parquet, lists_of_lists_in_arrow, a_stream_of_arrow, encoded_in_arrow]
)
def test_wrong_bits_in_a_file_end_no_process(tmp_path, write):
    write(tmp_path / "table")

    subprocess.run([sys.executable, "-c", SPOILT, str(tmp_path / "table")], check=True, timeout=300)


def test_what_is_no_image_in_a_parquet_file_is_said_of_its_row(tmp_path):
    lists = [row.tolist() for row in FLAT[:4]] + [None, [1, 2, 3], [300] * 784, [None] * 784]
    path = tmp_path / "lists.parquet"
    pq.write_table(pa.table({"image": lists, "label": [*LABELS[:4], None, 2, 3, 4]}), path)

    rows = open_table(path).read(1, 8)

    np.testing.assert_array_equal(rows.images[:3], IMAGES[1:4])
    assert sorted(rows.errors) == [3, 4, 5, 6]
    assert "a list of 3" in rows.errors[4]
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


def test_rows_of_a_stream_are_read_without_those_before(tmp_path):
    path = tmp_path / "stream.arrow"
    a_stream_of_arrow(path)
    table = open_table(path)
    content = path.read_bytes()
    path.write_bytes(content[:2000] + bytes(len(content) // 2) + content[2000 + len(content) // 2 :])

    np.testing.assert_array_equal(table.read(COUNT - 600, COUNT).images, IMAGES[COUNT - 600 :])
    np.testing.assert_array_equal(table.read(COUNT - 600, COUNT).labels, LABELS[COUNT - 600 :])
    with pytest.raises(DataError, match=r"stream\.arrow"):
        table.read(300, 600)


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


def test_a_csv_file_with_other_lines_than_were_counted_is_noticed(tmp_path):
    path = tmp_path / "train.csv"
    kaggle(path)
    table = open_table(path)
    assert table.count == COUNT
    content = path.read_bytes()
    path.write_bytes(content[:1_000_000] + b"1" * (len(content) - 1_000_000))

    with pytest.raises(DataError, match="some are gone"):
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
