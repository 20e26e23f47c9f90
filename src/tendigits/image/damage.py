"""What is said of an image file that is not whole, or not of the kinds that are read."""

from tendigits.errors import ImageError

__all__ = ["AS_PNG", "cut_short", "damaged", "not_read"]

AS_PNG = "open it in an image program and save it as PNG"
"""What to do with most files that are not read."""


def cut_short(name: str) -> ImageError:
    """Return the error for a file of which the rest is missing."""
    return ImageError(f"{name}: cut short: the file ends before its picture does; copy or download it again")


def damaged(name: str, reason: str) -> ImageError:
    """Return the error for a file that contradicts itself."""
    return ImageError(f"{name}: damaged: {reason}; copy or download it again")


def not_read(name: str, kind: str, remedy: str = AS_PNG) -> ImageError:
    """Return the error for a file that may be whole, but is of a kind that is not read."""
    return ImageError(f"{name}: {kind}, which is not read; {remedy}")
