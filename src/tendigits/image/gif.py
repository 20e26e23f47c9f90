"""GIF (CompuServe, version 89a): the first picture of an animation, taken out as a GIF of its own."""

from collections.abc import Iterator

from tendigits.errors import ImageError
from tendigits.image.damage import cut_short, damaged
from tendigits.image.decoding import decoded
from tendigits.image.limits import check_size
from tendigits.image.picture import RGB

__all__ = ["is_gif", "page"]

_EXTENSION, _PICTURE, _CONTROL = b"!", b",", 0xF9
_MAX_BLOCKS = 2**20
"""Of at most 255 bytes each: more than the largest file holds of full ones."""


def is_gif(content: bytes) -> bool:
    """Tell a GIF by its first six bytes."""
    return content.startswith((b"GIF87a", b"GIF89a"))


def page(content: bytes, name: str) -> RGB:
    """Decode the first picture of a GIF; what is raised is said in ``decoded``."""
    from PIL.GifImagePlugin import GifImageFile  # noqa: PLC0415 - slow to load, and of use to no other format

    return decoded(GifImageFile, _first(content, name), name)


def _first(content: bytes, name: str) -> bytes:
    """Return a GIF of the screen, its palette, and the first picture with its transparency: no comments, no more."""
    start = screen = 13 + _palette_length(_byte(content, 10, name))
    control, blocks = b"", iter(range(_MAX_BLOCKS))
    while content[start : start + 1] == _EXTENSION:
        end = _end_of_blocks(content, start + 2, blocks, name)
        if content[start + 1] == _CONTROL:
            control = content[start:end]
        start = end
    if content[start : start + 1] != _PICTURE:
        raise cut_short(name) if start >= len(content) else damaged(name, "no picture where a GIF's should be")
    data = start + 10 + _palette_length(_byte(content, start + 9, name))
    _check_size(content, start, name)
    picture = content[start : _end_of_blocks(content, data + 1, blocks, name)]
    return content[:screen] + control + picture + b";"


def _byte(content: bytes, at: int, name: str) -> int:
    if at >= len(content):
        raise cut_short(name)
    return content[at]


def _palette_length(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_blocks(content: bytes, start: int, blocks: Iterator[int], name: str) -> int:
    """Return where data end that come in blocks, each with its length before it, the last of length 0.

    Each takes one from ``blocks``, of which there are as many as the whole file may have.
    """
    for _ in blocks:
        length = _byte(content, start, name)
        start += 1 + length
        if not length:
            return start
    raise damaged(name, f"more than {_MAX_BLOCKS:,} blocks")


def _check_size(content: bytes, picture: int, name: str) -> None:
    """Refuse a screen that is too large; Pillow makes it larger where the picture reaches beyond it.

    Raises:
        ImageError: it is too large, or empty.

    """
    fields = (content[6:10], content[picture + 1 : picture + 9])
    width, height, left, top, across, down = (
        int.from_bytes(field[at : at + 2], "little") for field in fields for at in range(0, len(field), 2)
    )
    if not across or not down:
        raise ImageError(f"{name}: its first picture has no pixels: there is nothing to read")
    check_size(max(width, left + across), max(height, top + down), name)
