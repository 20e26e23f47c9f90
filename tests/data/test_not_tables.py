"""Files that are nearly tables of images: what they are is said, and what is to be done about it."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from tendigits.data import write_idx
from tendigits.data.tables import is_table, open_table
from tendigits.errors import DataError

IMAGES = np.random.default_rng(8).integers(0, 256, (40, 28, 28), np.uint8)
NAMES = ",".join(["label", *(f"pixel{number}" for number in range(784))])
CSV = "\n".join([NAMES, *(",".join(map(str, [3, *image.ravel()])) for image in IMAGES)]) + "\n"
WITHOUT_NAMES = CSV.partition("\n")[2]


def zip_of(**contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


def npy_of(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def idx_of(path, array):
    write_idx(path, array)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CSV.replace(",", ";").encode(), "separated by semicolons; save the table as CSV, with commas"),
        (WITHOUT_NAMES.replace(",", "\t").encode(), "separated by tabs; save the table as CSV, with commas"),
        (CSV.encode("utf-16"), "UTF-16; save the table as CSV UTF-8"),
        (b"\xfe\xff" + CSV.encode("utf-16-be"), "UTF-16; save the table as CSV UTF-8"),
        (CSV.encode("utf-16-le"), "UTF-16; save the table as CSV UTF-8"),
        (WITHOUT_NAMES.encode("utf-16-be"), "UTF-16; save the table as CSV UTF-8"),
        (CSV.replace(",", "\t").encode("utf-16"), "UTF-16; save the table as CSV UTF-8, with commas"),
        (CSV.replace("\n", "\r").encode(), "lines end in CR alone.*; save the table as CSV"),
        (WITHOUT_NAMES.partition("\n")[0].encode() + b"\r" + NAMES.encode(), "lines end in CR alone"),
        (gzip.compress(CSV.encode()), "a gzip file.*; unpack it"),
        (gzip.compress(CSV.encode())[:3], "a gzip file.*; unpack it"),
        (b"\x1f\x8b" + b"\xff" * 100, "a gzip file.*; unpack it"),
        (zip_of(train_csv=CSV), "a zip file.*; unpack it"),
        (zip_of(train_csv=CSV) + b"more", "a zip file.*; unpack it"),
        (npy_of(IMAGES), "a NumPy file of one array; save it as NPZ:  numpy.savez"),
    ],
)
def test_what_it_is_and_what_to_do_is_said(tmp_path, content, said):
    path = tmp_path / "train.csv"
    path.write_bytes(content)

    assert not is_table(path)
    with pytest.raises(DataError, match=rf"train\.csv: no table of images: .*{said}"):
        open_table(path)


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize(("array", "dimensions"), [(np.arange(9, dtype=np.uint8), 1), (IMAGES[0], 2)])
def test_an_idx_file_that_is_not_of_images_is_no_table(tmp_path, compress, array, dimensions):
    path = tmp_path / "idx"
    path.write_bytes(compress(idx_of(path, array)))

    assert not is_table(path)
    with pytest.raises(DataError, match=f"an IDX file in {dimensions} dimensions; images are in 3"):
        open_table(path)


@pytest.mark.parametrize(
    "contents",
    [{"images_npy": npy_of(IMAGES)}, {"README": "what it is", "images_npy": npy_of(IMAGES)}],
    ids=["arrays", "a text before"],
)
def test_a_zip_file_with_an_array_in_it_is_a_table(tmp_path, contents):
    path = tmp_path / "some.zip"
    path.write_bytes(zip_of(**contents))

    assert is_table(path)
    np.testing.assert_array_equal(open_table(path).read(0, 40).images, IMAGES)


def test_an_npz_file_that_is_cut_short_is_said_to_be_so(tmp_path):
    path = tmp_path / "some.npz"
    path.write_bytes(zip_of(images_npy=npy_of(IMAGES))[:-400])

    assert is_table(path)
    with pytest.raises(DataError, match="does not end as a zip file does"):
        open_table(path)


def test_a_name_in_cr_and_lf_is_no_old_line_end(tmp_path):
    path = tmp_path / "train.csv"
    path.write_bytes(CSV.replace("\n", "\r\n").encode())

    assert is_table(path)
