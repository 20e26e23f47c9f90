"""The sets known by name, for people: what there is, fetch it, is it still whole."""

from dataclasses import dataclass
from pathlib import Path

from tendigits.data.cache import State, fetch_missing, read_cached, set_folder, states, store
from tendigits.data.folder import find_idx
from tendigits.data.named import NAMED_SETS, NamedSet, named_set
from tendigits.errors import DataError


@dataclass(frozen=True)
class Available:
    """A data set that can be had by its name.

    Attributes:
        name: what ``load_data`` and ``--data`` take.
        description: one line.
        folder: where its files are kept.
        cached: whether all of them are there, by their names; ``verify`` reads them.

    """

    name: str
    description: str
    folder: Path
    cached: bool


def available() -> tuple[Available, ...]:
    """List the data sets that can be had by name, MNIST first."""
    return tuple(
        Available(named.name, named.description, set_folder(named), _cached(named)) for named in NAMED_SETS.values()
    )


def get(name: str) -> Path:
    """Fetch what is missing or damaged, and return the folder that then holds the four files.

    Raises:
        DataError: no set has this name, or the cache cannot be written.
        DownloadError: no source could be reached.

    """
    named = named_set(name)
    fetched = fetch_missing(named, read_cached(named))
    try:
        store(named, fetched)
    except OSError as error:
        raise DataError(
            f"{set_folder(named)} cannot be written: {error.strerror or error}; TENDIGITS_CACHE may name another folder"
        ) from error
    return set_folder(named)


def verify(name: str) -> dict[str, State]:
    """Say whether each cached file of the set is ``ok``, ``damaged`` or ``missing``, by its name; nothing is fetched.

    Raises:
        DataError: no set has this name.

    """
    return states(named_set(name))


def _cached(named: NamedSet) -> bool:
    return all(find_idx(set_folder(named), file.name) for file in named.files)
