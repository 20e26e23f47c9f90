"""A folder of images sorted by label: ``0`` to ``9`` hold those of each digit, as PNG forms of MNIST are published.

There may be two such folders in it, to train on and to test with, called ``train`` or ``training`` and ``test`` or
``testing``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tendigits.data.bounded import reading
from tendigits.data.digits import Arrays, Data, checked_digits
from tendigits.data.splitting import split
from tendigits.data.tables.digits import read_digit
from tendigits.errors import DataError, ImageError

__all__ = ["is_class_folder", "read_class_folder", "read_class_set", "test_folder"]

_CLASSES = tuple("0123456789")
_TRAIN, _TEST = ("train", "training"), ("test", "testing")


def is_class_folder(folder: Path) -> bool:
    """Whether a folder is sorted by label, or holds one that is, to train on."""
    return _is_sorted(folder) or _within(folder, _TRAIN) is not None


def test_folder(folder: Path) -> Path:
    """Return the folder that is to test with: the one in it that is called so, else all there is."""
    return _within(folder, _TEST) or _within(folder, _TRAIN) or folder


def read_class_folder(folder: Path) -> Arrays:
    """Read images of 28x28 pixels, ink bright, sorted by label: uint8 (n, 28, 28) and uint8 (n,).

    Raises:
        DataError: an image cannot be read or has another size, or there are none; the message names it.

    """
    images, labels = [], []
    for label, path in _files(folder):
        try:
            images.append(read_digit(path))
        except ImageError as error:
            raise DataError(str(error)) from error
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        labels.append(label)
    if not images:
        raise DataError(f"{folder}: its folders {_CLASSES[0]} to {_CLASSES[-1]} hold no images")
    return checked_digits(np.stack(images), np.array(labels, np.uint8), str(folder))


def read_class_set(folder: Path) -> Data:
    """Read a data set; where no folder in it is to test with, every seventh image is.

    Raises:
        DataError: as of :func:`read_class_folder`.

    """
    train, test = _within(folder, _TRAIN), _within(folder, _TEST)
    pair = read_class_folder(train or folder)
    return split(pair, str(folder)) if test is None else (pair, read_class_folder(test))


def _is_sorted(folder: Path) -> bool:
    """Whether a folder holds folders that are called as classes are, two of them at least."""
    with reading(folder):
        return folder.is_dir() and sum((folder / name).is_dir() for name in _CLASSES) > 1


def _within(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if _is_sorted(folder / name)), None)


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield the images of each class, in the order of their names."""
    for label, name in enumerate(_CLASSES):
        with reading(folder / name):
            files = sorted((folder / name).iterdir()) if (folder / name).is_dir() else []
        yield from ((label, path) for path in files if _is_image(path))


def _is_image(path: Path) -> bool:
    """Whether a name is an image's; a pipe would never end."""
    from tendigits.image.endings import ENDINGS  # noqa: PLC0415 - with its room, it needs Pillow

    return path.name.lower().endswith(ENDINGS) and path.name[0] != "." and (path.is_file() or not path.exists())
