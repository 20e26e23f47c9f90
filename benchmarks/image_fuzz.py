"""Bad and large images: none takes more than 1 GB, hangs, or ends in anything but pixels or an ImageError.

    make bench-images         # or: python benchmarks/image_fuzz.py [--mutants 5000] [--seed 1]

What mutants of small files of every kind say is read, in processes of 1,000; the well-known bombs; and the largest
picture of each kind that is still read, for which memory and time are at their worst. The last two have a process each.
Prints what it finds and writes image_fuzz.md; the exit code is 1 where something is not as it should be.
"""

import argparse
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import PIL
from measuring import machine

TESTS = Path(__file__).parents[1] / "tests" / "image"
sys.path.insert(0, str(TESTS))

from apart import read_apart  # noqa: E402 - the line above finds what the tests use
from bombs import BOMBS, HARMLESS, jpeg_of_scans  # noqa: E402 - as above
from image_files import drawing, heic_files, saved, valid_files  # noqa: E402 - as above

GIGABYTE, HANG_SECONDS, PIECE = 10**9, 60, 1000


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mutants", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    text, wrong = mutants(options.mutants, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        for title, files, wanted in (
            ("Bombs", BOMBS, "refused"),
            ("Not bombs", HARMLESS, "read"),
            ("Largest", LARGEST, "read"),
        ):
            rows, more = measured(files, wanted, Path(folder) / "image")
            text += f"\n## {title}\n\nAll have to be {wanted}.\n\n{rows}"
            wrong += more
    head = f"# Bad and large images\n\nOn {machine()}, Pillow {PIL.__version__}.\n\n"
    text = f"{head}{text}\nNot as it should be: {wrong}.\n"
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.exit(wrong > 0)


def mutants(count: int, seed: int) -> tuple[str, int]:
    """Return what came of the mutants, in words, and how many of them went wrong."""
    outcomes: Counter[str] = Counter()
    failures, slowest, peak = [], 0.0, 0
    for first in range(0, count, PIECE):
        piece = map(str, (seed, first, min(PIECE, count - first)))
        command = [sys.executable, "-W", "error", TESTS / "mutants.py", *piece]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:  # a crash, or a hang that it has ended itself
            failures.append(f"the process of mutants {first} and on: {result.stderr}")
            continue
        found = json.loads(result.stdout)
        outcomes.update(found["outcomes"])
        failures += found["failures"]
        slowest, peak = max(slowest, found["slowest"]), max(peak, found["peak"])
    text = (
        f"{count:,} mutants of {len(valid_files() | heic_files())} files, seed {seed}: {outcomes['read']:,} read,"
        f" {outcomes['refused']:,} refused, {len(failures)} anything else. The slowest took {slowest:.2f} s; no process"
        f" took more than {peak / 1e6:.0f} MB.\n" + "".join(f"\n{failure}\n" for failure in failures)
    )
    return text, len(failures) + (peak > GIGABYTE)


def measured(files: dict[str, Callable[[], bytes]], wanted: str, path: Path) -> tuple[str, int]:
    """Return a table of what came of files, and how many rows are not as they should be."""
    rows, wrong = ["| | file, MB | | peak, MB | seconds |", "| --- | --- | --- | --- | --- |"], 0
    for name, make in files.items():
        path.write_bytes(make())
        taken = read_apart(path, timeout=HANG_SECONDS)
        outcome = "read" if taken.refusal is None else "refused"
        right = outcome == wanted and taken.peak < GIGABYTE
        wrong += not right
        size = path.stat().st_size / 1e6
        mark = "" if right else " WRONG"
        rows.append(f"| {name} | {size:.1f} | {outcome}{mark} | {taken.peak / 1e6:.0f} | {taken.seconds:.2f} |")
    return "\n".join(rows) + "\n", wrong


def large(kind: str, side: int, mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    return lambda: saved(drawing(mode, (side, side)), kind, **options)


def large_heic(side: int) -> bytes:
    import pillow_heif

    file = BytesIO()
    pillow_heif.from_pillow(drawing("RGB", (side, side))).save(file, quality=60, enc_params={"preset": "ultrafast"})
    return file.getvalue()


def sixteen_bits(side: int) -> bytes:
    """Return a TIFF of four channels of 16 bits, in one strip, packed."""
    tags = {256: side, 257: side, 258: 16, 259: 8, 262: 2, 277: 4, 278: side, 338: 2}
    packed = zlib.compress(b"\xff\xee" * (4 * side * side), 1)
    tags |= {273: 8 + 2 + 12 * (len(tags) + 2) + 4, 279: len(packed)}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + packed


def ppm(side: int) -> bytes:
    return b"P3 %d %d 9\n" % (side, side) + b"7 " * (3 * side * side)


LARGEST = {
    "PNG, opacity": large("PNG", 8900, "RGBA", compress_level=1),
    "PNG, bits": large("PNG", 8900, "1"),
    "JPEG": large("JPEG", 8900),
    "JPEG, progressive": large("JPEG", 8900, progressive=True),
    "JPEG, progressive, no subsampling": large("JPEG", 8300, progressive=True, subsampling=0),
    "JPEG, 98 scans": lambda: jpeg_of_scans(93),
    "TIFF, packed": large("TIFF", 8900, "RGBA", compression="tiff_lzw"),
    "TIFF, 16 bits, one strip": lambda: sixteen_bits(7700),
    "TIFF, floating": large("TIFF", 8900, "F", compression="tiff_adobe_deflate"),
    "GIF": large("GIF", 8900, "P"),
    "WebP": large("WEBP", 6800, "RGBA", lossless=True, method=0, quality=0),
    "PPM, plain": lambda: ppm(4600),
}
"""The largest of each kind, by what ``tendigits.image.limits`` lets it take."""

if "drawing.avif" in valid_files():
    LARGEST["AVIF"] = large("AVIF", 7000, "RGBA", speed=10, subsampling="4:4:4")
if heic_files():
    LARGEST["HEIC"] = lambda: large_heic(7400)


if __name__ == "__main__":
    main()
