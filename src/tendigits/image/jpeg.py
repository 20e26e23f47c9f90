"""JPEG (ITU-T T.81): the segments that say what the pixels are, kept; the orientation, taken out of EXIF.

Everything else is left out unseen: comments, thumbnails, colour profiles, depth maps, the video behind a motion photo.
The scans are counted before they are decoded: each pass over a progressive picture costs time for all of its pixels,
and takes a few bytes in the file.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tendigits.errors import ImageError
from tendigits.image.damage import cut_short, damaged
from tendigits.image.decoding import decoded
from tendigits.image.limits import MAX_PIECES
from tendigits.image.orientation import orientation_in
from tendigits.image.picture import RGB

__all__ = ["is_jpeg", "page"]

_MAX_SCANS = 100
"""Encoders make about ten. A hundred passes over the largest picture take some seconds."""

_START, _END, _SCAN, _EXIF, _JFIF, _ADOBE = 0xD8, 0xD9, 0xDA, 0xE1, 0xE0, 0xEE
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_FRAMES = set(range(0xC0, 0xD0)) - _TABLES - {0xC8}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_ALONE = {0x01, _START, _END}
"""Markers without content: a temporary one, and those of the picture."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker that ends a scan: not a stuffed 0xFF, one that fills up, or a restart.

It repeats nothing: in a row of 0xFF ``\xff+`` would try every length from every place.
"""


class _Segment(NamedTuple):
    marker: int
    start: int
    body: int
    """Where its content begins, behind the length."""
    end: int


def is_jpeg(content: bytes) -> bool:
    """Tell a JPEG by its first three bytes: that it starts, and that another marker follows."""
    return content.startswith(b"\xff\xd8\xff")


def page(content: bytes, name: str) -> RGB:
    """Decode the one page of a JPEG; what is raised is said in ``decoded``."""
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    segments = list(_segments(content, name))
    cost = _bytes_a_pixel(content, segments, name)
    exifs = (content[part.body : part.end] for part in segments if part.marker == _EXIF)
    exif = next((found for found in exifs if found.startswith(b"Exif\0\0")), b"")
    view = memoryview(content)
    stripped = b"".join(view[part.start : part.end] for part in segments if _says_what_pixels_are(content, part))
    return decoded(JpegImageFile, stripped, name, orientation=orientation_in(exif), bytes_a_pixel=cost)


def _segments(content: bytes, name: str) -> Iterator[_Segment]:
    """Yield the segments up to the end of the picture; a scan's entropy-coded data belong to its segment."""
    start = 0
    for _ in range(MAX_PIECES):
        segment = _segment(content, _next_marker(content, start, name), name)
        yield segment
        if segment.marker == _END:
            return
        start = segment.end
    raise damaged(name, f"more than {MAX_PIECES:,} segments")


def _segment(content: bytes, start: int, name: str) -> _Segment:
    marker, body = content[start + 1], start + 2
    if marker in _ALONE:
        return _Segment(marker, start, body, body)
    length = int.from_bytes(content[body : body + 2], "big")
    end = body + length
    if max(end, body + 2) > len(content):
        raise cut_short(name)
    if length < 2:
        raise damaged(name, "a JPEG segment of no length")
    return _Segment(marker, start, body + 2, _next_marker(content, end, name) if marker == _SCAN else end)


def _next_marker(content: bytes, start: int, name: str) -> int:
    """Return where the next marker is; there is always one, for without the last nobody knows what is missing."""
    found = _MARKER.search(content, start)
    if found is None:
        raise cut_short(name)
    return found.start()


def _says_what_pixels_are(content: bytes, part: _Segment) -> bool:
    """Tell which segments are kept; the first two of APP tell what colours the components are."""
    if part.marker == _JFIF:
        return content.startswith(b"JFIF\0", part.body) and part.end - part.body >= 14
    if part.marker == _ADOBE:
        return content.startswith(b"Adobe", part.body) and part.end - part.body >= 12
    return part.marker in _TABLES | _FRAMES | {_START, _SCAN, _END}


def _only_frame(segments: list[_Segment], scans: int, name: str) -> _Segment:
    """Return the header of the picture.

    Raises:
        ImageError: there is not exactly one, or it is in too many scans.

    """
    frames = [part for part in segments if part.marker in _FRAMES]
    if len(frames) != 1 or not scans:
        raise damaged(name, f"{len(frames)} JPEG pictures in {scans} scans; expected one")
    if scans > _MAX_SCANS:
        raise ImageError(
            f"{name}: a JPEG of {scans:,} scans; at most {_MAX_SCANS} are read: open it in an image program and save it"
            " anew"
        )
    return frames[0]


def _bytes_a_pixel(content: bytes, segments: list[_Segment], name: str) -> float:
    """Four bytes a pixel in Pillow and three in RGB; two a coefficient where all are kept until the last scan."""
    scans = sum(part.marker == _SCAN for part in segments)
    frame = _only_frame(segments, scans, name)
    if scans == 1 and frame.marker not in _PROGRESSIVE:
        return 7
    samplings = content[frame.body + 7 : frame.end : 3]
    across, down = [sampling >> 4 for sampling in samplings], [sampling & 15 for sampling in samplings]
    blocks = max(across, default=0) * max(down, default=0)
    if not blocks:
        raise damaged(name, "a JPEG picture of no components")
    return 7 + 2 * sum(h * v for h, v in zip(across, down, strict=True)) / blocks
