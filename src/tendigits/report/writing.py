"""From a run's folder to the file with its report."""

import os
from pathlib import Path

from tendigits.data import Data
from tendigits.files import write_output
from tendigits.report.folder import read_run
from tendigits.report.page import page
from tendigits.report.subject import measure

__all__ = ["write_report"]


def write_report(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    data: Data | str | os.PathLike[str] | None = None,
) -> Path:
    """Write the report of a finished run; the same run and data give the same bytes.

    Args:
        folder: the run's folder.
        out: the file; None for ``report.html`` in the folder. One that is there is replaced.
        data: what to measure on: a name or a path, as ``load_data`` takes it; or, for a run on arrays of the caller's
            own, the four arrays. None for the data that the run was trained on.

    Returns:
        The file.

    Raises:
        DataError: the data cannot be loaded, or do not go with the run's network.
        NotDenseError: the run's model is not a stack of dense layers, so that it left no weights file.
        RunError: the folder is not that of a finished run.
        WeightsError: it holds no weights, or its weights file is not one.
        TendigitsError: the file cannot be written.

    """
    folder = Path(folder)
    subject = measure(read_run(folder), data)
    file = folder / "report.html" if out is None else Path(out)
    write_output(file, page(subject).encode())
    return file
