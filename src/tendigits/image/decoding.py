"""One page decoded by Pillow, from a file that holds nothing but what says what the pixels are.

Pillow's own ways to be told what is wrong are settings of the whole process: its limit of pixels, whether truncated
files are let pass, and ``warnings``. A host program may have set them, and other threads may read at the same time, so
none is set here. Instead each format's room hands over a file in which there is nothing to warn of, the format's class
is called itself instead of ``Image.open``, and a read at the end of the file raises, which truncation cannot survive.

Two things are left as they are. Of a strip that it cannot unpack libtiff writes a line to standard error. And a limit
of pixels that the host program has set lower than the one here holds for TIFF, GIF and WebP, whose classes ask it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL.ImageFile import ImageFile

from tendigits.errors import ImageError
from tendigits.image.damage import AS_PNG, cut_short
from tendigits.image.limits import check_size
from tendigits.image.orientation import orientation_in
from tendigits.image.picture import RGB
from tendigits.image.pillow import on_paper

__all__ = ["decoded", "decoder_errors"]


class _Whole(BytesIO):
    """A file at whose end nothing may be read: a decoder that comes there has too little."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self._name = name

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        if not content and size:
            raise cut_short(self._name)
        return content


def decoded(
    opener: Callable[[BytesIO], ImageFile],
    content: bytes,
    name: str,
    *,
    orientation: int | None = None,
    negative: bool = False,
    bytes_a_pixel: float = 7,
    copies: int = 2,
) -> RGB:
    """Decode a page.

    Args:
        opener: Pillow's class for the format.
        content: the file.
        name: what errors call it.
        orientation: EXIF's number, 1 to 8, where the format's room has found it; else what Pillow found counts.
        negative: whether great values are dark.
        bytes_a_pixel: memory that decoding takes.
        copies: of the file, in memory at once: what the user handed over, what is decoded, and the decoder's own.

    Raises:
        ImageError: the file is cut short, damaged, too large, or of a kind that Pillow does not read.

    """
    with decoder_errors(name), opener(_Whole(content, name)) as image:
        width, height = image.size
        check_size(width, height, name, bytes_a_pixel=bytes_a_pixel, file_bytes=copies * len(content))
        image.load()
        if orientation is None:
            orientation = orientation_in(image.info.get("exif", b""))
        return on_paper(image, name, orientation=orientation, negative=negative)


@contextmanager
def decoder_errors(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises into an ImageError: of a malformed file that may be any exception there is."""
    try:
        yield
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(
            f"{name}: cannot be decoded: it is damaged or of a rare kind ({error or type(error).__name__}); {AS_PNG}"
        ) from error
