"""From what a user names, a known set, a folder or a file, to a data set."""

from os import PathLike
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.cache import fetch_missing, read_cached, set_folder, store
from tendigits.data.console import note
from tendigits.data.dataset import DataSet
from tendigits.data.digits import Data
from tendigits.data.folder import read_folder
from tendigits.data.named import NAMED_SETS, NamedSet, did_you_mean
from tendigits.data.npz import read_npz
from tendigits.errors import DataError


def load_data(source: str | PathLike[str] = "mnist") -> Data:
    """Return ``(x_train, y_train), (x_test, y_test)``, exactly as ``keras.datasets.mnist.load_data()`` does.

    Args:
        source: ``"mnist"``, ``"fashion-mnist"``, a folder of four IDX files (raw or ``.gz``), or an ``.npz`` file with
            Keras's four arrays. A string that is a name is that set; write ``"./mnist"`` for a folder so called.

    Returns:
        Images, uint8 (n, 28, 28), ink bright, and labels, uint8 (n,), 0 to 9. For MNIST n is 60,000 and 10,000.

    Raises:
        DataError: there is no such set, or its files are not what they should be.
        DownloadError: a named set is not in the cache and no source could be reached.

    """
    return load(source).arrays


def load(source: str | PathLike[str] = "mnist") -> DataSet:
    """Load the data set that ``load_data`` returns the arrays of, with its name and hashes.

    Raises:
        DataError: as ``load_data``.

    """
    if isinstance(source, str) and source in NAMED_SETS:
        return load_named(NAMED_SETS[source])
    train, test = _read_path(Path(source))
    return DataSet(str(source), train, test)


def located(source: str | PathLike[str]) -> str:
    """Return a set's name as it is, and any other source as an absolute path, to be found from any folder."""
    return source if isinstance(source, str) and source in NAMED_SETS else str(Path(source).absolute())


def load_named(named: NamedSet) -> DataSet:
    """Read the set from the cache, fetch what is missing there, and keep it where that is possible.

    Raises:
        DownloadError: a file is not in the cache and no source has it.

    """
    arrays = read_cached(named)
    fetched = fetch_missing(named, arrays)
    try:
        store(named, fetched)
    except OSError as error:
        note(f"warning: {named.name} is not kept for the next time: {set_folder(named)} cannot be written: {error}")
    x_train, y_train, x_test, y_test = ((arrays | fetched)[file.name] for file in named.files)
    published = {file.name: file.sha256 for file in named.files}
    return DataSet(named.name, (x_train, y_train), (x_test, y_test), published)


def _read_path(path: Path) -> Data:
    with reading(path):
        if path.is_dir():
            return read_folder(path)
        if path.is_file():
            return read_npz(path)
    raise DataError(
        f"no data set {str(path)!r}: neither {', '.join(NAMED_SETS)}, nor a folder or .npz file that exists"
        f"{did_you_mean(str(path))}"
    )
