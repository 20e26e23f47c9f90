"""EXIF's orientation, and nothing else of EXIF: Pillow warns of what is odd in the rest, and nobody here needs it."""

import struct

__all__ = ["orientation_in"]

_ORIENTATION, _SHORT = 0x0112, 3
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation_in(exif: bytes) -> int:
    """Return the orientation that an EXIF block tells, 1 to 8; 1, upright, where it tells none.

    Args:
        exif: a TIFF without an image (Exif 3.0, section 4.5), with or without the ``Exif`` that JPEG puts before it.

    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return 1
    try:
        return _in_directory(tiff, order)
    except struct.error:  # it ends before
        return 1


def _in_directory(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "L", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for index in range(count):
        tag, kind, values, value = struct.unpack_from(order + "HHLH", tiff, start + 2 + 12 * index)
        if (tag, kind, values) == (_ORIENTATION, _SHORT, 1):
            return value if 1 <= value <= 8 else 1
    return 1
