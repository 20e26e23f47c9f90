"""IDX files: what is written is read again, and what is malformed is refused with its reason."""

import gzip
import hashlib
import struct
import tracemalloc
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tendigits.data import read_idx, write_idx
from tendigits.data.idx import idx_sha256, parse_idx
from tendigits.errors import DataError

BYTES = struct.Struct(">HBBI")
THREE = BYTES.pack(0, 8, 1, 3) + b"abc"


def gzipped(content: bytes) -> bytes:
    """Return it compressed, without the time: tests must be called the same in all processes that run them."""
    return gzip.compress(content, mtime=0)


def written(array: np.ndarray, folder: Path) -> Path:
    write_idx(folder / "file", array)
    return folder / "file"


@given(array=arrays(np.uint8, array_shapes(max_dims=3, max_side=7)))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_again(array: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = read_idx(written(array, tmp_path_factory.mktemp("idx")))
    assert again.dtype == np.uint8
    np.testing.assert_array_equal(again, array)


def test_file_is_laid_out_as_published(tmp_path: Path) -> None:
    path = written(np.array([[1, 2, 3], [4, 5, 6]], np.uint8), tmp_path)
    assert path.read_bytes() == bytes.fromhex("0000 0802 0000 0002 0000 0003 0102 0304 0506")


def test_transposed_array_is_written_in_its_own_order(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.uint8).reshape(2, 3).T
    np.testing.assert_array_equal(read_idx(written(array, tmp_path)), array)


def test_array_that_was_read_can_be_written_to(tmp_path: Path) -> None:
    array = read_idx(written(np.zeros(3, np.uint8), tmp_path))
    array[0] = 9
    assert array.tolist() == [9, 0, 0]


def test_gzipped_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(gzip.compress(THREE))
    assert bytes(read_idx(tmp_path / "file")) == b"abc"


@given(count=st.integers(1, 300_000), repeated=st.integers(1, 5000), level=st.integers(0, 9), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_gzipped_content_of_any_size_comes_out_as_it_went_in(count: int, repeated: int, level: int, seed: int) -> None:
    values = np.resize(np.random.default_rng(seed).integers(0, 256, repeated, np.uint8), count)
    packed = gzip.compress(BYTES.pack(0, 8, 1, count) + values.tobytes(), compresslevel=level)
    np.testing.assert_array_equal(parse_idx(BytesIO(packed), "file"), values)


def test_raw_file_that_is_called_gz_is_read(tmp_path: Path) -> None:
    (tmp_path / "file.gz").write_bytes(THREE)
    assert bytes(read_idx(tmp_path / "file.gz")) == b"abc"


def test_hash_is_that_of_the_file(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert idx_sha256(array) == hashlib.sha256(written(array, tmp_path).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("dtype", "code", "stored"), [(np.float16, 13, ">f4"), (np.float32, 13, ">f4"), (float, 14, ">f8")]
)
def test_hash_of_floats_is_that_of_a_big_endian_file(dtype: type, code: int, stored: str) -> None:
    array = np.array([0.25, -1.5], dtype)
    file = BYTES.pack(0, code, 1, 2) + array.astype(stored).tobytes()
    assert idx_sha256(array) == hashlib.sha256(file).hexdigest()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut short: 0 bytes where 4"),
        (b"\0\0\x08\x03\0\0", "cut short: 2 bytes where 12"),
        (b"PK\3\4" + bytes(20), "starts with 50 4b 03 04"),
        (BYTES.pack(0, 13, 1, 3) + bytes(12), "not an IDX file of bytes"),
        (BYTES.pack(0, 8, 0, 0), "not an IDX file of bytes"),
        (BYTES.pack(0, 8, 4, 1) + bytes(20), "not an IDX file of bytes"),
        (BYTES.pack(0, 8, 1, 0), "declares (0,), 0 values"),
        (BYTES.pack(0, 8, 1, 4) + b"abc", "cut short: 3 bytes where 4"),
        (THREE + b"\0", "goes on after the last value"),
        (BYTES.pack(0, 8, 1, 2**31 + 1) + b"abc", "expected 1 to 2,147,483,648"),
        (struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1), "expected 1 to 2,147,483,648"),
        (struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 2**32 - 1, 0), "0 values"),
        (gzipped(THREE)[:-9], "cut short: its compressed content has no end"),
        (gzipped(THREE)[:-1], "cut short"),
        (gzipped(THREE)[:10] + b"\xff" * 10, "damaged"),
        (gzipped(THREE)[:-8] + bytes(8), "damaged"),
        (gzipped(THREE) + b"rubbish", "goes on after the end of its compressed content"),
        (gzipped(THREE) + bytes(1000), "goes on after the end of its compressed content"),
        (gzipped(THREE) + bytes(2**17), "goes on after the end of its compressed content"),
        (gzipped(THREE) + gzipped(b""), "goes on after the end of its compressed content"),
        (gzipped(THREE[:8]) + gzipped(THREE[8:]), "goes on after the end of its compressed content"),
        (gzipped(THREE + b"\0"), "goes on after the last value"),
    ],
)
def test_malformed_file_is_refused_with_its_name_and_the_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "some-file"
    path.write_bytes(content)
    with pytest.raises(DataError) as refusal:
        read_idx(path)
    assert str(path) in str(refusal.value)
    assert reason in str(refusal.value)


def test_missing_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing-here: cannot be read: No such file"):
        read_idx(tmp_path / "nothing-here")


def test_limit_is_the_most_that_is_read() -> None:
    assert parse_idx(BytesIO(THREE), "file", limit=3).shape == (3,)
    with pytest.raises(DataError, match="3 values; expected 1 to 2"):
        parse_idx(BytesIO(THREE), "file", limit=2)


@pytest.mark.parametrize(
    "content",
    [
        BYTES.pack(0, 8, 1, 2**30) + bytes(100),
        gzipped(BYTES.pack(0, 8, 1, 2**30) + bytes(100)),
        gzip.compress(THREE + bytes(2**26)),
    ],
    ids=["raw file claims a gigabyte", "gzip file claims a gigabyte", "gzip bomb"],
)
def test_little_memory_is_taken_for_a_file_that_lies(content: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(DataError):
        parse_idx(BytesIO(content), "file")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 2**20


@pytest.mark.parametrize(
    "array",
    [np.zeros(3), np.zeros((), np.uint8), np.zeros((1, 1, 1, 1), np.uint8), np.zeros((0, 28, 28), np.uint8)],
    ids=["floating", "no dimension", "four dimensions", "empty"],
)
def test_array_that_no_idx_file_holds_is_not_written(array: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot hold"):
        write_idx(tmp_path / "file", array)
    assert not list(tmp_path.iterdir())


@given(
    content=st.sampled_from(
        [THREE, gzip.compress(THREE), gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 2, 2, 2) + bytes(8))]
    ),
    changes=st.lists(st.tuples(st.integers(0, 60), st.binary(max_size=3), st.integers(0, 3)), max_size=4),
)
@settings(max_examples=400, deadline=None)
def test_changed_file_is_an_array_or_a_data_error(content: bytes, changes: list[tuple[int, bytes, int]]) -> None:
    for at, new, removed in changes:
        content = content[:at] + new + content[at + removed :]
    try:
        array = parse_idx(BytesIO(content), "file")
    except DataError as error:
        said = str(error)
    else:
        assert array.dtype == np.uint8
        assert array.size
        return
    assert said.startswith("file: ")
