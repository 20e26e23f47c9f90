"""How large an image may be: all of it is asked before a pixel is decoded, so that no small file takes the machine."""

from tendigits.errors import ImageError, ImageTooLargeError

__all__ = ["MAX_FILE_BYTES", "MAX_PAGES", "MAX_PIECES", "check_size"]

MAX_FILE_BYTES = 150_000_000
"""A colour scan of A4 at 600 dots an inch, not compressed, is 104 MB."""

MAX_PIXELS = 80_000_000
"""A scan of A3 at 600 dots an inch has 70 million. Beyond 89 million Pillow begins to warn of decompression bombs."""

MAX_SIDE = 65_535
"""What JPEG can hold. Longer pictures are strips that no camera and no scanner makes."""

MAX_MEMORY = 900_000_000
"""Bytes that an image may take, its file and all copies included: with Python and the program it stays below 1 GB."""

MAX_PAGES = 1_000
"""Pages of a TIFF: a drawer full of forms in one file."""

MAX_PIECES = 2**18
"""Chunks, segments, boxes, strips, comments: Python loops over them. One strip for each row of four planes fits."""


def check_size(width: int, height: int, name: str, *, bytes_a_pixel: float = 7, file_bytes: int = 0) -> None:
    """Refuse a picture that is too large to be decoded.

    Args:
        width: in pixels.
        height: in pixels.
        name: what errors call the image.
        bytes_a_pixel: memory that decoding takes: by default four for a pixel in Pillow and three for it in RGB.
        file_bytes: memory that the file and copies of it take.

    Raises:
        ImageTooLargeError: it has too many pixels, or takes too much memory.
        ImageError: it has none.

    """
    pixels = width * height
    if pixels <= 0:
        raise ImageError(f"{name}: {width:,} x {height:,} pixels: there is nothing to read")
    if pixels > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageTooLargeError(
            f"{name}: {width:,} x {height:,} pixels; at most {MAX_PIXELS // 10**6} million are read, and"
            f" {MAX_SIDE:,} in a row or column: scale it down or cut it into pieces"
        )
    memory = pixels * bytes_a_pixel + file_bytes
    if memory > MAX_MEMORY:
        raise ImageTooLargeError(
            f"{name}: {width:,} x {height:,} pixels, which from this file take {memory / 1e6:,.0f} MB of memory to"
            f" decode; at most {MAX_MEMORY // 10**6} MB are given to an image: scale it down, or save it as PNG"
        )
