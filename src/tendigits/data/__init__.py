"""Data sets: what one is, where it comes from, and how its files become arrays.

``load_data`` gives the four arrays, ``load`` the ``DataSet`` around them. A set is known by name and fetched into a
cache, every file checked against its published SHA-256, or it is the user's: IDX files, an ``.npz``, tables, or images
in folders by label. The readers take nothing on trust: a file is exactly what it should be, or a ``DataError`` says why
it is not.

Names are imported when they are first used: who normalises a glyph loads nothing of what fetches MNIST.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tendigits.data.cache import cache_folder
    from tendigits.data.catalogue import Available, available, get, verify
    from tendigits.data.dataset import DataSet, sha256
    from tendigits.data.digits import Array, Arrays, Data
    from tendigits.data.idx import read_idx, write_idx
    from tendigits.data.loading import load, load_data, load_test, located
    from tendigits.data.scaling import prepare, scaled

__all__ = [
    "Array",
    "Arrays",
    "Available",
    "Data",
    "DataSet",
    "available",
    "cache_folder",
    "get",
    "load",
    "load_data",
    "load_test",
    "located",
    "prepare",
    "read_idx",
    "scaled",
    "sha256",
    "verify",
    "write_idx",
]

_HOME = {
    "Array": "digits",
    "Arrays": "digits",
    "Available": "catalogue",
    "Data": "digits",
    "DataSet": "dataset",
    "available": "catalogue",
    "cache_folder": "cache",
    "get": "catalogue",
    "load": "loading",
    "load_data": "loading",
    "load_test": "loading",
    "located": "loading",
    "prepare": "scaling",
    "read_idx": "idx",
    "scaled": "scaling",
    "sha256": "dataset",
    "verify": "catalogue",
    "write_idx": "idx",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'tendigits.data' has no attribute {name!r}")
    return getattr(import_module(f"tendigits.data.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
