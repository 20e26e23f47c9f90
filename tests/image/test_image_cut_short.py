"""A file that is cut short is refused, also where the host program lets Pillow pass such files; or nothing is missing.

Of numbers written as text the last may be cut in two, which nobody can see: plain PGM is left out.
"""

import numpy as np
import pytest
from image_files import drawing, heic_files, saved, valid_files
from PIL import ImageFile

from tendigits.errors import ImageError
from tendigits.image import pages

FILES = {name: content for name, content in (valid_files() | heic_files()).items() if name != "plain.pgm"}
LARGE = {
    f"large {kind}": saved(drawing("RGB", (300, 200)), kind, **options)
    for kind, options in [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("BMP", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("PPM", {}),
    ]
}


def places(content: bytes) -> list[int]:
    """Where a file is cut: near its beginning, at every twentieth part, and just before its end."""
    parts = {len(content) * part // 20 for part in range(1, 20)}
    return sorted(parts | {5, 12, 20, 40, 100} | {len(content) - count for count in (1, 2, 3, 5, 13, 30)})


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("name", [*FILES, *LARGE])
def test_nothing_is_read_of_a_file_of_which_pixels_are_missing(
    name: str, monkeypatch: pytest.MonkeyPatch, *, lenient: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    content = (FILES | LARGE)[name]
    whole = list(pages(content))
    for place in places(content):
        if place >= len(content):
            continue
        try:
            found = list(pages(content[:place]))
        except ImageError:
            continue
        assert len(found) == len(whole), place
        for page, expected in zip(found, whole, strict=True):
            np.testing.assert_array_equal(page, expected)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("name", LARGE)
def test_half_of_a_file_is_said_to_be_cut_short(name: str, monkeypatch: pytest.MonkeyPatch, *, lenient: bool) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    with pytest.raises(ImageError, match="cut short: the file ends before its picture does; copy or download it again"):
        list(pages(LARGE[name][: len(LARGE[name]) // 2]))


@pytest.mark.parametrize("content", [b"P2 3 1 255 10 20", b"P2 1 1 255 ", b"P1 3 2 10101", b"P3 1 1 255 1 2\n"])
def test_missing_numbers_are_said_to_be_cut_short(content: bytes) -> None:
    with pytest.raises(ImageError, match="cut short"):
        list(pages(content))


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe0\0", b"\xff\xd8\xff\xe0\0\x10JFIF\0"])
def test_missing_segment_is_said_to_be_cut_short(content: bytes) -> None:
    with pytest.raises(ImageError, match="cut short"):
        list(pages(content))


@pytest.mark.parametrize("behind", [b"\0", bytes(100), b"\0\1\2\3\4\5\6\7SEFT", b"\n"])
@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith(("heic", "avif"))))
def test_what_is_no_box_after_the_boxes_is_not_looked_at(name: str, behind: bytes) -> None:
    np.testing.assert_array_equal(list(pages(FILES[name] + behind)), list(pages(FILES[name])))


@pytest.mark.parametrize("behind", [b"\0", b"rubbish" * 100, saved(drawing(), "PNG")])
@pytest.mark.parametrize("name", sorted(name for name in FILES if not name.endswith(("heic", "avif"))))
def test_what_comes_after_the_picture_is_not_looked_at(name: str, behind: bytes) -> None:
    for page, expected in zip(pages(FILES[name] + behind), pages(FILES[name]), strict=True):
        np.testing.assert_array_equal(page, expected)
