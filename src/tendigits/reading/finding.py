"""Which images are meant: files as they are, the images in folders, and patterns that the shell has left as they are.

In a folder a file is an image by the ending of its name; the content decides when it is read. Files and folders whose
names begin with a dot are passed over, and so are copies that ``tendigits read --annotate`` has drawn; a file that is
named itself is read, whatever it is called.
"""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tendigits.errors import ImageError
from tendigits.image.endings import ENDINGS

__all__ = ["COPY", "STANDARD_INPUT", "Found", "Search", "find_images"]

STANDARD_INPUT = "-"

COPY = ".read"
"""What is added to the names of images for copies with what was read drawn on them, before an ending."""

_COPIES = (f"{COPY}.png", f"{COPY}.jpg")


@dataclass(frozen=True, slots=True)
class Found:
    """An image to read, or what was named and gives none.

    Attributes:
        path: as it was named; of an image in a folder, below the folder as that was named.
        error: why there is nothing to read.

    """

    path: str
    error: ImageError | None = None


@dataclass(frozen=True)
class Search:
    """What a search has come to.

    Attributes:
        found: in the order in which it was named; in folders by name, numbers as numbers.
        skipped: files that are no images, or copies that were drawn of some, by the endings of their names; and links
            to folders that were found in one: nobody says where they end.

    """

    found: tuple[Found, ...]
    skipped: tuple[str, ...]


def find_images(names: Iterable[str], leave_out: str | os.PathLike[str] | None = None) -> Search:
    """Find the images that names stand for.

    Args:
        names: of files, which are taken as they are; of folders, which are searched with all that is below; patterns
            with ``*``, ``?``, ``[...]`` and ``**``; or ``-`` for standard input.
        leave_out: a folder in which nothing is found that is not named itself.

    """
    found: list[Found] = []
    skipped: list[str] = []
    for path, error in (each for name in names for each in _meant(name, leave_out, skipped)):
        if error is None and path != STANDARD_INPUT and os.path.isdir(path):  # noqa: PTH112 - as it was named
            found += _in_folder(path, leave_out, skipped)
        else:
            found.append(Found(path, error))
    return Search(tuple(found), tuple(skipped))


def _meant(
    name: str, leave_out: str | os.PathLike[str] | None, skipped: list[str]
) -> list[tuple[str, ImageError | None]]:
    """Return what a name stands for: itself, or what matches it as a pattern."""
    if name == STANDARD_INPUT or os.path.lexists(name) or not glob.has_magic(name):
        return [(name, None)]
    matches = _outermost(glob.glob(name, recursive=True))  # noqa: PTH207 - the paths stay as they are named
    if not matches:
        return [(name, ImageError(f"{name}: no file matches; check the folder and the pattern"))]
    matches = [match for match in matches if not _is_within(match, leave_out)]
    skipped += [match for match in matches if _is_copy(match)]
    meant = [match for match in matches if not _is_copy(match)]
    if not meant:
        return [(name, ImageError(f"{name}: only copies that --annotate has drawn match; name the images themselves"))]
    return [(match, None) for match in sorted(meant, key=_by_number)]


def _outermost(matches: Iterable[str]) -> list[str]:
    """Leave out what is below a folder that matches too, as all is for ``**``: that folder is searched."""
    once = list(dict.fromkeys(matches))
    folders = {Path(match) for match in once if os.path.isdir(match)}  # noqa: PTH112 - as it was named
    return [match for match in once if folders.isdisjoint(Path(match).parents)]


def _in_folder(folder: str, leave_out: str | os.PathLike[str] | None, skipped: list[str]) -> list[Found]:
    """Find the images in a folder and below; the names of other files are put beside those skipped."""
    images: list[Found] = []
    others: list[str] = []
    for found in _walked(folder, leave_out, skipped):
        if found.error is not None or (found.path.lower().endswith(ENDINGS) and not _is_copy(found.path)):
            images.append(found)
        else:
            others.append(found.path)
    skipped += others
    if images:
        return images
    held = f"a folder of which no file ({len(others):,}) is an image" if others else "a folder without images"
    endings = f".png, .jpg, .tif, .heic and the like, and not in {' or '.join(_COPIES)}"
    return [Found(folder, ImageError(f"{folder}: {held}; their names end in {endings}"))]


def _walked(folder: str, leave_out: str | os.PathLike[str] | None, skipped: list[str]) -> Iterator[Found]:
    """Yield the files in a folder and below, those of a folder before those below it.

    Links to folders are not followed, as they may lead back: they are put beside those skipped.
    """
    failed: list[Found] = []
    for at, folders, files in os.walk(folder, onerror=partial(_note_failure, failed)):
        yield from failed
        failed.clear()
        inside = partial(os.path.join, at)
        folders[:] = [name for name in _shown(folders) if not _same(inside(name), leave_out)]
        skipped += filter(os.path.islink, map(inside, folders))
        yield from (Found(path) for path in map(inside, _shown(files)) if _is_file(path))
    yield from failed


def _note_failure(failed: list[Found], error: OSError) -> None:
    failed.append(Found(error.filename, ImageError(f"{error.filename}: cannot be searched: {error.strerror or error}")))


def _shown(names: list[str]) -> list[str]:
    return sorted((name for name in names if not name.startswith(".")), key=_by_number)


def _same(path: str, other: str | os.PathLike[str] | None) -> bool:
    """Whether both are one file or folder; what is not there, or has a name too long to be, is no other's."""
    if other is None:
        return False
    try:
        return os.path.samefile(path, other)  # noqa: PTH121 - the paths stay as they are named
    except (OSError, ValueError):
        return False


def _is_within(path: str, folder: str | os.PathLike[str] | None) -> bool:
    """Whether it is this folder, or anywhere below it."""
    if folder is None:
        return False
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - links as named
    return any(_same(str(each), folder) for each in (whole, *whole.parents))


def _is_copy(path: str) -> bool:
    """Whether a name is that of a copy with a reading drawn on it."""
    return path.lower().endswith(_COPIES)


def _is_file(path: str) -> bool:
    """Whether it is a file; or a link to none, which is worth an error. A pipe would never end."""
    return os.path.isfile(path) or not os.path.exists(path)  # noqa: PTH110, PTH113 - Path raises for too long a name


def _by_number(path: str) -> tuple[list[str | int], str]:
    """Return what to sort by: page2 before page10, small letters among capital ones."""
    parts = re.split(r"([0-9]+)", path.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], path
