"""From what a user names, a known set, a folder or a file, to a data set."""

from os import PathLike
from pathlib import Path

from tendigits.data.bounded import reading
from tendigits.data.cache import fetch_missing, read_cached, set_folder, store
from tendigits.data.class_folder import is_class_folder, read_class_folder, read_class_set, test_folder
from tendigits.data.dataset import DataSet
from tendigits.data.digits import Arrays, Data
from tendigits.data.folder import IDX_NAMES, find_idx, read_folder
from tendigits.data.named import NAMED_SETS, NamedSet, did_you_mean
from tendigits.data.notes import note
from tendigits.data.npz import npz_arrays, read_npz
from tendigits.data.table_set import read_table, read_table_folder, read_table_set, read_test_tables, tables_in
from tendigits.data.tables import is_table
from tendigits.errors import DataError

DATA_FOLDERS = (
    f"IDX files, raw or .gz ({', '.join(IDX_NAMES)}), images in folders 0 to 9, or tables whose names begin with train"
    " and test"
)
"""What a folder with a data set in it holds, in words."""


def load_data(source: str | PathLike[str] = "mnist") -> Data:
    """Return ``(x_train, y_train), (x_test, y_test)``, exactly as ``keras.datasets.mnist.load_data()`` does.

    Args:
        source: ``"mnist"``, ``"fashion-mnist"``; a folder of four IDX files (raw or ``.gz``), of images sorted by label
            into folders ``0`` to ``9``, or of tables called ``train...`` and ``test...``; an ``.npz`` file with Keras's
            four arrays; or a table of images with labels (CSV, Parquet, Arrow, NPZ, IDX). Where there is no test set,
            every seventh image is one. A string that is a name is that set; write ``"./mnist"`` for a folder so called.

    Returns:
        Images, uint8 (n, 28, 28), ink bright, and labels, uint8 (n,), 0 to 9. For MNIST n is 60,000 and 10,000.

    Raises:
        DataError: there is no such set, or its files are not what they should be.
        DownloadError: a named set is not in the cache and no source could be reached.
        MissingExtraError: it is a table, and PyArrow is not installed.

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


def load_test(source: str | PathLike[str]) -> Arrays:
    """Load what to test with: a data set's test set; of what has none, a table or a folder sorted by label, all of it.

    Raises:
        DataError: as ``load_data``.

    """
    path = Path(source)
    if not (isinstance(source, str) and source in NAMED_SETS):
        with reading(path):
            if path.is_dir() and not _holds_idx(path):
                if is_class_folder(path):
                    return read_class_folder(test_folder(path))
                if (test := read_test_tables(path)) is not None:
                    return test
            if path.is_file() and not _is_keras_npz(path) and is_table(path):
                return read_table(path)
    return load(source).test


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
            return _read_folder(path)
        if path.is_file():
            return read_npz(path) if _is_keras_npz(path) else read_table_set(path)
    raise DataError(
        f"no data set {str(path)!r}: neither {', '.join(NAMED_SETS)}, nor a folder or a file that exists"
        f"{did_you_mean(str(path))}"
    )


def _read_folder(folder: Path) -> Data:
    if _holds_idx(folder):
        return read_folder(folder)
    if is_class_folder(folder):
        return read_class_set(folder)
    if tables_in(folder)[0]:
        return read_table_folder(folder)
    raise DataError(f"{folder}: no data set is in it, which is {DATA_FOLDERS}")


def holds_data(folder: Path) -> bool:
    """Whether a folder holds a data set, as far as its names say."""
    return _holds_idx(folder) or is_class_folder(folder) or bool(tables_in(folder)[0])


def _holds_idx(folder: Path) -> bool:
    return any(find_idx(folder, name) for name in IDX_NAMES)


def _is_keras_npz(path: Path) -> bool:
    """Whether a file is an ``.npz`` that has arrays called as Keras's are."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return False
    return any(name in npz_arrays(path) for name in ("x_train", "y_train"))
