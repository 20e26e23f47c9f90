"""Pixels of every mode come out as RGB on white paper; the references are the drawing itself and sums in NumPy."""

import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from bombs import page, png, png_header, tiff
from image_files import as_mode, drawing, greys, heic, one, saved
from PIL import Image, features

from tendigits.errors import ImageError

RGB = np.asarray(drawing())
NOISE = np.random.default_rng(7).integers(0, 256, (31, 47, 4), np.uint8)
LOSSLESS = ["PNG", "TIFF", "BMP", "PPM"]


def on_white(colours: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    share = np.asarray(opacity, float)[..., None] / 255
    return np.floor(colours * share + 255 * (1 - share) + 0.5)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_rgb_comes_out_as_it_was_saved(kind: str) -> None:
    np.testing.assert_array_equal(one(saved(Image.fromarray(NOISE[..., :3]), kind)), NOISE[..., :3])


@pytest.mark.parametrize("kind", [*LOSSLESS, "GIF"])
@pytest.mark.parametrize("mode", ["L", "1"])
def test_greys_and_bits_come_out_as_they_were_saved(mode: str, kind: str) -> None:
    image = drawing(mode)
    np.testing.assert_array_equal(one(saved(image, kind)), greys(image))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF", "BMP"])
def test_palette_is_looked_up(kind: str) -> None:
    image = drawing("P")
    np.testing.assert_array_equal(one(saved(image, kind)), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "F", "I"])
def test_tiff_comes_out_as_it_was_saved_however_it_is_compressed(mode: str, compression: str) -> None:
    expected = RGB if mode in {"RGB", "RGBA", "CMYK"} else greys(drawing(mode if mode in {"1", "P"} else "L"))
    expected = np.asarray(drawing("P").convert("RGB")) if mode == "P" else expected
    np.testing.assert_array_equal(one(saved(drawing(mode), "TIFF", compression=compression)), expected)


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_fax_comes_out_as_it_was_saved(compression: str) -> None:
    np.testing.assert_array_equal(one(saved(drawing("1"), "TIFF", compression=compression)), greys(drawing("1")))


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_opacity_lies_on_white(kind: str, options: dict[str, Any]) -> None:
    page = one(saved(Image.fromarray(NOISE), kind, **options))
    np.testing.assert_array_equal(page, on_white(NOISE[..., :3], NOISE[..., 3]))


def test_grey_with_opacity_lies_on_white() -> None:
    page = one(saved(Image.fromarray(NOISE[..., :2], "LA"), "PNG"))
    np.testing.assert_array_equal(page, on_white(NOISE[..., :1], NOISE[..., 1]).repeat(3, axis=2))


def test_black_ink_on_a_transparent_sheet_is_black_on_white() -> None:
    page = one(
        saved(Image.merge("LA", (Image.new("L", (40, 30)), drawing("L").point(lambda level: 255 - level))), "PNG")
    )
    np.testing.assert_array_equal(page, greys(drawing()))


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparent_entry_of_a_palette_is_white(kind: str) -> None:
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    page = one(saved(image, kind, transparency=1))
    assert page[0].tolist() == [[10, 20, 30], [255, 255, 255], [70, 80, 90]]


def test_palette_with_opacities_lies_on_white() -> None:
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    page = one(saved(image, "PNG", transparency=bytes([255, 51, 0])))
    assert page[0].tolist() == [[10, 20, 30], [212, 214, 216], [255, 255, 255]]


@pytest.mark.parametrize(("mode", "transparent"), [("L", 250), ("RGB", (250, 245, 230)), ("I;16", 257 * 245), ("1", 1)])
def test_transparent_colour_is_white(mode: str, transparent: Any) -> None:
    image = drawing(mode)
    values, colours = np.asarray(image), np.asarray(as_mode(drawing(), mode).convert("RGB")) if mode != "I;16" else None
    matches = (values == (transparent != 0 if mode == "1" else transparent)).reshape(30, 40, -1).all(axis=2)
    page = one(saved(image, "PNG", transparency=transparent))
    assert (page[matches] == 255).all()
    if colours is not None:
        np.testing.assert_array_equal(page[~matches], colours[~matches])


def test_transparent_colour_of_16_bits_leaves_the_others_alone() -> None:
    pixels = struct.pack(">x6H", 0x1234, 0x1234, 0x1234, 0x34FF, 0x34FF, 0x34FF)
    transparent = struct.pack(">3H", 0x1234, 0x1234, 0x1234)
    content = png(png_header(2, 1, 16, 2), (b"tRNS", transparent), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    assert one(content)[0, 1].tolist() == [0x34] * 3


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_16_bits_that_reach_the_top_are_scaled_by_their_whole_range(kind: str) -> None:
    values = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    page = one(saved(Image.fromarray(values), kind))
    np.testing.assert_array_equal(page[..., 0], np.rint(values / 257))


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_fewer_bits_in_16_are_scaled_by_those_that_are_used(bits: int) -> None:
    white = 2**bits - 1
    values = np.linspace(0, white, 64).astype(np.uint16).reshape(8, 8)
    page = one(saved(Image.fromarray(values), "TIFF"))
    np.testing.assert_array_equal(page[..., 0], np.rint(values * (255 / white)))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_16_bits_are_read_in_either_order_and_polarity(order: str, photometric: int) -> None:
    values = np.linspace(0, 65535, 48).astype(order + "u2").reshape(6, 8)
    page = one(grey_tiff(values, order, photometric, 16))
    expected = np.rint(values / 257)
    np.testing.assert_array_equal(page[..., 0], 255 - expected if photometric == 0 else expected)


@pytest.mark.parametrize("photometric", [0, 1])
def test_8_bits_are_read_in_either_polarity(photometric: int) -> None:
    values = NOISE[..., 0]
    page = one(grey_tiff(values, "<", photometric, 8))
    np.testing.assert_array_equal(page[..., 0], 255 - values if photometric == 0 else values)


def grey_tiff(values: np.ndarray, order: str, photometric: int, bits: int) -> bytes:
    height, width = values.shape
    tags = page(width, height, t258=(bits,), t262=(photometric,), t279=(values.nbytes,))
    return tiff(tags | {273: (len(tiff(tags, order=order)),)}, order=order, behind=values.tobytes())


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
def test_floating_greys_are_scaled_by_the_range_that_they_are_in(white: float) -> None:
    values = np.linspace(0, white, 64, dtype=np.float32).reshape(8, 8)
    page = one(saved(Image.fromarray(values), "TIFF"))
    np.testing.assert_array_equal(page[..., 0], np.rint(np.float64(values) * (255 / white)))


def test_lightness_of_lab_is_grey() -> None:
    image = drawing("LAB")
    page = one(saved(image, "TIFF"))
    np.testing.assert_array_equal(page, np.asarray(image)[..., :1].repeat(3, axis=2))


def test_cmyk_is_dark_where_its_ink_is() -> None:
    image = Image.fromarray(NOISE, "CMYK")
    ink, black = NOISE[..., :3].astype(float), NOISE[..., 3:].astype(float)
    expected = (255 - ink) * (255 - black) / 255
    assert np.abs(one(saved(image, "TIFF")) - expected).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 95, "subsampling": 0}])
def test_lossy_picture_is_what_opencv_makes_of_it(mode: str, kind: str, options: dict[str, Any]) -> None:
    content = saved(drawing(mode) if kind == "JPEG" else drawing(mode).convert("RGB"), kind, **options)
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(one(content).astype(int) - expected).max() <= 3


def test_inks_of_a_cmyk_jpeg_are_not_negative() -> None:
    page = one(saved(drawing("CMYK"), "JPEG", quality=95, subsampling=0))
    assert np.abs(page.astype(int) - RGB).mean() < 4


def test_ycbcr_tiff_is_close_to_what_was_saved() -> None:
    assert np.abs(one(saved(drawing("YCbCr"), "TIFF", compression="tiff_lzw")).astype(int) - RGB).max() <= 3


def test_large_jpeg_has_all_its_pixels() -> None:
    image = drawing(size=(3000, 2000))
    content = saved(image, "JPEG", quality=90)
    assert one(content).shape == (2000, 3000, 3)
    assert np.abs(one(content).astype(int) - np.asarray(image)).mean() < 1


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_avif_is_close_to_what_was_saved(mode: str) -> None:
    page = one(saved(drawing(mode), "AVIF", quality=100, subsampling="4:4:4"))
    assert np.abs(page.astype(int) - (greys(drawing()) if mode == "L" else RGB)).mean() < 4


def test_avif_without_a_pillow_that_reads_it_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(ImageError, match="this Pillow was built without it, which is not read; open it in an image"):
        one(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_heic_is_close_to_what_was_saved(mode: str) -> None:
    pytest.importorskip("pillow_heif")
    page = one(heic(drawing(mode)))
    assert np.abs(page.astype(int) - (greys(drawing()) if mode == "L" else RGB)).mean() < 4


def test_opacity_of_heic_lies_on_white() -> None:
    pytest.importorskip("pillow_heif")
    image = drawing()
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    expected = on_white(RGB, np.asarray(image)[..., 3])
    assert np.abs(one(heic(image)) - expected).mean() < 4


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"P1 3 2 101\n010", [[0, 255, 0], [255, 0, 255]]),
        (b"P1\n# ink\n3 2\n1 0 1 # a row\n0 1 0\n", [[0, 255, 0], [255, 0, 255]]),
        (b"P2 3 1 4 0 1 4", [[0, 64, 255]]),
        (b"P2 2 1 65535 0 65535", [[0, 255]]),
        (b"P4 3 2 \xa0\x40", [[0, 255, 0], [255, 0, 255]]),
        (b"P5 3 1 100\n\x00\x14\x64", [[0, 51, 255]]),
        (b"P5 2 1 1000\n\x00\x00\x03\xe8", [[0, 255]]),
        (b"P5 2 1 255\n\x00\xffsome more", [[0, 255]]),
    ],
)
def test_netpbm_is_read_plain_and_raw_with_any_white(content: bytes, expected: list[list[int]]) -> None:
    page = one(content)
    np.testing.assert_array_equal(page, np.repeat(np.array(expected)[..., None], 3, axis=2))


def test_plain_ppm_has_three_numbers_a_pixel() -> None:
    assert one(b"P3 2 1 255 1 2 3 4 5 6").tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_plain_numbers_are_counted_as_the_memory_that_they_take() -> None:
    with pytest.raises(ImageError, match="which from this file take 1,404 MB of memory to decode"):
        one(b"P3 6000 6000 255\n")
    with pytest.raises(ImageError, match="cut short"):  # small enough when raw
        one(b"P6 6000 6000 255\n")


def test_run_length_bmp_is_read() -> None:
    header = struct.pack("<LllHHLLLLLL", 40, 4, 2, 1, 8, 1, 0, 0, 0, 0, 0)
    palette = b"".join(bytes([level, level, level, 0]) for level in range(256))
    content = b"BM" + struct.pack("<LLL", 0, 0, 14 + 40 + 1024) + header + palette + b"\4\x10\0\0\3\x20\1\x30\0\1"
    assert one(content)[..., 0].tolist() == [[32, 32, 32, 48], [16, 16, 16, 16]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_picture_of_an_animation_is_read(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    other = Image.new("RGB", (40, 30), "black")
    content = saved(drawing("P").convert("RGB"), kind, save_all=True, append_images=[other, drawing()], **options)
    np.testing.assert_array_equal(one(content), np.asarray(drawing("P").convert("RGB")))
