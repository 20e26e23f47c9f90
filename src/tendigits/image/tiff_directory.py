"""The directories of a TIFF (revision 6.0, section 2, and BigTIFF): chained tables of tags, read without any trust."""

import struct
from typing import NamedTuple

from tendigits.errors import ImageTooLargeError
from tendigits.image.damage import cut_short, damaged
from tendigits.image.limits import MAX_PAGES, MAX_PIECES

__all__ = ["Directories", "Tags"]

Tags = dict[int, tuple[int, ...]]
"""The values of those tags that were asked for."""

_MAX_ENTRIES = 1_000
"""Tags in a directory; a scanner writes thirty."""

_BIG = 43
_CODES = {1: "B", 3: "H", 4: "L", 7: "B", 13: "L", 16: "Q", 18: "Q"}
"""The types that a tag can have which says what pixels are: whole numbers, none of them negative."""


class _Widths(NamedTuple):
    """How wide numbers are, as struct codes."""

    number: str
    entry: str
    pointer: str


_CLASSIC, _BIGTIFF = _Widths("H", "HHL4s", "L"), _Widths("Q", "HHQ8s", "Q")


class Directories:
    """The directories of a TIFF.

    Attributes:
        order: ``<`` or ``>``, the order of bytes in its numbers.
        places: where they begin, at most MAX_PAGES of them.

    Raises:
        ImageError: the chain goes on behind the end of the file, in a circle, or too long.

    """

    def __init__(self, content: bytes, name: str) -> None:
        self._content, self._name = content, name
        self.order = "<" if content.startswith(b"II") else ">"
        big = self._unpack("H", 2)[0] == _BIG
        self._widths = _BIGTIFF if big else _CLASSIC
        self.places = self._chain(8 if big else 4)

    def tags(self, place: int, wanted: frozenset[int]) -> Tags:
        """Read those tags of a directory that are wanted and are there.

        Raises:
            ImageError: a value lies behind the end of the file, or is no whole number.

        """
        return {
            tag: self._values(tag, kind, count, value)
            for tag, kind, count, value in self._entries(place)
            if tag in wanted and count
        }

    def _chain(self, pointer: int) -> list[int]:
        places: list[int] = []
        while place := self._unpack(self._widths.pointer, pointer)[0]:
            if place in places:
                raise damaged(self._name, "its pages follow each other in a circle")
            if len(places) == MAX_PAGES:
                raise ImageTooLargeError(
                    f"{self._name}: more than {MAX_PAGES:,} pages, the most that are read: split it"
                )
            places.append(place)
            start, count = self._table(place)
            pointer = start + count * self._size(self._widths.entry)
        return places

    def _entries(self, place: int) -> list[tuple[int, int, int, bytes]]:
        start, count = self._table(place)
        end = start + count * self._size(self._widths.entry)
        return list(struct.iter_unpack(self.order + self._widths.entry, self._content[start:end]))

    def _table(self, place: int) -> tuple[int, int]:
        """Return where a directory's entries begin, and how many they are."""
        (count,) = self._unpack(self._widths.number, place)
        if count > _MAX_ENTRIES:
            raise damaged(self._name, f"a TIFF directory of {count:,} tags")
        return place + self._size(self._widths.number), count

    def _values(self, tag: int, kind: int, count: int, value: bytes) -> tuple[int, ...]:
        """Read a tag's values, which are in the entry itself where they fit."""
        if kind not in _CODES or count > MAX_PIECES:
            raise damaged(self._name, f"TIFF tag {tag} holds {count:,} values of type {kind}")
        code = f"{count}{_CODES[kind]}"
        if self._size(code) <= len(value):
            return struct.unpack_from(self.order + code, value)
        return self._unpack(code, *struct.unpack(self.order + self._widths.pointer, value))

    def _unpack(self, code: str, place: int) -> tuple[int, ...]:
        if place + self._size(code) > len(self._content):
            raise cut_short(self._name)
        return struct.unpack_from(self.order + code, self._content, place)

    def _size(self, code: str) -> int:
        return struct.calcsize(self.order + code)
