"""Which format a file is in, by its content, never by its name; and what to do with those that are not read.

Read are PNG, JPEG, TIFF, BMP, GIF, WebP, PBM, PGM, PPM, AVIF where Pillow was built with it, and HEIC with the extra
``heic``. JPEG 2000 is not: few people have such files, and its decoder would be one more that strangers' bytes come to.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from tendigits.errors import ImageError
from tendigits.image import bmp, gif, heif, jpeg, png, pnm, tiff, webp
from tendigits.image.damage import AS_PNG, not_read
from tendigits.image.picture import RGB, Undecoded

__all__ = ["pages_in"]

_Decode = Callable[[bytes, str], RGB]

_READ = "PNG, JPEG, TIFF, BMP, GIF, WebP, AVIF, HEIC, PBM, PGM and PPM"

_OF_ONE_PAGE: tuple[tuple[Callable[[bytes], bool], _Decode], ...] = (
    (png.is_png, png.page),
    (jpeg.is_jpeg, jpeg.page),
    (gif.is_gif, gif.page),
    (webp.is_webp, webp.page),
    (bmp.is_bmp, bmp.page),
    (pnm.is_pnm, pnm.page),
    (heif.is_avif, heif.avif_page),
    (heif.is_heic, heif.heic_page),
)

_PAGES = "save its pages as images, for example with  pdftoppm -r 300 -png FILE.pdf page"
_EXPORT = "export the page as PDF and its pages as images, or photograph the screen"
_UNPACK = "unpack it and take the images in it"
_DRAW = "save it as PNG, for example with  rsvg-convert FILE.svg -o FILE.png"
_FRAME = "save the frame you mean as PNG"

_OTHERS: tuple[tuple[re.Pattern[bytes], str, str], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind, remedy)
    for pattern, kind, remedy in (
        (rb".{0,1024}?%PDF-", "a PDF", _PAGES),
        (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript", AS_PNG),
        (rb"PK\x03\x04.{0,65536}?(word|xl|ppt)/", "an Office document", _EXPORT),
        (rb"PK\x03\x04.{26,40}mimetypeapplication/vnd\.oasis", "an OpenDocument file", _EXPORT),
        (rb"\xd0\xcf\x11\xe0", "an Office document", _EXPORT),
        (rb"\{\\rtf", "a text document", _EXPORT),
        (rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", "an archive", _UNPACK),
        (rb"(\xef\xbb\xbf)?\s*<.{0,4096}?<svg|(\xef\xbb\xbf)?\s*<svg", "an SVG drawing", _DRAW),
        (rb"(\xef\xbb\xbf)?\s*<(!doctype )?html", "a web page", "save the image that it shows, not the page"),
        (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 image", AS_PNG),
        (rb"\0\0\0\x0cJXL |\xff\x0a", "a JPEG XL image", AS_PNG),
        (rb"8BPS", "a Photoshop document", AS_PNG),
        (rb"\x00\x00[\x01\x02]\x00", "a Windows icon", AS_PNG),
        (rb".{128}DICM", "a DICOM image", AS_PNG),
        (rb"\x93NUMPY", "a NumPy file", "save the array as PNG, or in Python pass it:  numpy.load(FILE)"),
        (rb".{4}ftyp|\x1a\x45\xdf\xa3", "a video", _FRAME),
    )
)


def pages_in(content: bytes, name: str) -> Iterator[Undecoded]:
    """Yield the pages of an image, none of them decoded; only a TIFF has more than one.

    Raises:
        ImageError: it is in none of the formats, or a TIFF whose pages cannot be found.

    """
    if tiff.is_tiff(content):
        yield from tiff.pages(content, name)
    else:
        yield partial(_decoder_of(content, name), content, name)


def _decoder_of(content: bytes, name: str) -> _Decode:
    """Return the function that decodes this content.

    Raises:
        ImageError: it is in none of the formats; the message says which one it is in and what to do.

    """
    for matches, decode in _OF_ONE_PAGE:
        if matches(content):
            return decode
    for pattern, kind, remedy in _OTHERS:
        if pattern.match(content):
            raise not_read(name, kind, remedy)
    if _is_text(content):
        raise not_read(name, "a text file", "take an image of the page")
    raise ImageError(
        f"{name}: no image of a known kind: it starts with {content[:8].hex(' ')}; read are {_READ}: {AS_PNG}"
    )


def _is_text(content: bytes) -> bool:
    start = content[:4096].decode("utf-8", "ignore")
    return len(start.encode()) > 0.9 * len(content[:4096]) and all(
        sign.isprintable() or sign.isspace() for sign in start
    )
