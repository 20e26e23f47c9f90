"""Columns of whole images in Parquet and Arrow files: what is an image is taken, and the rest is its row's error."""

import tracemalloc

import cv2
import numpy as np
import pytest

from tendigits.data.tables import open_table
from tendigits.image import limits

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

IMAGES = np.random.default_rng(9).integers(0, 256, (20, 28, 28), np.uint8)
PNGS = [cv2.imencode(".png", image)[1].tobytes() for image in IMAGES]


def opened(path, column):
    table = pa.table({"image": column})
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table)
    return open_table(path)


KINDS = [pa.binary(), pa.large_binary(), pa.binary_view(), pa.dictionary(pa.int32(), pa.binary())]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_file_that_is_too_long_is_its_row_s_error_and_not_copied(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10_000_000)
    table = opened(tmp_path / "some.arrow", pa.array([PNGS[0], bytes(10_000_001), PNGS[1]], kind))

    tracemalloc.start()
    rows = table.read(0, 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert list(rows.images) == [PNGS[0], b"", PNGS[1]]
    assert rows.errors == {1: "the image has 10,000,001 bytes; at most 10,000,000 are read"}
    assert peak < 5_000_000


def test_a_file_as_long_as_may_be_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(PNGS[0]))

    assert not opened(tmp_path / "some.parquet", [PNGS[0]]).read(0, 1).errors


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
@pytest.mark.parametrize("inside", [True, False], ids=["in structs", "alone"])
def test_images_that_are_there_once_and_named_often_are_read(tmp_path, suffix, inside):
    chosen = [3, 1, 3, None, 0, 3]
    column = pa.array([None if number is None else PNGS[number] for number in chosen]).dictionary_encode()
    if inside and suffix == ".arrow":
        column = pa.StructArray.from_arrays([column], ["bytes"])

    table = opened(tmp_path / f"some{suffix}", column)

    assert table.is_encoded
    assert list(table.read(0, 6).images) == [b"" if number is None else PNGS[number] for number in chosen]
    assert table.read(2, 6).errors == {1: "the row has no image"}


def test_a_dictionary_of_words_is_no_column_of_images(tmp_path):
    words = pa.array(["a", "b"]).dictionary_encode()
    table = pa.table({"image": [image.ravel() for image in IMAGES[:2]], "content": words})
    pq.write_table(table, tmp_path / "some.parquet")

    np.testing.assert_array_equal(open_table(tmp_path / "some.parquet").read(0, 2).images, IMAGES[:2])


def test_a_struct_that_is_missing_is_no_image_whatever_is_under_it(tmp_path):
    missing = pa.array([False, True, False])
    structs = pa.StructArray.from_arrays([pa.array(PNGS[:3])], ["bytes"], mask=missing)

    rows = opened(tmp_path / "some.arrow", structs).read(0, 3)

    assert list(rows.images) == [PNGS[0], b"", PNGS[2]]
    assert rows.errors == {1: "the row has no image"}


@pytest.mark.parametrize("shape", [(784,), (28, 28), (28, 28, 1), (1, 28, 28)], ids=str)
def test_lists_in_the_shape_of_an_image_are_images(tmp_path, shape):
    table = opened(tmp_path / "some.parquet", [image.reshape(shape).tolist() for image in IMAGES])

    for start, stop in ((0, 20), (3, 5)):
        rows = table.read(start, stop)
        np.testing.assert_array_equal(rows.images, IMAGES[start:stop])
        assert not rows.errors


@pytest.mark.parametrize("shape", [(14, 56), (56, 14), (1, 784), (784, 1), (28, 14, 2), (1, 28, 28, 1)], ids=str)
def test_as_many_numbers_in_another_shape_are_no_image(tmp_path, shape):
    rows = opened(tmp_path / "some.parquet", [image.reshape(shape).tolist() for image in IMAGES]).read(0, 20)

    assert sorted(rows.errors) == list(range(20))
    assert f"a list of {shape[0]}, and not 784 numbers or 28 lists of 28" in rows.errors[7]
    assert not rows.images.any()


def test_lists_of_other_lengths_take_no_other_row(tmp_path):
    lists = [image.tolist() for image in IMAGES]
    lists[2], lists[5], lists[9] = IMAGES[2].reshape(14, 56).tolist(), None, lists[9][:27]
    lists[11][3] = lists[11][3][:27]
    lists[12][0], lists[12][1] = [*lists[12][0], *lists[12][1][:1]], lists[12][1][1:]
    lists[15][8] = None

    rows = opened(tmp_path / "some.parquet", lists).read(0, 20)

    assert sorted(rows.errors) == [2, 5, 9, 11, 12, 15]
    whole = [number for number in range(20) if number not in rows.errors]
    np.testing.assert_array_equal(rows.images[whole], IMAGES[whole])


def test_views_that_all_look_at_the_same_numbers_take_no_memory(tmp_path):
    count, length = 500, 1_000_000
    begins, sizes = pa.array([0] * count, pa.int32()), pa.array([length] * (count - 1) + [784], pa.int32())
    views = pa.ListViewArray.from_arrays(begins, sizes, pa.array(np.zeros(length, np.uint8)))
    table = opened(tmp_path / "some.arrow", views)
    before = pa.default_memory_pool().max_memory()

    rows = table.read(0, count)

    assert len(rows.errors) == count - 1
    assert pa.default_memory_pool().max_memory() < before + 50_000_000
