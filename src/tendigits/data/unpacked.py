"""Arrays that are too long to be held: mapped into memory from where they lie, or from a temporary file."""

import tempfile

import numpy as np
from numpy.typing import NDArray

from tendigits.data.bounded import CHUNK, Stream
from tendigits.errors import DataError

__all__ = ["unpacked"]


def unpacked(stream: Stream, count: int, name: str) -> NDArray[np.uint8]:
    """Copy so many bytes to a temporary file, which is gone when nobody looks into it any more.

    Returns:
        uint8 (count,), mapped into memory, read-only.

    Raises:
        DataError: the stream ends before, or there is no room for the file.

    """
    with tempfile.TemporaryFile(prefix="tendigits-") as file:
        left = count
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                raise DataError(f"{name}: cut short: {count - left:,} bytes where {count:,} were to come")
            try:
                file.write(chunk)
            except OSError as error:
                raise DataError(
                    f"{name}: cannot be unpacked in {tempfile.gettempdir()}: {error.strerror or error}; it takes"
                    f" {count:,} bytes there"
                ) from error
            left -= len(chunk)
        file.flush()
        return np.memmap(file, np.uint8, "r", shape=(count,))
