"""Images made here by Pillow and NumPy: small files of every kind that is read, and what can be made of their bytes."""

import random
import struct
import zlib
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, features

from tendigits.image import pages


def drawing(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    """Ink on paper, in colour, without a symmetry."""
    image = Image.new("RGB", size, (250, 245, 230))
    draw = ImageDraw.Draw(image)
    draw.line((5, 4, 5, 25), (10, 20, 120), 3)
    draw.line((5, 25, 30, 20), (120, 20, 10), 2)
    draw.ellipse((20, 3, 36, 12), outline=(20, 90, 20))
    return as_mode(image, mode)


def as_mode(image: Image.Image, mode: str) -> Image.Image:
    """Convert, also to 16 bits, where Pillow would cut off."""
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    return image.convert("L").convert(mode) if mode in {"1", "I", "F"} else image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def heic(image: Image.Image) -> bytes:
    import pillow_heif

    file = BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=95)
    return file.getvalue()


def one(source: Any) -> np.ndarray:
    """Read an image that has exactly one page."""
    (page,) = pages(source)
    return page


def greys(image: Image.Image) -> np.ndarray:
    """The drawing as a picture of no colour, (height, width, 3)."""
    return np.asarray(image.convert("L").convert("RGB"))


def valid_files() -> dict[str, bytes]:
    """One file of every kind that is read, named after it."""
    rgb, other = drawing(), drawing().transpose(Image.Transpose.ROTATE_180)
    pngs = {f"{mode}.png": saved(drawing(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")}
    tiffs = {
        f"{mode}.tif": saved(drawing(mode), "TIFF") for mode in ("1", "L", "P", "RGBA", "CMYK", "I;16", "F", "LAB")
    }
    packed = {
        f"{method}.tif": saved(drawing("1" if "group" in method else "RGB"), "TIFF", compression=method)
        for method in ("group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    }
    files = pngs | tiffs | packed
    files["text.png"] = saved(rgb, "PNG", pnginfo=text_chunks(), exif=exif(6))
    files["animated.png"] = saved(rgb, "PNG", save_all=True, append_images=[other])
    files["baseline.jpg"] = saved(rgb, "JPEG", exif=exif(8), comment="drawn")
    files["progressive.jpg"] = saved(rgb, "JPEG", progressive=True)
    files["grey.jpg"] = saved(drawing("L"), "JPEG")
    files["cmyk.jpg"] = saved(drawing("CMYK"), "JPEG")
    files["pages.tif"] = saved(rgb, "TIFF", save_all=True, append_images=[other], compression="tiff_lzw")
    files["big.tif"] = saved(rgb, "TIFF", big_tiff=True)
    files["still.gif"] = saved(rgb, "GIF")
    files["animated.gif"] = saved(rgb, "GIF", save_all=True, append_images=[other], comment=b"drawn")
    files["lossy.webp"] = saved(drawing("RGBA"), "WEBP", exif=exif(3))
    files["lossless.webp"] = saved(rgb, "WEBP", lossless=True)
    files["animated.webp"] = saved(rgb, "WEBP", save_all=True, append_images=[other])
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        files[f"{mode}.bmp"] = saved(drawing(mode), "BMP")
    for mode, ending in (("1", "pbm"), ("L", "pgm"), ("RGB", "ppm")):
        files[f"raw.{ending}"] = saved(drawing(mode), "PPM")
    files["plain.pgm"] = b"P2 # drawn\n4 3 15\n" + b" ".join(b"%d" % value for value in range(12))
    if features.check("avif"):
        files["drawing.avif"] = saved(drawing("RGBA"), "AVIF", exif=exif(6))
    return files


def heic_files() -> dict[str, bytes]:
    """HEIC files, where the extra is installed."""
    if find_spec("pillow_heif") is None:
        return {}
    return {"RGB.heic": heic(drawing()), "RGBA.heic": heic(drawing("RGBA"))}


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = "a drawing"
    return block


def text_chunks() -> Any:
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    chunks.add_text("Comment", "drawn", zip=True)
    chunks.add_itxt("Titel", "gezeichnet", zip=True)
    return chunks


VALUES = [
    bytes(4),
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\1",
    b"\1\0\0\0",
    b"\x80",
    b"\xff\xff",
]


def mutant(files: dict[str, bytes], draw: random.Random) -> tuple[str, bytes]:
    """A file with one to four changes, half of them near its beginning; checksums of PNG are made right in half."""
    name, other = draw.choice(sorted(files)), draw.choice(sorted(files))
    content = bytearray(files[name])
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(min(len(content), draw.choice([80, 400, 10**9])) or 1)
        length = draw.choice([0, 1, 1, 2, 4, 30])
        new = draw.choice([draw.randbytes(length), draw.choice(VALUES), bytes(content[at : at + 40]), b""])
        match draw.randrange(5):
            case 0:
                content[at : at + len(new)] = new
            case 1:
                content[at : at + length] = new
            case 2:
                content[at : at + 1] = bytes([content[at] ^ 1 << draw.randrange(8)]) if at < len(content) else b""
            case 3:
                content = content[: at + 1] if draw.random() < 0.3 else content
            case 4:
                content[at:] = files[other][at:] if draw.random() < 0.3 else content[at:]
    whole = bytes(content)
    return name, with_checksums(whole) if name.endswith(".png") and draw.random() < 0.5 else whole


def with_checksums(content: bytes) -> bytes:
    """A PNG whose chunks, as far as they go, have the checksums of what is in them."""
    parts, at = [content[:8]], 8
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        parts += [content[at:end], struct.pack(">L", zlib.crc32(content[at + 4 : end]))]
        at = end + 4
    return b"".join((*parts, content[at:]))
