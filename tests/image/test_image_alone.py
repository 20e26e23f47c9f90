"""The host program is left alone: its settings of Pillow and of warnings, its warnings, its other threads."""

import io
import struct
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from image_files import drawing, exif, heic_files, one, saved, valid_files, with_checksums
from PIL import Image, ImageFile

from tendigits.image import pages

FILES = valid_files() | heic_files()


def settings() -> tuple[object, ...]:
    known = (sorted(Image.ID), sorted(Image.OPEN), sorted(Image.EXTENSION))
    return Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters), warnings.showwarning, known


def test_settings_are_as_they_were() -> None:
    before = settings()
    for content in FILES.values():
        list(pages(content))
    assert settings() == before


def test_images_are_read_whatever_the_host_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {name: list(pages(content)) for name, content in FILES.items()}
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for name, content in FILES.items():
        for page, before in zip(pages(content), expected[name], strict=True):
            np.testing.assert_array_equal(page, before)


def with_corrupt_exif(kind: str) -> bytes:
    """An image with EXIF of which Pillow warns: a value behind the end of the block."""
    content = saved(drawing(), kind, exif=exif(6))
    order = ">" if exif(6).tobytes().startswith(b"Exif\0\0MM") else "<"
    description = struct.pack(order + "HHL", 0x010E, 2, len("a drawing") + 1)
    assert content.count(description) == 1
    corrupt = content.replace(description, struct.pack(order + "HHL", 0x010E, 2, 2**31))
    return with_checksums(corrupt) if kind == "PNG" else corrupt


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_corrupt_exif_is_such_that_pillow_warns(kind: str) -> None:
    with (
        pytest.warns(UserWarning, match="Tag data|Truncated"),
        Image.open(io.BytesIO(with_corrupt_exif(kind))) as image,
    ):
        image.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_corrupt_exif_warns_nobody_and_still_tells_the_orientation(kind: str) -> None:
    if kind == "AVIF" and "drawing.avif" not in FILES:
        pytest.skip("this Pillow was built without AVIF")
    content = with_corrupt_exif(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one(content).shape == (40, 30, 3)


def test_largest_picture_warns_nobody() -> None:
    content = saved(Image.new("1", (8900, 8900)), "PNG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one(content).shape == (8900, 8900, 3)


def test_threads_read_at_once() -> None:
    expected = {name: list(pages(content)) for name, content in FILES.items()}
    names = list(FILES) * 4
    start = threading.Barrier(4)

    def read(share: int) -> None:
        start.wait()
        for name in names[share::4]:
            for page, before in zip(pages(FILES[name]), expected[name], strict=True):
                np.testing.assert_array_equal(page, before)

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(read, range(4)))


def test_nothing_is_printed_and_no_file_stays_open(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    program = "import sys; from tendigits.image import pages; [list(pages(path)) for path in sys.argv[1:]]"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program, *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == result.stderr == ""
