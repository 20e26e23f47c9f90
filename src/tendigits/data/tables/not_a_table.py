"""What a file is that is no table of images, in words, and what its owner can do about it."""

import re

from tendigits.data.gzipped import unzipped_start
from tendigits.data.tables.columns import PIXELS
from tendigits.data.tables.readings import READINGS, begins_as_readings

__all__ = ["GZIP", "ZIP", "is_csv", "what_instead"]

ZIP, GZIP = b"PK\3\4", b"\x1f\x8b"
"""How files of these kinds begin."""

_IDX = b"\0\0\x08"
"""However many dimensions it has."""

_NPY = b"\x93NUMPY"

_SEPARATORS = {b";": "semicolons", b"\t": "tabs"}

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WIDE = re.compile(rb"(?:[\t -~]\0){4}|(?:\0[\t -~]){4}")
"""Text in UTF-16 that has no byte order mark."""


def is_csv(start: bytes) -> bool:
    """Tell whether a line of text has as many fields as an image has pixels."""
    return _holds_fields(start, b",") and not _has_old_line_ends(start)


def what_instead(start: bytes) -> str | None:
    """Say what a file is that begins so, and what to do; None where it is nothing of which that is known."""
    if start.startswith(_NPY):
        return "a NumPy file of one array; save it as NPZ:  numpy.savez('digits.npz', images=numpy.load(FILE))"
    if start.startswith(GZIP):
        inner = unzipped_start(start, len(start))
        return what_instead(inner) if inner.startswith(_IDX) else "a gzip file in which are no IDX images; unpack it"
    if start.startswith(ZIP):
        return "a zip file in which is no array (.npy); unpack it, and if it is a spreadsheet, save that as CSV"
    if start.startswith(_IDX):
        return f"an IDX file in {start[3]} dimensions; images are in 3, and labels, in 1, lie beside them"
    return READINGS if begins_as_readings(start) else _what_text(start)


def _what_text(start: bytes) -> str | None:
    if start.startswith(_BYTE_ORDER_MARKS) or _WIDE.match(start):
        return "text in UTF-16; save the table as CSV UTF-8, with commas between the columns"
    other = next((words for sign, words in _SEPARATORS.items() if _holds_fields(start, sign)), None)
    if other:
        return f"its columns are separated by {other}; save the table as CSV, with commas between them"
    if _holds_fields(start, b","):
        return "its lines end in CR alone, as on old Macs; save the table as CSV UTF-8, whose lines end in LF or CRLF"
    return None


def _holds_fields(start: bytes, separator: bytes) -> bool:
    line = _line(start)
    return b"\0" not in line and line.count(separator) >= PIXELS - 1


def _has_old_line_ends(start: bytes) -> bool:
    return len(_line(start)) < len(start.partition(b"\n")[0].rstrip(b"\r"))


def _line(start: bytes) -> bytes:
    """Return the first line, whatever ends it."""
    return re.split(rb"[\r\n]", start, maxsplit=1)[0]
