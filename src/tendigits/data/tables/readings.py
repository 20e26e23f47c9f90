"""What ``read -o`` has written: a table, but not of images, and what its owner can do to have it evaluated."""

from collections.abc import Collection

__all__ = ["READINGS", "are_readings", "begins_as_readings"]

READINGS = (
    "it is what read -o has written: that says what was read, and not what is written. To know how much of it is right,"
    " read with --review FILE.html as well, and evaluate the labels.csv that the page saves"
)

_COLUMNS = {"path", "text", "confidence", "digits", "marks", "error"}
_KAGGLE = {"ImageId", "Label"}

_JSON = b'{"path": "'
"""How a line of JSON begins, whether its image could be read or not."""


def are_readings(names: Collection[str]) -> bool:
    """Whether columns of these names are what was read."""
    return set(names) >= _COLUMNS or set(names) == _KAGGLE


def begins_as_readings(start: bytes) -> bool:
    """Whether a text that begins so is what was read, in JSON lines or CSV."""
    return start.startswith(_JSON) or are_readings(start.partition(b"\n")[0].decode("utf-8-sig", "replace").split(","))
