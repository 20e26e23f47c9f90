"""Keras's ``.npz`` files: read as NumPy reads them, and refused where they are not what they should be."""

import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tendigits.data import Data, load_data
from tendigits.data.npz import parse_npz, read_npz
from tendigits.errors import DataError

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
LABELS = np.array([3, 9], np.uint8)
KEYS = ("x_train", "y_train", "x_test", "y_test")


def npy(array: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def npy_with_header(header: bytes, content: bytes = b"", version: int = 1) -> bytes:
    return b"\x93NUMPY" + struct.pack("<BB" + "HI"[version - 1], version, 0, len(header)) + header + content


def npy_of_shape(shape: bytes) -> bytes:
    return npy_with_header(b"{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + b"), }", b"\1")


def npz_of(compression: int = zipfile.ZIP_STORED, **members: bytes | np.ndarray | None) -> bytes:
    """An ``.npz`` of two digits to train and two to test, with some members replaced, added, or (None) left out."""
    whole = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS} | members
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in whole.items():
            if content is not None:
                archive.writestr(f"{name}.npy", content if isinstance(content, bytes) else npy(content))
    return file.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(DataError) as error:
        parse_npz(BytesIO(content), "some.npz")
    assert str(error.value).startswith("some.npz: ")
    return str(error.value)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_what_numpy_saved(save: Callable[..., None], digits: Data, tmp_path: Path) -> None:
    (x_train, y_train), (x_test, y_test) = digits
    save(tmp_path / "digits.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    for pair, expected in zip(load_data(tmp_path / "digits.npz"), digits, strict=True):
        for array, original in zip(pair, expected, strict=True):
            assert array.dtype == np.uint8
            assert array.flags.writeable
            np.testing.assert_array_equal(array, original)


@pytest.mark.parametrize("dtype", ["<i8", ">i4", "<u2", "i1"])
def test_labels_may_be_of_any_integer_type(dtype: str) -> None:
    (_, labels), _ = parse_npz(BytesIO(npz_of(y_train=LABELS.astype(dtype))), "some.npz")
    assert labels.dtype == np.uint8
    assert labels.tolist() == [3, 9]


def test_images_in_fortran_order_are_read() -> None:
    (images, _), _ = parse_npz(BytesIO(npz_of(x_train=np.asfortranarray(IMAGES))), "some.npz")
    np.testing.assert_array_equal(images, IMAGES)


def test_header_of_format_2_is_read() -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n"
    (_, labels), _ = parse_npz(BytesIO(npz_of(y_train=npy_with_header(header, b"\3\x09", version=2))), "some.npz")
    assert labels.tolist() == [3, 9]


def test_other_members_are_not_looked_at() -> None:
    parse_npz(BytesIO(npz_of(notes=b"not an array")), "some.npz")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (
            {"y_test": None},
            "has no y_test; it holds x_train, y_train, x_test; expected x_train, y_train, x_test and y_test",
        ),
        ({"x_train": IMAGES / 255}, "x_train is float64 (2, 28, 28); expected uint8 (n, 28, 28), 0 to 255"),
        ({"x_train": IMAGES.astype(">f4")}, "x_train is float32 (2, 28, 28); expected uint8"),
        ({"x_train": IMAGES[..., None]}, "train: the images are uint8 (2, 28, 28, 1); expected uint8 (n, 28, 28)"),
        ({"x_train": IMAGES.astype(np.int16)}, "the images are int16"),
        ({"x_train": IMAGES.reshape(2, 784)}, "the images are uint8 (2, 784); expected uint8 (n, 28, 28)"),
        ({"x_train": IMAGES[:, 1:]}, "the images are uint8 (2, 27, 28)"),
        ({"x_train": IMAGES[:1]}, "1 images, and labels of shape (2,)"),
        ({"y_train": LABELS.reshape(2, 1)}, "labels of shape (2, 1)"),
        ({"y_train": np.array([0, 10])}, "row 2: the label is 10; expected 0 to 9"),
        ({"y_train": np.array([-1, 0])}, "row 1: the label is -1"),
        ({"x_train": IMAGES[:0], "y_train": LABELS[:0]}, "which is empty"),
        ({"y_train": LABELS.astype(bool)}, "y_train is bool (2,); expected integers (n,), 0 to 9"),
        ({"y_train": np.array(["a", "b"])}, "y_train is text (2,); expected integers"),
        ({"y_train": np.array([{}, []], object)}, "y_train is object (2,); expected integers"),
        ({"y_train": np.uint8(3)}, "y_train is uint8 (); expected integers (n,)"),
        ({"y_train": np.array([(1, 2)], "u1,u1")}, "not an array of integers"),
        ({"y_train": b""}, "cut short: 0 bytes where 8"),
        ({"y_train": b"\x93NUMPY\3\0" + bytes(20)}, "not an .npy array"),
        ({"y_train": npy(LABELS) + b"\0"}, "2 bytes, and holds 3"),
        ({"y_train": npy(LABELS)[:-1]}, "2 bytes, and holds 1"),
        ({"y_train": npy_with_header(b" " * 5000)}, "a header of 5,000 bytes"),
        ({"y_train": npy_with_header(b"", version=2)[:10] + b"\xff\xff"}, "bytes; at most 4,096 are read"),
        ({"y_train": npy_with_header(b"(" * 4000)}, "not an array of integers"),
        ({"y_train": npy_of_shape(b"-1,")}, "not an array of integers"),
        ({"y_train": npy_of_shape(b"9" * 3000 + b",")}, "not an array of integers"),
        ({"y_train": npy_of_shape(b"9999999999, 9999999999, 0")}, "which is empty"),
        ({"y_train": npy_of_shape(b"1, " * 99 + b"1")}, "not an array of integers in one to four dimensions"),
    ],
)
def test_array_that_is_not_what_it_should_be_is_refused(members: dict[str, object], reason: str) -> None:
    assert reason in refusal(npz_of(**members))


def test_of_many_strange_names_the_first_are_shown_so_that_they_can_be_printed() -> None:
    missing = dict.fromkeys(KEYS)
    strangers = {"images": b"", "\x1b[2J": b"", "n" * 200: b""} | {f"number {i}": b"" for i in range(20)}
    assert (
        f"has no x_train; it holds images, '\\x1b[2J', {'n' * 40}, number 0, number 1, 18 more; expected x_train,"
    ) in refusal(npz_of(**missing, **strangers))


def test_file_of_no_arrays_is_said_to_hold_nothing() -> None:
    assert "has no x_train; it holds nothing" in refusal(npz_of(**dict.fromkeys(KEYS)))


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", bytes(1000), npz_of()[:-1], npz_of() + b"\0"])
def test_file_that_is_no_zip_file_is_refused(content: bytes) -> None:
    assert "not an .npz file" in refusal(content)


def test_two_arrays_of_one_name_are_refused() -> None:
    twice = npz_of(y_tesT=LABELS).replace(b"y_tesT.npy", b"y_test.npy")
    assert "holds 2 arrays called y_test" in refusal(twice)


def test_encrypted_array_is_refused() -> None:
    content = bytearray(npz_of())
    content[content.index(b"PK\1\2") + 8] |= 1
    assert "x_train is encrypted" in refusal(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_other_than_deflate_is_refused(method: int) -> None:
    assert f"compressed by method {method}" in refusal(npz_of(method))


def test_changed_value_is_noticed() -> None:
    content = npz_of()
    at = content.index(IMAGES.tobytes())
    assert "Bad CRC-32" in refusal(content[:at] + b"\xff" + content[at + 1 :])


def test_member_outside_of_the_file_is_refused() -> None:
    content = bytearray(npz_of())
    struct.pack_into("<L", content, content.index(b"PK\1\2") + 42, 2**32 - 2)
    assert "damaged zip file" in refusal(bytes(content))


def test_member_of_more_than_the_limit_is_refused_unread() -> None:
    content = bytearray(npz_of())
    struct.pack_into("<L", content, content.index(b"PK\1\2") + 24, 2**31 + 1)
    assert "declares 2,147,483,649 bytes" in refusal(bytes(content))


def test_index_of_countless_members_is_refused_unread() -> None:
    content = bytearray(npz_of())
    struct.pack_into("<L", content, len(content) - 10, 2**17)
    assert "its index is longer" in refusal(bytes(content))


def test_zip64_index_is_refused_unread() -> None:
    content = npz_of()
    assert "its index is longer" in refusal(content[:-22] + b"PK\6\7" + bytes(16) + content[-22:])


@pytest.mark.parametrize(("at", "value"), [(40, 2**17), (40, 2**63), (64, 0)])
def test_index_of_a_file_of_gigabytes_is_no_longer_either(at: int, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    content = bytearray(npz_of())
    assert content[-42:-38] == b"PK\6\7"
    struct.pack_into("<Q", content, len(content) - 98 + at, value)
    assert "its index is longer" in refusal(bytes(content))


GIGABYTE = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1369568, 28, 28), }".ljust(125) + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        npz_of(x_train=npy_with_header(GIGABYTE)),
        npz_of(zipfile.ZIP_DEFLATED, x_train=npy(IMAGES) + bytes(2**26)),
        npz_of(zipfile.ZIP_DEFLATED, x_train=npy_with_header(b" " * 2**15)),
    ],
    ids=["136 bytes claim a gigabyte", "zip bomb", "long header"],
)
def test_little_memory_is_taken_for_a_file_that_lies(content: bytes) -> None:
    tracemalloc.start()
    refusal(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def parsed_or_refused(content: bytes) -> None:
    try:
        data = parse_npz(BytesIO(content), "some.npz")
    except DataError as error:
        said = str(error)
    else:
        assert_digits(data)
        return
    assert said.startswith("some.npz: ")


def assert_digits(data: Data) -> None:
    for images, labels in data:
        assert images.dtype == labels.dtype == np.uint8
        assert images.shape == (len(labels), 28, 28)
        assert labels.max() <= 9


SMALL = {"x_train": IMAGES[:1] * 0, "y_train": LABELS[:1], "x_test": IMAGES[:1] * 0, "y_test": LABELS[:1]}
DEFLATED = npz_of(zipfile.ZIP_DEFLATED, **SMALL)
INDEX = DEFLATED.index(b"PK\1\2")


@given(
    changes=st.lists(
        st.tuples(
            st.one_of(st.integers(0, len(DEFLATED)), st.integers(INDEX, len(DEFLATED)), st.integers(0, 60)),
            st.one_of(st.binary(max_size=4), st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01\x00\x08\x00"])),
            st.integers(0, 4),
        ),
        max_size=4,
    )
)
@settings(max_examples=600, deadline=None)
def test_changed_file_is_data_or_a_data_error(changes: list[tuple[int, bytes, int]]) -> None:
    content = DEFLATED
    for at, new, removed in changes:
        content = content[:at] + new + content[at + removed :]
    parsed_or_refused(content)


@given(
    header=st.one_of(
        st.binary(max_size=80),
        st.text("{}()[]'\",: \\\n\tdescrfontan_ohpTuFalse|<>=iuO0123456789L-+*", max_size=80).map(str.encode),
        st.from_regex(
            rb"\{'descr': '.{1,8}', 'fortran_order': (True|False), 'shape': \([0-9, L-]{0,30}\), \}", fullmatch=True
        ),
    ),
    content=st.binary(max_size=20),
    version=st.sampled_from([1, 2]),
)
@settings(max_examples=300, deadline=None)
def test_any_header_gives_data_or_a_data_error(header: bytes, content: bytes, version: int) -> None:
    parsed_or_refused(npz_of(**SMALL | {"y_train": npy_with_header(header, content, version)}))


def test_a_file_that_is_refused_is_named_and_so_is_one_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    path.write_bytes(npz_of(y_train=None))
    for read in (read_npz, load_data):
        with pytest.raises(DataError, match=f"^{re.escape(str(path))}: "):
            read(path)
    with pytest.raises(DataError, match=f"^{re.escape(str(tmp_path / 'none.npz'))}: cannot be read: "):
        read_npz(tmp_path / "none.npz")
