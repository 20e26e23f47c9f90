"""Tables in IDX and NPZ files: read where they lie, or unpacked when rows are asked for; no size is believed."""

import gzip
import io
import multiprocessing
import re
import shutil
import struct
import tempfile
import zipfile
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tendigits.data import write_idx
from tendigits.data.idx import idx_array
from tendigits.data.npz import npz_array
from tendigits.data.tables import open_table
from tendigits.errors import DataError

GENERATOR = np.random.default_rng(7)
IMAGES = GENERATOR.integers(0, 256, (90, 28, 28), np.uint8)
LABELS = GENERATOR.integers(0, 10, 90)
SPANS = [(0, 90), (7, 8), (30, 90), (90, 90), (0, 0)]


def save_idx(path):
    write_idx(path, IMAGES)


def save_gzipped_idx(path):
    save_idx(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def save_npz(path):
    path.write_bytes(npz_of(images=IMAGES, labels=LABELS))


def save_compressed_npz(path):
    path.write_bytes(npz_of(np.savez_compressed, images=IMAGES, labels=LABELS))


def npz_of(save=np.savez, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("save", [save_idx, save_npz])
def test_a_file_that_shrinks_while_it_is_read_is_an_error_and_not_the_end_of_the_process(tmp_path, save):
    save(tmp_path / "images")
    table = open_table(tmp_path / "images")
    np.testing.assert_array_equal(table.read(0, 90).images, IMAGES)

    with (tmp_path / "images").open("r+b") as file:
        file.truncate(500)

    with pytest.raises(DataError, match=r"images.* has become shorter since it was opened"):
        table.read(0, 90)


@pytest.mark.parametrize("save", [save_idx, save_npz])
def test_what_is_not_compressed_is_not_unpacked(tmp_path, save, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    save(tmp_path / "images")

    np.testing.assert_array_equal(open_table(tmp_path / "images").read(3, 70).images, IMAGES[3:70])


@pytest.mark.parametrize("save", [save_gzipped_idx, save_compressed_npz])
def test_what_is_compressed_is_unpacked_once_and_when_rows_are_read(tmp_path, save, monkeypatch):
    made, make = [], tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **options: made.append(make(**options)) or made[-1])
    save(tmp_path / "images")

    table = open_table(tmp_path / "images")

    assert table.count == 90
    assert not made
    table.read(0, 10)
    count = len(made)
    assert count == 1 + table.is_labelled
    table.read(10, 90)
    assert len(made) == count


@pytest.mark.parametrize("save", [save_gzipped_idx, save_compressed_npz])
def test_what_has_no_room_to_be_unpacked_says_what_it_takes(tmp_path, save, monkeypatch):
    save(tmp_path / "images")
    table = open_table(tmp_path / "images")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, IMAGES.nbytes - 1))

    with pytest.raises(DataError, match=r"images.*takes 70,560 bytes there, and 70,559 are free; .*TMPDIR"):
        table.read(0, 1)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, ">i2", "<u4"])
@pytest.mark.parametrize("width", [3, 2])
def test_arrays_of_any_order_and_labels_of_any_type_are_as_they_were(tmp_path, save, order, dtype, width):
    images = np.asarray(IMAGES.reshape((90, 28, 28) if width == 3 else (90, 784)), order=order)
    (tmp_path / "some.npz").write_bytes(npz_of(save, images=images, labels=LABELS.astype(dtype)))

    table = open_table(tmp_path / "some.npz")

    for start, stop in SPANS:
        rows = table.read(start, stop)
        np.testing.assert_array_equal(rows.images, IMAGES[start:stop])
        np.testing.assert_array_equal(rows.labels, LABELS[start:stop])
        assert (rows.images.dtype, rows.labels.dtype) == (np.uint8, np.int64)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_file_that_is_written_as_those_of_gigabytes_are_is_read(tmp_path, save, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    content = npz_of(save, images=IMAGES, labels=LABELS)
    assert content[-42:-38] == b"PK\6\7"
    (tmp_path / "some.npz").write_bytes(content)

    rows = open_table(tmp_path / "some.npz").read(5, 80)

    np.testing.assert_array_equal(rows.images, IMAGES[5:80])
    np.testing.assert_array_equal(rows.labels, LABELS[5:80])


def test_an_array_may_have_a_channel(tmp_path):
    (tmp_path / "some.npz").write_bytes(npz_of(images=IMAGES.reshape(90, 28, 28, 1)))

    np.testing.assert_array_equal(open_table(tmp_path / "some.npz").read(5, 80).images, IMAGES[5:80])


def test_what_arrays_are_that_are_no_images_is_said(tmp_path):
    (tmp_path / "some.npz").write_bytes(npz_of(images=IMAGES / 255, labels=LABELS))

    with pytest.raises(DataError, match=r"It holds: images is float64 \(90, 28, 28\), labels is int64 \(90,\)$"):
        open_table(tmp_path / "some.npz")


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_the_shape_of_images_is_looked_at_before_any_is_read(tmp_path, compress):
    write_idx(tmp_path / "images", IMAGES[:, :20])
    (tmp_path / "images").write_bytes(compress((tmp_path / "images").read_bytes()))

    with pytest.raises(DataError, match=r"images: the images are uint8 \(90, 20, 28\)"):
        open_table(tmp_path / "images")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_array_that_is_longer_than_it_says_is_refused_when_it_is_opened(tmp_path, save):
    content = npz_of(save, images=IMAGES)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        array, method = archive.read("images.npy"), archive.infolist()[0].compress_type
    with zipfile.ZipFile(tmp_path / "some.npz", "w", method) as archive:
        archive.writestr("images.npy", array + b"1")

    with pytest.raises(DataError, match="70,560 bytes, and holds 70,561"):
        open_table(tmp_path / "some.npz")


@pytest.mark.parametrize("more", [b"1", b"123", -1, -784])
def test_an_idx_file_that_is_not_as_long_as_it_says_is_refused_when_it_is_opened(tmp_path, more):
    save_idx(tmp_path / "images")
    content = (tmp_path / "images").read_bytes()
    (tmp_path / "images").write_bytes(content + more if isinstance(more, bytes) else content[:more])

    held = (tmp_path / "images").stat().st_size - 16
    with pytest.raises(DataError, match=rf"images: declares \(90, 28, 28\), 70,560 values, and holds {held:,}$"):
        open_table(tmp_path / "images")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_an_idx_file_that_cannot_be_opened_is_named(tmp_path, pack):
    path = tmp_path / "images"
    for content, said in (
        (struct.pack(">HBB3I", 0, 8, 3, 0, 28, 28), r"declares \(0, 28, 28\), no values"),
        (struct.pack(">HBB2I", 0, 8, 3, 90, 28), "cut short"),
    ):
        path.write_bytes(pack(content))
        with pytest.raises(DataError, match=f"^{re.escape(str(path))}: .*{said}"):
            open_table(path)


def test_one_value_is_an_array(tmp_path):
    write_idx(tmp_path / "labels", np.ones(1, np.uint8))

    assert idx_array(tmp_path / "labels").rows(0, 1).tolist() == [1]


@pytest.mark.parametrize("values", [np.float32(IMAGES), IMAGES.astype(str)], ids=["floating", "texts"])
def test_an_array_of_anything_but_whole_numbers_is_named(tmp_path, values):
    path = tmp_path / "some.npz"
    path.write_bytes(npz_of(images=values))

    named = re.escape(str(path))
    with pytest.raises(DataError, match=f"^{named}: images is .*; expected integers"):
        npz_array(path, "images")
    with pytest.raises(DataError, match=f"^{named}: .*labels"):
        npz_array(path, "labels")


def test_a_gzipped_idx_file_that_goes_on_after_its_images_is_refused_when_it_is_read(tmp_path):
    save_idx(tmp_path / "images")
    (tmp_path / "images").write_bytes(gzip.compress((tmp_path / "images").read_bytes() + b"1"))

    with pytest.raises(DataError, match="images: goes on after the last value"):
        open_table(tmp_path / "images").read(0, 1)


@pytest.mark.parametrize("save", [save_gzipped_idx, save_compressed_npz])
def test_what_does_not_match_its_checksum_is_refused_when_it_is_read(tmp_path, save):
    save(tmp_path / "images")
    content = bytearray((tmp_path / "images").read_bytes())
    for checksum in (-8,) if save is save_gzipped_idx else (14, content.index(b"PK\1\2") + 16):
        content[checksum] ^= 1
    (tmp_path / "images").write_bytes(content)
    table = open_table(tmp_path / "images")

    with pytest.raises(DataError, match="images: damaged"):
        table.read(0, 1)


@pytest.mark.parametrize("where", ["compressed", "both"])
def test_an_index_that_gives_a_stored_array_another_size_is_refused(tmp_path, where):
    content = bytearray(npz_of(images=IMAGES))
    entry, header = content.index(b"PK\1\2"), content.index(b"(90, 28, 28)")
    packed, size = struct.unpack_from("<2L", content, entry + 20)
    if where == "compressed":
        struct.pack_into("<L", content, entry + 20, packed - 1)
    else:
        content[header : header + 12] = b"(99, 28, 28)"
        struct.pack_into("<2L", content, entry + 20, packed + 9 * 784, size + 9 * 784)
    (tmp_path / "some.npz").write_bytes(content)

    with pytest.raises(DataError, match=r"some\.npz.*damaged zip file"):
        open_table(tmp_path / "some.npz")


SMALL = npz_of(images=IMAGES[:2], labels=LABELS[:2])
PLACES = [place for place in range(len(SMALL)) if not 200 < place < 1700]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.binary(max_size=3), st.integers(0, 3)), max_size=3))
def test_a_changed_file_is_a_table_or_a_data_error(tmp_path, changes):
    content = SMALL
    for at, new, removed in changes:
        content = content[:at] + new + content[at + removed :]
    (tmp_path / "some.npz").write_bytes(content)
    try:
        table = open_table(tmp_path / "some.npz")
        rows = table.read(0, table.count)
    except DataError as error:
        said = str(error)
    else:
        assert rows.images.shape == (table.count, 28, 28)
        return
    assert said.startswith(str(tmp_path / "some.npz"))


@pytest.mark.parametrize("name", ["y", "labels", "Digit"])
def test_of_several_arrays_of_whole_numbers_the_one_called_so_has_the_labels(tmp_path, name):
    others = {"ids": np.arange(90), "writers": np.arange(90) // 10}
    (tmp_path / "some.npz").write_bytes(npz_of(images=IMAGES, **others, **{name: LABELS}))

    np.testing.assert_array_equal(open_table(tmp_path / "some.npz").read(0, 90).labels, LABELS)


def test_of_several_arrays_of_whole_numbers_none_called_so_none_has_the_labels(tmp_path):
    (tmp_path / "some.npz").write_bytes(npz_of(images=IMAGES, ids=np.arange(90), writers=np.arange(90)))

    assert not open_table(tmp_path / "some.npz").is_labelled


def test_labels_may_be_called_so_whatever_the_images_are_called(tmp_path):
    (tmp_path / "some.npz").write_bytes(npz_of(x=IMAGES, labels=LABELS))

    np.testing.assert_array_equal(open_table(tmp_path / "some.npz").read(0, 90).labels, LABELS)


def test_labels_to_train_with_are_not_those_of_the_test_set(tmp_path):
    (tmp_path / "some.npz").write_bytes(npz_of(x_train=IMAGES, y_train=LABELS, x_test=IMAGES))

    assert not open_table(tmp_path / "some.npz").is_labelled


def test_what_else_an_archive_holds_is_not_said_of_its_arrays(tmp_path):
    with zipfile.ZipFile(tmp_path / "some.npz", "w") as archive:
        archive.writestr("README.txt", "words")
        file = io.BytesIO()
        np.save(file, np.zeros((3, 2), np.uint8))
        archive.writestr("\x1b[2Ja.npy", file.getvalue())

    with pytest.raises(DataError, match=r"It holds: \\x1b\[2Ja is uint8 \(3, 2\)$"):
        open_table(tmp_path / "some.npz")


def unpack_on_a_full_disk(path):
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    open_table(path).read(0, 1)


@pytest.mark.parametrize("count", [20, 90], ids=["less than is written at once", "more"])
def test_a_disk_that_is_full_while_images_are_unpacked_is_said_to_be(tmp_path, count):
    pytest.importorskip("resource", reason="a limit on what may be written needs POSIX")
    images = np.tile(IMAGES[:1], (count * (1 if count < 50 else 40), 1, 1))
    (tmp_path / "some.npz").write_bytes(npz_of(np.savez_compressed, images=images))

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(unpack_on_a_full_disk, tmp_path / "some.npz").exception()

    assert isinstance(error, DataError)
    assert f"cannot be unpacked in {tempfile.gettempdir()}: it takes {images.nbytes:,} bytes there" in str(error)
    assert "TMPDIR" in str(error)
