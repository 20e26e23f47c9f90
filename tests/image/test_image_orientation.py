"""A picture comes out as its EXIF orientation has it; OpenCV and Pillow's own transposition are the references."""

import struct
from io import BytesIO

import cv2
import numpy as np
import pytest
from image_files import drawing, exif, one, saved
from PIL import Image, ImageOps, features

from tendigits.image.orientation import orientation_in

ALL = range(1, 9)


@pytest.mark.parametrize("orientation", ALL)
def test_jpeg_is_turned_as_opencv_turns_it(orientation: int) -> None:
    content = saved(drawing("L"), "JPEG", exif=exif(orientation), quality=95)
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(one(content)[..., 0], expected)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", ALL)
def test_every_format_is_turned_as_pillow_turns_it(kind: str, orientation: int) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    content = saved(drawing(), kind, exif=exif(orientation), **options)
    stored = drawing()
    stored.getexif()[0x0112] = orientation
    np.testing.assert_array_equal(one(content), np.asarray(ImageOps.exif_transpose(stored)))


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
@pytest.mark.parametrize("orientation", ALL)
def test_avif_is_turned_as_pillow_turns_it(orientation: int) -> None:
    stored = drawing()
    stored.getexif()[0x0112] = orientation
    page = one(saved(drawing(), "AVIF", exif=exif(orientation), quality=100, subsampling="4:4:4"))
    expected = np.asarray(ImageOps.exif_transpose(stored))
    assert page.shape == expected.shape
    assert np.abs(page.astype(int) - expected).mean() < 3


@pytest.mark.parametrize("orientation", ALL)
def test_heic_is_turned_once(orientation: int) -> None:
    """As phones do: the picture as the sensor had it, a property that turns it, and EXIF that says so once more."""
    pillow_heif = pytest.importorskip("pillow_heif")
    stored, file = drawing(), BytesIO()
    photo = pillow_heif.from_pillow(stored)
    photo.info["exif"] = exif(orientation).tobytes()
    photo.save(file, quality=100, chroma=444)
    stored.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(stored))
    page = one(file.getvalue())
    assert page.shape == expected.shape
    assert np.abs(page.astype(int) - expected).mean() < 3


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "I;16", "F"])
def test_pictures_of_every_mode_are_turned(mode: str) -> None:
    upright, turned = (one(saved(drawing(mode), "TIFF", tiffinfo={274: number})) for number in (1, 6))
    np.testing.assert_array_equal(turned, np.rot90(upright, -1))


def test_large_picture_is_turned_in_one_piece() -> None:
    image = Image.fromarray(np.random.default_rng(3).integers(0, 256, (1100, 1300), np.uint8))
    page = one(saved(image, "PNG", exif=exif(8)))
    np.testing.assert_array_equal(page[..., 0], np.rot90(np.asarray(image)))


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_is_read_in_either_order_of_bytes(order: str) -> None:
    assert orientation_in(block(order, 0x0112, 3, 1, 6)) == 6
    assert orientation_in(b"Exif\0\0" + block(order, 0x0112, 3, 1, 6)) == 6


@pytest.mark.parametrize(
    "block_",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0nonsense",
        b"II*\0" + struct.pack("<L", 2**32 - 1),
        b"II*\0" + struct.pack("<LH", 8, 65_535),
    ],
)
def test_exif_that_is_cut_short_tells_nothing(block_: bytes) -> None:
    assert orientation_in(block_) == 1


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_orientation_that_is_none_is_upright(value: int) -> None:
    exif_block = block("<", 0x0112, 3, 1, value)
    assert orientation_in(exif_block) == 1
    np.testing.assert_array_equal(one(saved(drawing(), "PNG", exif=exif_block)), np.asarray(drawing()))


@pytest.mark.parametrize(("kind", "count"), [(2, 1), (3, 2), (5, 1)])
def test_orientation_of_another_type_is_none(kind: int, count: int) -> None:
    assert orientation_in(block("<", 0x0112, kind, count, 6)) == 1


def block(order: str, tag: int, kind: int, count: int, value: int) -> bytes:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(order + "LHHHLHxxL", 8, 1, tag, kind, count, value, 0)
