"""TIFF: every page, one at a time, thumbnails aside, strips and tiles of any kind."""

import struct
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from apart import read_apart
from bombs import page as page_tags
from bombs import tiff
from image_files import drawing, one, saved
from PIL import Image

from tendigits.errors import ImageError
from tendigits.image import pages

SHADES = [Image.new("L", (6 + number, 5), 40 * number) for number in range(5)]


def several(images: list[Image.Image], **options: object) -> bytes:
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:], **options)


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"big_tiff": True}])
def test_every_page_is_read_in_its_order(options: dict[str, object]) -> None:
    found = list(pages(several(SHADES, **options)))
    assert [(page.shape[1], page[0, 0, 0]) for page in found] == [(6, 0), (7, 40), (8, 80), (9, 120), (10, 160)]


def test_pages_before_a_damaged_one_are_read_and_it_is_named() -> None:
    content = bytearray(several([drawing(), drawing(), drawing()], compression="tiff_lzw"))
    second = directory_places(bytes(content))[1]
    set_tag(content, second, 259, 34712)
    found = pages(bytes(content))
    next(found)
    with pytest.raises(
        ImageError, match=r"^the bytes given, page 2: a TIFF compressed by method 34712, which is not read"
    ):
        next(found)


def test_a_page_is_decoded_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from tendigits.image import tiff as room

    decoded = []
    original = room.decoded
    monkeypatch.setattr(room, "decoded", lambda *args, **rest: (decoded.append(1), original(*args, **rest))[1])
    found = pages(several(SHADES))
    assert not decoded
    next(found)
    assert len(decoded) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory with resource")
def test_many_pages_take_the_memory_of_one(tmp_path: Path) -> None:
    sheets = [Image.new("L", (2000, 1500), number) for number in range(30)]
    (tmp_path / "one.tif").write_bytes(several(sheets[:1], compression="tiff_adobe_deflate"))
    (tmp_path / "many.tif").write_bytes(several(sheets, compression="tiff_adobe_deflate"))
    one_page, many = read_apart(tmp_path / "one.tif"), read_apart(tmp_path / "many.tif")
    assert len(many.shapes) == 30
    assert many.grown < one_page.grown + 2000 * 1500 * 3


@pytest.mark.parametrize(("tag", "value"), [(254, 1), (254, 4), (254, 5), (255, 2)])
def test_thumbnails_and_masks_are_no_pages(tag: int, value: int) -> None:
    content = BytesIO()
    SHADES[0].save(content, "TIFF", save_all=True, append_images=[SHADES[1]], tiffinfo={tag: 0})
    changed = bytearray(content.getvalue())
    set_tag(changed, directory_places(bytes(changed))[1], tag, value)
    assert [page.shape[1] for page in pages(bytes(changed))] == [6]


def test_tiff_of_nothing_but_a_thumbnail_is_refused() -> None:
    with pytest.raises(ImageError, match="a TIFF that holds no page"):
        one(saved(drawing(), "TIFF", tiffinfo={254: 1}))


def test_raw_photo_is_refused_with_what_to_do() -> None:
    with pytest.raises(ImageError, match=r"a camera's raw photo \(DNG\), which is not read; export it as JPEG"):
        one(saved(drawing(), "TIFF", tiffinfo={50706: b"\1\4\0\0"}))


@pytest.mark.parametrize("rows", [1, 7, 30, 100])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_strips_of_any_height_are_read(rows: int, compression: str) -> None:
    image = Image.fromarray(np.random.default_rng(2).integers(0, 256, (30, 40, 3), np.uint8))
    content = saved(image, "TIFF", compression=compression, tiffinfo={278: rows}, strip_size=rows * 120)
    np.testing.assert_array_equal(one(content), np.asarray(image))


@pytest.mark.parametrize("side", [16, 32, 64])
def test_tiles_are_read_where_they_overlap_the_edge(side: int) -> None:
    values = np.random.default_rng(4).integers(0, 256, (50, 70), np.uint8)
    np.testing.assert_array_equal(one(tiled(values, side))[..., 0], values)


def tiled(values: np.ndarray, side: int) -> bytes:
    height, width = values.shape
    down, across = -(-height // side), -(-width // side)
    padded = np.pad(values, ((0, down * side - height), (0, across * side - width)))
    tiles = padded.reshape(down, side, across, side).swapaxes(1, 2).tobytes()
    count = down * across
    tags = {256: (width,), 257: (height,), 258: (8,), 259: (1,), 262: (1,), 277: (1,), 322: (side,), 323: (side,)}
    start = len(tiff(tags | {324: (0,) * count, 325: (0,) * count}))
    places = tuple(start + side * side * number for number in range(count))
    return tiff(tags | {324: places, 325: (side * side,) * count}, behind=tiles)


def test_separate_planes_are_read() -> None:
    values = np.random.default_rng(5).integers(0, 256, (3, 20, 30), np.uint8)
    tags = {256: (30,), 257: (20,), 258: (8, 8, 8), 259: (1,), 262: (2,), 277: (3,), 278: (20,), 284: (2,)}
    start = len(tiff(tags | {273: (0,) * 3, 279: (0,) * 3}))
    content = tiff(tags | {273: (start, start + 600, start + 1200), 279: (600,) * 3}, behind=values.tobytes())
    np.testing.assert_array_equal(one(content), values.transpose(1, 2, 0))


def test_uncompressed_strip_may_be_of_unknown_length() -> None:
    tags = page_tags(3, 2)
    del tags[279]
    start = len(tiff(tags))
    assert one(tiff(tags | {273: (start,)}, behind=b"\1\2\3\4\5\6"))[..., 0].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        (page_tags(3, 2, t259=(6,)), "a TIFF compressed by method 6, which is not read"),
        (page_tags(3, 2, t258=(200,)), "a TIFF of 1 samples a pixel and 200 bits a sample, which is not read"),
        (page_tags(3, 2, t262=(6,)), "a TIFF of subsampled colours that are not compressed, which is not read"),
        (
            page_tags(3, 2, t258=(16,) * 3, t262=(2,), t277=(3,), t284=(2,), t273=(0,) * 3, t279=(12,) * 3),
            "a TIFF of separate planes of 16 bits that are not compressed, which is not read",
        ),
        (page_tags(0, 2), "0 x 2 pixels: there is nothing to read"),
        (page_tags(3, 2, t278=(0,)), "damaged: strips or tiles of no pixels"),
        (page_tags(3, 2, t278=(1,)), "damaged: 1 strips or tiles of 2"),
        (page_tags(3, 2, t273=(10**6,)), "cut short"),
        (page_tags(3, 200), "cut short"),
        (page_tags(3, 2, t273=(8,) * 300_000), "damaged: TIFF tag 273 holds 300,000 values of type 4"),
        (page_tags(3, 2, t262=(99,)), "cannot be decoded: it is damaged or of a rare kind (unknown pixel mode)"),
    ],
)
def test_malformed_page_is_refused_with_the_reason(tags: dict[int, tuple[int, ...]], reason: str) -> None:
    with pytest.raises(ImageError) as error:
        one(tiff(tags))
    assert reason in str(error.value)


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("sample_format", [2, 3])
def test_signed_and_floating_values_that_pillow_takes_for_others_are_refused(sample_format: int, bits: int) -> None:
    """It swaps the bytes of a big-endian TIFF once more that libtiff has unpacked and swapped."""
    tags = page_tags(3, 2, t258=(bits,), t259=(8,), t339=(sample_format,))
    with pytest.raises(ImageError, match="a TIFF of signed or floating values, big-endian and compressed"):
        one(tiff(tags, order=">"))


def test_tag_of_another_type_is_refused() -> None:
    content = bytearray(tiff(page_tags(3, 2)))
    struct.pack_into("<H", content, 10 + 2, 5)  # the width becomes a fraction
    with pytest.raises(ImageError, match="damaged: TIFF tag 256 holds 1 values of type 5"):
        one(bytes(content))


def directory_places(content: bytes) -> list[int]:
    places, pointer = [], 4
    while place := struct.unpack_from("<L", content, pointer)[0]:
        places.append(place)
        pointer = place + 2 + 12 * struct.unpack_from("<H", content, place)[0]
    return places


def set_tag(content: bytearray, directory: int, tag: int, value: int) -> None:
    (count,) = struct.unpack_from("<H", content, directory)
    for at in range(directory + 2, directory + 2 + 12 * count, 12):
        if struct.unpack_from("<H", content, at) == (tag,):
            struct.pack_into("<HLL", content, at + 2, 4, 1, value)
