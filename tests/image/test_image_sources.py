"""What `pages` takes: paths, bytes, file objects and arrays; and what it says of what it does not take."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from image_files import drawing, one, saved

from tendigits.errors import ImageError
from tendigits.image import pages
from tendigits.image.limits import MAX_FILE_BYTES

PIXELS = np.asarray(drawing())
PNG = saved(drawing(), "PNG")


class Pipe:
    """A file object that can only be read, a few bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, 100))


def refusal(source: Any) -> str:
    with pytest.raises(ImageError) as error:
        list(pages(source))
    return str(error.value)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, io.BytesIO, Pipe])
def test_bytes_and_file_objects_are_read(wrap: Callable[[bytes], Any]) -> None:
    np.testing.assert_array_equal(one(wrap(PNG)), PIXELS)


@pytest.mark.parametrize("name", ["page.png", "page", "page.jpg", "пример 7.png"])
def test_path_is_read_by_its_content_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(PNG)
    np.testing.assert_array_equal(one(tmp_path / name), PIXELS)
    np.testing.assert_array_equal(one(str(tmp_path / name)), PIXELS)


def test_path_of_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(PNG)
    with os.scandir(os.fsencode(tmp_path)) as entries:
        np.testing.assert_array_equal(one(next(entries)), PIXELS)


def test_memoryview_with_gaps_is_read() -> None:
    np.testing.assert_array_equal(one(memoryview(np.repeat(np.frombuffer(PNG, np.uint8), 2))[::2]), PIXELS)


def test_file_object_is_read_from_its_beginning() -> None:
    file = io.BytesIO(PNG)
    file.seek(0, io.SEEK_END)
    np.testing.assert_array_equal(one(file), PIXELS)


def test_pipe_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(PNG)
    with os.fdopen(reading, "rb") as file:
        np.testing.assert_array_equal(one(file), PIXELS)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[0, 128], [7, 255]], np.uint8),
        np.array([[[0, 128, 3]], [[7, 255, 9]]], np.uint8),
        np.array([[[0], [128]], [[7], [255]]], np.uint8),
        np.array([[0, 128], [7, 255]], np.uint8).T[::-1],
    ],
)
def test_uint8_array_is_taken_as_it_is(array: np.ndarray) -> None:
    np.testing.assert_array_equal(one(array), np.broadcast_to(np.atleast_3d(array), (*array.shape[:2], 3)))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[False, True]]), [0, 255]),
        (np.array([[0.0, 0.5, 1.0]]), [0, 128, 255]),
        (np.array([[0.0, 0.25, 1.0]], np.float16), [0, 64, 255]),
        (np.array([[-1e-7, 0.5, 1.0000001]]), [0, 128, 255]),
        (np.array([[0, 0.5, np.nextafter(np.float16(1), np.float16(2))]], np.float16), [0, 128, 255]),
        (np.array([[0, 257 * 100, 65535]], np.uint16), [0, 100, 255]),
        (np.array([[0, 257 * 100, 65535]], ">u2"), [0, 100, 255]),
        (np.array([[0, 1024, 4095]], np.uint16), [0, 64, 255]),
        (np.array([[0, 100, 255]], np.uint16), [0, 100, 255]),
    ],
)
def test_other_arrays_are_scaled_to_8_bits(array: np.ndarray, expected: list[int]) -> None:
    assert one(array)[0, :, 1].tolist() == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_opacity_of_an_array_lies_on_white(dtype: type) -> None:
    values = np.random.default_rng(1).random((200, 30, 4))
    values[0, 0] = 1
    scale = 1 if dtype == np.float32 else np.iinfo(dtype).max
    array = np.rint(values * scale).astype(dtype) if scale > 1 else values.astype(dtype)
    colours, opacity = array[..., :3] / scale, array[..., 3:] / scale
    assert (
        np.abs(one(array) - 255 * (colours * opacity + 1 - opacity)).max() < 1.5
    )  # three roundings, of half a level each


def test_page_is_the_caller_s_own() -> None:
    array = np.zeros((4, 5, 3), np.uint8)
    page = one(array)
    page[:] = 9
    assert not array.any()
    assert one(PNG).flags.writeable
    assert one(PNG).flags.c_contiguous


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((2, 2), np.int64), "if 255 is white in it, pass array.astype(numpy.uint8)"),
        (np.zeros((2, 2), np.int64), "an array of int64 (2, 2) is no image; expected uint8, uint16, bool or floating"),
        (np.zeros(4, np.uint8), "uint8 (4,) is no image"),
        (np.zeros((2, 2, 2), np.uint8), "uint8 (2, 2, 2) is no image"),
        (np.zeros((1, 2, 2, 3), np.uint8), "uint8 (1, 2, 2, 3) is no image"),
        (np.array([["a"]]), "<U1 (1, 1) is no image"),
        (np.array([[{}]]), "object (1, 1) is no image"),
        (np.zeros((0, 5), np.uint8), "5 x 0 pixels: there is nothing to read"),
        (np.array([[0.0, 1.5]]), "its values reach from 0 to 1.5; expected 0 (black) to 1"),
        (np.array([[-0.5, 1]]), "its values reach from -0.5 to 1; expected 0"),
        (np.array([[0, 1.0025]]), "its values reach from 0 to 1.0025; expected 0 (black) to 1"),
        (np.array([[-0.0025, 1]]), "its values reach from -0.0025 to 1"),
        (np.array([[np.nan, 1]]), "its values reach from nan"),
        (np.array([[np.inf, 1]]), "its values reach from 1 to inf"),
        (np.broadcast_to(np.uint8(0), (9000, 9000)), "9,000 x 9,000 pixels; at most 80 million are read"),
        (
            np.broadcast_to(np.uint8(0), (70_000, 1)),
            "1 x 70,000 pixels; at most 80 million are read, and 65,535 in a row",
        ),
    ],
)
def test_array_that_is_no_image_is_refused_with_what_was_expected(array: np.ndarray, reason: str) -> None:
    assert reason in refusal(array)


@pytest.mark.parametrize("source", [None, 7, [PNG], {"path": "page.png"}])
def test_anything_else_is_refused_with_what_was_expected(source: Any) -> None:
    message = f"cannot read an object of type {type(source).__name__}; expected a path, bytes, a binary file object or"
    assert refusal(source) == f"{message} a NumPy array"


def test_image_of_pillow_is_refused_with_what_to_pass() -> None:
    message = refusal(drawing())
    assert "an object of type Image" in message
    assert message.endswith('for a Pillow image numpy.asarray(image.convert("RGB"))')


def test_path_without_a_name_is_said_to_have_none() -> None:
    assert refusal("") == "a path without a name; name an image"


def test_standard_input_is_called_so() -> None:
    empty = io.BytesIO()
    empty.name = "<stdin>"
    assert refusal(empty).startswith("standard input: empty")


def test_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.png") == f"{tmp_path / 'no.png'}: there is no such file; check its name and folder"


def test_home_s_sign_is_said_to_be_none_of_a_name() -> None:
    assert refusal("~/no.png") == "~/no.png: there is no such file; write its folder in full, without ~"


def test_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: a folder; name an image in it"


def test_file_as_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(PNG)
    assert "cannot be read: Not a directory" in refusal(tmp_path / "page.png" / "7")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a file that this user may not read")
def test_forbidden_file_is_said_to_be_forbidden(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(PNG)
    (tmp_path / "page.png").chmod(0)
    assert "you are not allowed to read it; change its permissions" in refusal(tmp_path / "page.png")


def test_forbidden_file_is_said_to_be_forbidden_whoever_runs_this(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert refusal("page.png") == ("page.png: cannot be opened: you are not allowed to read it; change its permissions")


@pytest.mark.parametrize("name", ["page\0.png", "x" * 5000])
def test_name_that_no_file_can_have_is_refused(name: str) -> None:
    assert "cannot be read" in refusal(name)


@pytest.mark.parametrize(
    "address", ["https://example.org/7.png", "HTTP://EXAMPLE.ORG/7.PNG", "ftp://example.org/7.png"]
)
def test_web_address_is_said_to_be_one(address: str) -> None:
    assert refusal(address) == f"{address}: a web address; download the image and name the file"


def test_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "page.png").touch()
    assert refusal(tmp_path / "page.png").startswith(f"{tmp_path / 'page.png'}: empty")
    assert refusal(b"").startswith("the bytes given: empty")
    assert refusal(io.BytesIO()).startswith("the file object given: empty")


def test_file_opened_as_text_is_refused_with_the_mode_that_is_needed(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("seven")
    with (tmp_path / "page.txt").open(encoding="utf-8") as file:
        assert refusal(file) == f'{tmp_path / "page.txt"}: gives str, not bytes; open it with mode "rb"'


def test_file_opened_for_writing_is_refused_with_the_mode_that_is_needed(tmp_path: Path) -> None:
    with (tmp_path / "page.png").open("wb") as file:
        assert refusal(file) == f'{tmp_path / "page.png"}: opened for writing; open it with mode "rb"'


def test_closed_file_object_is_refused() -> None:
    file = io.BytesIO(PNG)
    file.close()
    assert "I/O operation on closed file" in refusal(file)


def test_file_object_s_own_error_is_passed_on_in_words() -> None:
    class Broken(Pipe):
        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

    assert refusal(Broken(b"")) == "the file object given: cannot be read: Input/output error"


@pytest.mark.parametrize("error", [EOFError(), RuntimeError("gone"), KeyError("name")])
def test_file_object_s_error_of_any_kind_is_an_image_error(error: Exception) -> None:
    class Broken(Pipe):
        def read(self, size: int) -> bytes:
            raise error

    assert refusal(Broken(b"")) == f"the file object given: cannot be read: {str(error) or 'EOFError'}"


def test_file_of_more_than_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "page.png").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "more than 150 MB, the most that is read of a file" in refusal(tmp_path / "page.png")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without an end")
def test_file_without_an_end_is_refused() -> None:
    assert "more than 150 MB" in refusal("/dev/zero")


def test_nothing_is_read_before_the_first_page_is_asked_for(tmp_path: Path) -> None:
    later = pages(tmp_path / "page.png")
    (tmp_path / "page.png").write_bytes(PNG)
    assert next(later).shape == (30, 40, 3)
