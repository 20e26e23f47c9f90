"""One page of a TIFF, as a TIFF of its own: the tags that say what its pixels are, and its strips or tiles.

Their offsets and lengths are held against the file and against the size of the page. What is uncompressed has to be
there to the last byte; whether what is compressed is enough, the decoder finds out.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from itertools import accumulate
from typing import NamedTuple

from tendigits.image.damage import cut_short, damaged, not_read
from tendigits.image.limits import MAX_PIECES, check_size
from tendigits.image.tiff_directory import Tags

__all__ = ["PIXEL_TAGS", "page_of"]


class _Tag(IntEnum):
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_LENGTHS = 279
    PLANES = 284
    FAX3_OPTIONS = 292
    FAX4_OPTIONS = 293
    PREDICTOR = 317
    PALETTE = 320
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_LENGTHS = 325
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    JPEG_TABLES = 347
    SUBSAMPLING = 530


PIXEL_TAGS = frozenset(_Tag)
_LISTS = {_Tag.BITS, _Tag.PALETTE, _Tag.EXTRA_SAMPLES, _Tag.SAMPLE_FORMAT, _Tag.JPEG_TABLES, _Tag.SUBSAMPLING}
"""The tags of several values. Any other has one, and Pillow warns of more."""
_PLACES = {_Tag.STRIP_OFFSETS, _Tag.STRIP_LENGTHS, _Tag.TILE_OFFSETS, _Tag.TILE_LENGTHS}

_COMPRESSIONS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946}
"""None, the three of fax, LZW, JPEG, deflate, PackBits, deflate's older number."""

_NONE, _WHITE_IS_ZERO, _BLACK_IS_ZERO, _YCBCR, _SEPARATE, _UNSIGNED = 1, 0, 1, 6, 2, 1
_MAX_SAMPLES, _MAX_BITS = 8, 64
_SHORT, _LONG, _UNDEFINED = (3, "H"), (4, "L"), (7, "B")


class Page(NamedTuple):
    """A page as it is decoded.

    Attributes:
        content: a TIFF of this page alone.
        negative: whether great values are dark, which Pillow knows of 8 bits and fewer.
        bytes_a_pixel: memory that decoding takes.

    """

    content: bytes
    negative: bool
    bytes_a_pixel: float


class _Grid(NamedTuple):
    """How a page is cut into strips or tiles."""

    offsets: _Tag
    lengths: _Tag
    width: int
    height: int
    across: int
    down: int
    planes: int

    @property
    def pieces(self) -> int:
        return self.across * self.down * self.planes


def page_of(content: bytes, order: str, tags: Tags, name: str) -> Page:
    """Take one page out of a TIFF.

    Args:
        content: the whole file.
        order: the order of bytes in its numbers, ``<`` or ``>``.
        tags: those of PIXEL_TAGS that the page has.
        name: what errors call it.

    Raises:
        ImageError: the page is cut short, malformed, too large, or compressed by a method that is not read.

    """
    width, height = _one(tags, _Tag.WIDTH, 0), _one(tags, _Tag.HEIGHT, 0)
    check_size(width, height, name)
    _check_kind(order, tags, name)
    grid = _grid(tags, width, height, name)
    row = -(-grid.width * _bits_a_pixel(tags, name) // 8)
    pieces = list(_pieces(content, tags, grid, row, name))
    compressed = _one(tags, _Tag.COMPRESSION, _NONE) != _NONE
    buffer = grid.height * max(row, 4 * grid.width) if compressed else 0  # of a strip or tile, unpacked
    negative = _one(tags, _Tag.PHOTOMETRIC, _WHITE_IS_ZERO) == _WHITE_IS_ZERO and max(tags.get(_Tag.BITS, (1,))) > 8
    return Page(_file(order, _kept(tags, negative=negative), grid, pieces), negative, 7 + buffer / (width * height))


def _kept(tags: Tags, *, negative: bool) -> Tags:
    """Return the tags of the new file, except where its strips or tiles are."""
    kept = {tag: values if tag in _LISTS else values[:1] for tag, values in tags.items() if tag not in _PLACES}
    return kept | {_Tag.PHOTOMETRIC: (_BLACK_IS_ZERO,)} if negative else kept


def _one(tags: Tags, tag: _Tag, default: int) -> int:
    return tags.get(tag, (default,))[0]


def _check_kind(order: str, tags: Tags, name: str) -> None:
    """Refuse what Pillow would not read, or read wrongly without a word: the last two."""
    compression, bits = _one(tags, _Tag.COMPRESSION, _NONE), max(tags.get(_Tag.BITS, (1,)))
    if compression not in _COMPRESSIONS:
        raise not_read(name, f"a TIFF compressed by method {compression}")
    subsampled = _one(tags, _Tag.PHOTOMETRIC, 0) == _YCBCR and tags.get(_Tag.SUBSAMPLING, (2, 2)) != (1, 1)
    if subsampled and compression == _NONE:
        raise not_read(name, "a TIFF of subsampled colours that are not compressed")
    if _planes(tags) > 1 and bits > 8 and compression == _NONE:
        raise not_read(name, f"a TIFF of separate planes of {bits} bits that are not compressed")
    unsigned = _one(tags, _Tag.SAMPLE_FORMAT, _UNSIGNED) == _UNSIGNED
    if order == ">" and not unsigned and bits > 8 and compression != _NONE:
        raise not_read(name, "a TIFF of signed or floating values, big-endian and compressed")


def _planes(tags: Tags) -> int:
    return _one(tags, _Tag.SAMPLES, 1) if _one(tags, _Tag.PLANES, 1) == _SEPARATE else 1


def _bits_a_pixel(tags: Tags, name: str) -> int:
    """Return how many bits a pixel takes in a strip or tile, which may be one plane of it."""
    samples, bits = _one(tags, _Tag.SAMPLES, 1), tags.get(_Tag.BITS, (1,))
    if not 1 <= samples <= _MAX_SAMPLES or not 1 <= max(bits) <= _MAX_BITS:
        raise not_read(name, f"a TIFF of {samples} samples a pixel and {max(bits)} bits a sample")
    if _one(tags, _Tag.PLANES, 1) == _SEPARATE:
        return max(bits)
    return sum(bits) if len(bits) == samples else samples * max(bits)


def _grid(tags: Tags, width: int, height: int, name: str) -> _Grid:
    if _Tag.TILE_OFFSETS in tags:
        across, down = _one(tags, _Tag.TILE_WIDTH, 0), _one(tags, _Tag.TILE_HEIGHT, 0)
        places = _Tag.TILE_OFFSETS, _Tag.TILE_LENGTHS
    else:
        across, down = width, min(height, _one(tags, _Tag.ROWS_PER_STRIP, height))
        places = _Tag.STRIP_OFFSETS, _Tag.STRIP_LENGTHS
    if not across or not down:
        raise damaged(name, "strips or tiles of no pixels")
    grid = _Grid(*places, across, down, -(-width // across), -(-height // down), _planes(tags))
    if grid.pieces > MAX_PIECES:
        raise damaged(name, f"{grid.pieces:,} strips or tiles")
    check_size(width, height, name, bytes_a_pixel=across * down / (width * height))
    return grid


def _pieces(content: bytes, tags: Tags, grid: _Grid, row: int, name: str) -> Iterator[memoryview]:
    """Yield the strips or tiles, one after the other, together no more than there is in the file."""
    offsets = tags.get(grid.offsets, ())
    lengths = _lengths(tags, grid, row)
    if min(len(offsets), len(lengths)) < grid.pieces:
        raise damaged(name, f"{min(len(offsets), len(lengths)):,} strips or tiles of {grid.pieces:,}")
    if sum(lengths[: grid.pieces]) > len(content):
        raise cut_short(name)
    view = memoryview(content)
    for offset, length in zip(offsets[: grid.pieces], lengths, strict=False):
        if offset + length > len(content):
            raise cut_short(name)
        yield view[offset : offset + length]


def _lengths(tags: Tags, grid: _Grid, row: int) -> tuple[int, ...]:
    """Return how long the strips or tiles are; of uncompressed ones that follows from the page's size."""
    if _one(tags, _Tag.COMPRESSION, _NONE) != _NONE:
        return tags.get(grid.lengths, ())
    if grid.offsets == _Tag.TILE_OFFSETS:
        return (row * grid.height,) * grid.pieces
    last = _one(tags, _Tag.HEIGHT, 0) - (grid.down - 1) * grid.height
    return (*(row * grid.height,) * (grid.down - 1), row * last) * grid.planes


def _file(order: str, tags: Tags, grid: _Grid, pieces: list[memoryview]) -> bytes:
    """Return a TIFF of one directory: header, tags, values that do not fit into a tag, strips or tiles."""
    lengths = [len(piece) for piece in pieces]
    tags = tags | {grid.offsets: (0,) * len(pieces), grid.lengths: tuple(lengths)}
    pixels = len(_directory(order, tags))
    tags[grid.offsets] = tuple(accumulate(lengths[:-1], initial=pixels))
    return b"".join((_directory(order, tags), *pieces))


def _directory(order: str, tags: Tags) -> bytes:
    """Return a TIFF without its strips or tiles, as long whatever places its tags name."""
    behind_tags = 8 + 2 + 12 * len(tags) + 4
    entries, outside = [], b""
    for tag in sorted(tags):
        kind, packed = _packed(order, tag, tags[tag])
        place = packed if len(packed) <= 4 else struct.pack(order + "L", behind_tags + len(outside))
        entries.append(struct.pack(order + "HHL4s", tag, kind, len(tags[tag]), place))
        outside += packed if len(packed) > 4 else b""
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, len(entries))
    return b"".join((header, *entries, bytes(4), outside))


def _packed(order: str, tag: int, values: tuple[int, ...]) -> tuple[int, bytes]:
    """Return a tag's type and its values."""
    if tag == _Tag.JPEG_TABLES:
        kind, code = _UNDEFINED
    else:
        kind, code = _LONG if tag in _PLACES or max(values) >= 2**16 else _SHORT
    return kind, struct.pack(f"{order}{len(values)}{code}", *values)
