"""What is no image, or none that is read, is told from each other, and each is told what to do."""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from image_files import drawing, one, saved

from tendigits.errors import ImageError

JPEG = saved(drawing(), "JPEG")


def refusal(content: bytes, path: Path) -> str:
    path.write_bytes(content)
    with pytest.raises(ImageError) as error:
        one(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


def archive(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name in names:
            zipped.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "content")
    return file.getvalue()


def npy() -> bytes:
    file = BytesIO()
    np.save(file, np.zeros((2, 2), np.uint8))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "a PDF, which is not read; save its pages as images, for example with  pdftoppm -r 300 -png FILE.pdf page",
        ),
        (b"\n\n%PDF-1.4", "a PDF, which"),
        (b"%!PS-Adobe-3.0", "PostScript, which"),
        (
            b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
            "an SVG drawing, which is not read; save it as",
        ),
        (b"\xef\xbb\xbf <!-- drawn --> <SVG>", "an SVG drawing, which"),
        (b"<!DOCTYPE html><html><img src='7.png'>", "a web page, which is not read; save the image that it shows"),
        (archive("[Content_Types].xml", "word/document.xml"), "an Office document, which is not read; export the page"),
        (archive("mimetype", "content.xml"), "an OpenDocument file, which"),
        (archive("7.png"), "an archive, which is not read; unpack it and take the images in it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an Office document, which"),
        (b"{\\rtf1 seven}", "a text document, which"),
        (b"\x1f\x8b\x08" + bytes(20), "an archive, which"),
        (
            b"\0\0\0\x0cjP  \r\n\x87\n",
            "a JPEG 2000 image, which is not read; open it in an image program and save it as PNG",
        ),
        (b"\xff\x4f\xff\x51" + bytes(20), "a JPEG 2000 image, which"),
        (b"\xff\x0a" + bytes(20), "a JPEG XL image, which"),
        (b"8BPS\0\1" + bytes(20), "a Photoshop document, which"),
        (b"\0\0\1\0\1\0" + bytes(20), "a Windows icon, which"),
        (bytes(128) + b"DICM", "a DICOM image, which"),
        (npy(), "a NumPy file, which is not read; save the array as PNG, or in Python pass it:  numpy.load(FILE)"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a video, which is not read; save the frame you mean as PNG"),
        (b"seven\n", "a text file, which is not read; take an image of the page"),
        ("sept, été\n".encode(), "a text file"),
        (b"BMW is a text", "a text file"),
        (b"P7 is a text", "a text file"),
        (
            b"\x01\x02\x03\x04\x05",
            "no image of a known kind: it starts with 01 02 03 04 05; read are PNG, JPEG, TIFF, BMP, GIF, WebP",
        ),
    ],
)
def test_what_is_not_read_is_called_by_its_name_with_what_to_do(content: bytes, sentence: str, tmp_path: Path) -> None:
    assert refusal(content, tmp_path / "page.png").startswith(sentence)


def test_unknown_kind_is_told_which_are_known_and_what_to_do(tmp_path: Path) -> None:
    message = refusal(b"\x01\x02\x03\x04\x05", tmp_path / "page.png")
    assert message.endswith("PBM, PGM and PPM: open it in an image program and save it as PNG")


def test_heic_without_the_extra_is_refused_with_the_pip_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    content = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert refusal(content, tmp_path / "photo.heic") == (
        'a HEIC photo. pillow_heif is not installed. Install it with:  pip install "tendigits[heic]"'
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            saved(drawing(), "PNG")[:8] + saved(drawing(), "PNG")[33:],
            "damaged: a PNG that does not begin with its header",
        ),
        (saved(drawing(), "PNG").replace(b"IHDR\0", b"IHDR\1"), "damaged: the checksum of its IHDR chunk is wrong"),
        (b"\xff\xd8\xff\xe0\0\1", "damaged: a JPEG segment of no length"),
        (JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9", "damaged: 1 JPEG pictures in 0 scans; expected one"),
        (b"\xff\xd8\xff\xd9", "damaged: 0 JPEG pictures in 0 scans; expected one"),
        (JPEG[:-2] + JPEG[2:], "damaged: 2 JPEG pictures in 2 scans"),
        (saved(drawing(), "GIF").replace(b",\0\0\0\0", b"?\0\0\0\0"), "damaged: no picture where a GIF's should be"),
        (b"P5 10 10 0\n" + bytes(100), "damaged: white is 0; expected 1 to 65,535"),
        (b"P5 10 ten 255\n" + bytes(100), "damaged: its header is not P1 to P6, width, height"),
        (b"P1 2 1 1 2", "damaged: something else than numbers among its numbers"),
        (b"P2 2 1 255 1 4294967296", "damaged: something else than numbers among its numbers"),
        (b"P2 2 1 255 1 x", "damaged: something else than numbers among its numbers"),
        (b"P2 2 1 100 1 101", "damaged: a value of 101, where white is 100"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf\0\0\0\4meta", "damaged: a box of no length"),
    ],
)
def test_damaged_file_is_refused_with_the_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(content, tmp_path / "page").startswith(reason)


def test_broken_pixels_are_refused_with_the_decoder_s_reason(tmp_path: Path) -> None:
    content = bytearray(saved(drawing("L", (400, 300)), "JPEG"))
    at = content.index(b"\xff\xc4") + 5
    content[at : at + 16] = b"\xff" * 16
    message = refusal(bytes(content), tmp_path / "page.jpg")
    assert message.startswith("cannot be decoded: it is damaged or of a rare kind (")
    assert message.endswith("); open it in an image program and save it as PNG")
