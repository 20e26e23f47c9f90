"""Small files that claim much, or unpack to it: each a few megabytes at most, made when it is asked for."""

import gzip
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from image_files import drawing, heic, saved
from PIL import features

HUGE = 100_000


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [
        struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        for kind, content in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def png_header(width: int, height: int, depth: int = 1, colour: int = 0) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">LLBBBBB", width, height, depth, colour, 0, 0, 0)


def small_png(*more: tuple[bytes, bytes]) -> bytes:
    """A white pixel, with more chunks before it."""
    return png(png_header(1, 1, 8), *more, (b"IDAT", zlib.compress(b"\0\xff")), (b"IEND", b""))


def packed(megabytes: int) -> bytes:
    return zlib.compress(bytes(megabytes * 10**6), 9)


def tiff(tags: dict[int, tuple[int, ...]], *, following: int = 0, behind: bytes = b"", order: str = "<") -> bytes:
    """A TIFF of one directory, every value a long; ``behind`` comes after it."""
    place = 8 + 2 + 12 * len(tags) + 4
    entries, outside = [], b""
    for tag, values in sorted(tags.items()):
        content = struct.pack(f"{order}{len(values)}L", *values)
        value = struct.pack(order + "L", place + len(outside)) if len(values) > 1 else content
        outside += content if len(values) > 1 else b""
        entries.append(struct.pack(order + "HHL4s", tag, 4, len(values), value))
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, len(tags))
    return header + b"".join(entries) + struct.pack(order + "L", following) + outside + behind


def page(width: int, height: int, **more: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """The tags of a grey page in one strip, which is the header of the file."""
    tags = {
        256: (width,),
        257: (height,),
        258: (8,),
        259: (1,),
        262: (1,),
        273: (0,),
        277: (1,),
        278: (height,),
        279: (8,),
    }
    return tags | {int(tag[1:]): values for tag, values in more.items()}


def directories(count: int) -> bytes:
    """A TIFF of many empty directories, one behind the other."""
    return (
        b"II*\0"
        + struct.pack("<L", 8)
        + b"".join(
            struct.pack("<HHHLLL", 1, 256, 4, 1, 1, 8 + 18 * (number + 1) if number + 1 < count else 0)
            for number in range(count)
        )
    )


def jpeg_of_size(width: int, height: int) -> bytes:
    """The drawing, its header changed: lottapixel.jpg."""
    content = saved(drawing(), "JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG of the largest size, its last scan over and over."""
    content = saved(drawing("L", (800, 800)), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    at = content.index(b"\xff\xc2") + 5
    content = content[:at] + struct.pack(">HH", 8900, 8900) + content[at + 4 :]
    return content[:last] + content[last:-2] * count + content[-2:]


def gif(width: int, height: int, left: int = 0, extensions: bytes = b"") -> bytes:
    """A GIF of one pixel, on a screen of any size, at any place."""
    picture = b"," + struct.pack("<HHHHB", left, left, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + b"\0\0\0\xff\xff\xff"
        + extensions
        + picture
        + b";"
    )


def webp(width: int, height: int) -> bytes:
    content = saved(drawing(), "WEBP", lossless=True)
    bits = int.from_bytes(content[21:25], "little") & ~(2**28 - 1) | (height - 1) << 14 | (width - 1)
    return content[:21] + bits.to_bytes(4, "little") + content[25:]


def bmp(width: int, height: int, compression: int = 0) -> bytes:
    header = struct.pack("<LllHHLLLLLL", 40, width, height, 1, 8, compression, 0, 0, 0, 0, 0)
    pixels = b"\0\2\xff\xff" * 1000 if compression else b""
    return b"BM" + struct.pack("<LLL", 0, 0, 14 + 40 + 1024) + header + bytes(1024) + pixels


def with_size_in_box(content: bytes, side: int) -> bytes:
    """An AVIF or HEIC whose property says that the picture is larger."""
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">LL", side, side) + content[at + 8 :]


def zipped(name: str, megabytes: int) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(megabytes * 10**6))
    return file.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
    + b']><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>'
)

BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG of 100,000 x 100,000": lambda: png(png_header(HUGE, HUGE), (b"IDAT", packed(10)), (b"IEND", b"")),
    "PNG of 20 GB in one row": lambda: png(png_header(2**31 - 1, 1, 16, 6), (b"IDAT", packed(10)), (b"IEND", b"")),
    "PNG of a million chunks": lambda: small_png(*[(b"IDAT", b"")] * 10**6),
    "TIFF of 100,000 x 100,000": lambda: tiff(page(HUGE, HUGE)),
    "TIFF in a tile of 60,000 x 60,000": lambda: tiff(
        page(8, 8, t322=(60_000,), t323=(60_000,), t324=(8,), t325=(8,), t259=(5,))
    ),
    "TIFF in tiles of one pixel": lambda: tiff(page(8000, 8000, t322=(1,), t323=(1,), t324=(8,) * 9, t325=(1,) * 9)),
    "TIFF whose strips are one another": lambda: tiff(
        page(1000, 50_000, t278=(1,), t273=(8,) * 50_000, t279=(10**6,) * 50_000, t259=(5,)), behind=bytes(10**6)
    ),
    "TIFF of a billion samples": lambda: tiff(page(8, 8, t277=(10**9,))),
    "TIFF whose pages go in a circle": lambda: tiff(page(1, 1), following=8),
    "TIFF of 100,000 pages": lambda: directories(100_000),
    "TIFF of 65,535 tags": lambda: b"II*\0" + struct.pack("<LH", 8, 65_535) + bytes(12 * 65_535 + 4),
    "BigTIFF beyond the end": lambda: b"II+\0" + struct.pack("<HHQ", 8, 0, 2**63),
    "JPEG of 65,500 x 65,500": lambda: jpeg_of_size(65_500, 65_500),
    "JPEG of 10,000 scans": lambda: jpeg_of_scans(10_000),
    "JPEG of a megabyte of 0xFF": lambda: b"\xff\xd8" + b"\xff" * 10**6,
    "JPEG of a scan of 0xFF": lambda: saved(drawing(), "JPEG")[:-2] + b"\xff" * 10**6,
    "JPEG of a million comments": lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 10**6 + saved(drawing(), "JPEG")[2:],
    "GIF of 65,535 x 65,535": lambda: gif(65_535, 65_535),
    "GIF whose picture lies beyond its screen": lambda: gif(10, 10, left=65_000),
    "GIF of two million comments": lambda: gif(1, 1, extensions=b"!\xfe" + b"\1a" * 2_000_000 + b"\0"),
    "WebP of 16,383 x 16,383": lambda: webp(16_383, 16_383),
    "BMP of 2,147,483,647 x 65,535": lambda: bmp(2**31 - 1, 65_535),
    "BMP of 40 million pixels in 4,000 bytes": lambda: bmp(40_000_000 // 65_535, 65_535, 1),
    "PGM of 100,000 x 100,000": lambda: b"P5 100000 100000 255\n" + bytes(1000),
    "PGM with a comment of ten megabytes": lambda: b"P5\n#" + b"#" * 10**7,
    "PGM of five million spaces": lambda: b"P5" + b" " * 5_000_000,
    "PGM of five million comments": lambda: b"P5\n" + b"#\n" * 5_000_000,
    "PGM of five million comments between its numbers": lambda: b"P2 1 1 255\n7\n" + b"#\n" * 5_000_000,
    "PGM of numbers without end": lambda: b"P2 10 10 255\n" + b"9" * 10**7,
    "gzip of 100 MB": lambda: gzip.compress(bytes(10**8)),
    "zip of 100 MB": lambda: zipped("page.png", 100),
    "billion laughs": lambda: LAUGHS,
    "HEIC of 60,000 x 60,000": lambda: with_size_in_box(heic(drawing()), 60_000),
}
"""They have to be refused."""

if features.check("avif"):
    BOMBS["AVIF of 60,000 x 60,000"] = lambda: with_size_in_box(saved(drawing(), "AVIF"), 60_000)

HARMLESS: dict[str, Callable[[], bytes]] = {
    "PNG with 100 MB of text in zTXt": lambda: small_png((b"zTXt", b"Comment\0\0" + packed(100))),
    "PNG with 100 MB of text in iTXt": lambda: small_png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed(100))),
    "PNG with 100 MB of colour profile": lambda: small_png((b"iCCP", b"sRGB\0\0" + packed(100))),
    "PNG with 100 MB behind its pixels": lambda: png(
        png_header(1, 1, 8), (b"IDAT", zlib.compress(b"\0\xff" + bytes(10**8))), (b"IEND", b"")
    ),
    "GIF of 200,000 comments": lambda: gif(1, 1, extensions=b"!\xfe\1a\0" * 200_000),
    "TIFF whose other tags are all of the file": lambda: tiff(
        page(1, 1) | {60_000 + number: (8,) * 250_000 for number in range(5)}
    ),
}
"""What is large in them is none of the pixels': they are read."""
