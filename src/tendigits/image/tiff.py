"""TIFF: every page, decoded when it is asked for, as a TIFF of its own.

A TIFF's tags point anywhere in the file, many of them at one place, or behind its end. What is decoded is therefore a
new file of just one page, whose tags are checked: a thousand pages need the memory of one, and neither Pillow nor
libtiff sees the file that came.
"""

from collections.abc import Iterator
from functools import partial

from tendigits.errors import ImageError
from tendigits.image.damage import not_read
from tendigits.image.decoding import decoded
from tendigits.image.picture import RGB, Undecoded
from tendigits.image.tiff_directory import Directories, Tags
from tendigits.image.tiff_page import PIXEL_TAGS, page_of

__all__ = ["is_tiff", "pages"]

_SUBFILE, _OLD_SUBFILE, _ORIENTATION, _DNG = 254, 255, 274, 50706
_WANTED = PIXEL_TAGS | {_SUBFILE, _OLD_SUBFILE, _ORIENTATION, _DNG}
_THUMBNAIL_OR_MASK = 0b101


def is_tiff(content: bytes) -> bool:
    """Tell a TIFF, classic or big, by its first four bytes."""
    return content.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))


def pages(content: bytes, name: str) -> Iterator[Undecoded]:
    """Yield the pages of a TIFF, not decoded; thumbnails and masks, which the standard keeps beside pages, are none.

    Raises:
        ImageError: the chain of pages is malformed, or the tags of one of them are. What else is wrong with a page is
            raised when it is decoded.

    """
    directories = Directories(content, name)
    found = False
    for number, place in enumerate(directories.places, start=1):
        page_name = f"{name}, page {number}" if len(directories.places) > 1 else name
        tags = directories.tags(place, _WANTED)
        if _DNG in tags:
            raise not_read(name, "a camera's raw photo (DNG)", "export it as JPEG")
        if _is_page(tags):
            found = True
            yield partial(_page, content, directories.order, tags, page_name)
    if not found:
        raise ImageError(f"{name}: a TIFF that holds no page; export it anew as PNG")


def _is_page(tags: Tags) -> bool:
    return not tags.get(_SUBFILE, (0,))[0] & _THUMBNAIL_OR_MASK and tags.get(_OLD_SUBFILE, (1,))[0] != 2


def _page(content: bytes, order: str, tags: Tags, name: str) -> RGB:
    from PIL.TiffImagePlugin import TiffImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    (orientation,) = tags.get(_ORIENTATION, (1,))[:1]
    page = page_of(content, order, {tag: values for tag, values in tags.items() if tag in PIXEL_TAGS}, name)
    return decoded(
        TiffImageFile,
        page.content,
        name,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        negative=page.negative,
        bytes_a_pixel=page.bytes_a_pixel,
    )
