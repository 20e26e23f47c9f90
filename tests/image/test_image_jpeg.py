"""JPEG as cameras, phones and programs write it, with all that is in it besides the picture."""

import struct
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from image_files import drawing, one, saved

from tendigits.errors import ImageError
from tendigits.image import limits

IMAGE = drawing(size=(300, 200))
BASELINE = saved(IMAGE, "JPEG", quality=90)
PROGRESSIVE = saved(IMAGE, "JPEG", quality=90, progressive=True)
THUMBNAIL = saved(drawing(), "JPEG")


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(content: bytes, *segments: bytes) -> bytes:
    """Put segments behind the first marker."""
    return content[:2] + b"".join(segments) + content[2:]


PLACED: dict[str, Callable[[bytes], bytes]] = {
    "a thumbnail in EXIF": lambda jpeg: with_segments(
        jpeg, segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<LHL", 8, 0, 0) + THUMBNAIL)
    ),
    "a comment of markers": lambda jpeg: with_segments(jpeg, segment(0xFE, b"\xff\xd9\xff\xd8\xff\xda")),
    "three megabytes of APP2": lambda jpeg: with_segments(jpeg, *[segment(0xE2, bytes(60_000))] * 50),
    "a comment behind the scan": lambda jpeg: jpeg[:-2] + segment(0xFE, b"drawn") + jpeg[-2:],
    "markers filled up": lambda jpeg: with_segments(jpeg, b"\xff\xff\xff")[:-2] + b"\xff\xff" + jpeg[-2:],
    "a marker without content": lambda jpeg: with_segments(jpeg, b"\xff\x01"),
    "a second picture": lambda jpeg: jpeg + THUMBNAIL,
    "a video": lambda jpeg: jpeg + b"\0\0\0\x18ftypmp42" + bytes(5000),
    "no JFIF": lambda jpeg: jpeg[:2] + jpeg[20:],
    "JFIF with a thumbnail": lambda jpeg: jpeg[:2] + segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\2\2" + bytes(12)) + jpeg[20:],
}


@pytest.mark.parametrize("jpeg", [BASELINE, PROGRESSIVE], ids=["baseline", "progressive"])
@pytest.mark.parametrize("placed", PLACED.values(), ids=PLACED)
def test_what_is_no_picture_changes_none(placed: Callable[[bytes], bytes], jpeg: bytes) -> None:
    assert placed(jpeg) != jpeg
    np.testing.assert_array_equal(one(placed(jpeg)), one(jpeg))


@pytest.mark.parametrize("progressive", [0, 1])
@pytest.mark.parametrize("restart", [0, 1, 7])
@pytest.mark.parametrize("sampling", ["411", "420", "422", "440", "444"])
def test_picture_is_what_opencv_makes_of_it(sampling: str, restart: int, progressive: int) -> None:
    options = [
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}"),
        cv2.IMWRITE_JPEG_RST_INTERVAL,
        restart,
        cv2.IMWRITE_JPEG_PROGRESSIVE,
        progressive,
    ]
    content = cv2.imencode(".jpg", np.asarray(IMAGE)[..., ::-1], options)[1]
    expected = cv2.imdecode(content, cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(one(content.tobytes()).astype(int) - expected).mean() < 0.5


def test_colours_that_were_not_converted_are_not_converted_back() -> None:
    page = one(saved(IMAGE, "JPEG", quality=95, keep_rgb=True))
    assert np.abs(page.astype(int) - np.asarray(IMAGE)).mean() < 1


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))


WITHOUT_JFIF, JFIF = BASELINE[:2] + BASELINE[20:], BASELINE[2:20]


@pytest.mark.parametrize(
    "content",
    [
        with_segments(WITHOUT_JFIF, adobe(0)),
        with_segments(WITHOUT_JFIF, adobe(1)),
        with_segments(saved(IMAGE, "JPEG", keep_rgb=True), JFIF),
    ],
    ids=["Adobe's RGB", "Adobe's YCbCr", "JFIF's YCbCr"],
)
def test_what_the_components_are_is_told_by_jfif_and_adobe_as_opencv_has_it(content: bytes) -> None:
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(one(content).astype(int) - expected).max() <= 3


def test_coefficients_of_a_progressive_picture_are_counted_as_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bytes each, until the last scan: 13 a pixel instead of 7."""
    monkeypatch.setattr(limits, "MAX_MEMORY", 10 * IMAGE.width * IMAGE.height)
    assert one(saved(IMAGE, "JPEG", subsampling=0)).shape == (200, 300, 3)
    with pytest.raises(ImageError, match="of memory to decode"):
        one(saved(IMAGE, "JPEG", subsampling=0, progressive=True))


def test_components_that_are_sampled_nowhere_are_refused() -> None:
    content = bytearray(PROGRESSIVE)
    frame = content.index(b"\xff\xc2")
    content[frame + 11 : frame + 18 : 3] = bytes(3)
    with pytest.raises(ImageError, match="damaged: a JPEG picture of no components"):
        one(bytes(content))
