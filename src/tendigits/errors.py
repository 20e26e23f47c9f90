"""Everything that tendigits raises on purpose.

::

    TendigitsError
      DataError             a data set or one of its files is not what it should be
        DownloadError       a data set is not in the cache and no source could be reached
        NoImagesError       a table has columns, and none of them are images
      WeightsError          a weights file is not exactly a network's weights
        NotDenseError       a model is not a plain stack of dense layers, which the weights file describes
      ImageError            an image cannot be read
        ImageTooLargeError  an image has more bytes, pixels or pages than are read
      NotDrawnError         a copy of an image with what was read drawn on it cannot be written
      LengthError           a number of digits is none (a ValueError)
      RunError              a run folder cannot be written, read or resumed
      ExportError           weights cannot be written as the file that was named
      CallbackError         a callback needs batches, and a compiled epoch has none to show
      ServingError          a server cannot start
      BatchError            a batch cannot be begun, gone on with or written
      MissingExtraError     an optional dependency is not installed
    TrainingInterrupted     Ctrl-C during training, after the epoch in hand (a KeyboardInterrupt)
"""

from pathlib import Path

__all__ = [
    "BatchError",
    "CallbackError",
    "DataError",
    "DownloadError",
    "ExportError",
    "ImageError",
    "ImageTooLargeError",
    "LengthError",
    "MissingExtraError",
    "NoImagesError",
    "NotDenseError",
    "NotDrawnError",
    "RunError",
    "ServingError",
    "TendigitsError",
    "TrainingInterrupted",
    "WeightsError",
]


class TendigitsError(Exception):
    """The base of every error that tendigits raises on purpose: its message is written for the user."""


class DataError(TendigitsError):
    """A data set or one of its files is not what it should be; the message names the file and the reason."""


class DownloadError(DataError):
    """A data set is not in the cache and no source could be reached; the message lists what was tried."""


class NoImagesError(DataError):
    """A table has columns, and none of them are images: it may be of anything else."""


class WeightsError(TendigitsError):
    """A weights file is not exactly a network's weights; the message names the file and the reason."""


class NotDenseError(WeightsError):
    """A model is not a plain stack of dense layers; the message names the layer that is not."""


class ImageError(TendigitsError):
    """An image cannot be read; the message names it, says what is wrong with it and what to do."""


class ImageTooLargeError(ImageError):
    """An image has more bytes, pixels or pages than are read; the message says how many are."""


class NotDrawnError(TendigitsError):
    """A copy of an image cannot be written, and another could be: its name is too long, or a file is in its way."""


class LengthError(TendigitsError, ValueError):
    """What should say how many digits are expected does not; the message says what can be written."""


class RunError(TendigitsError):
    """A run folder cannot be written, read or resumed; the message names the folder and the reason."""


class ExportError(TendigitsError):
    """Weights cannot be written as the file that was named; the message names the file and the reason."""


class CallbackError(TendigitsError):
    """A callback needs batches, and a compiled epoch has none to show; the message names the callback."""


class ServingError(TendigitsError):
    """A server cannot start; the message says why and what to do."""


class BatchError(TendigitsError):
    """A batch cannot be begun, gone on with or written; the message says why, and how it can be gone on with."""


class MissingExtraError(TendigitsError):
    """An optional dependency is not installed; the message holds the pip line that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f'{package} is not installed. Install it with:  pip install "tendigits[{extra}]"')


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C during training.

    Attributes:
        epochs_done: epochs that were finished; None where Ctrl-C stopped something else, or an epoch in its middle.
        folder: the run's folder, for ``tendigits train --resume``; None where nothing was written.

    """

    def __init__(self, epochs_done: int | None, folder: Path | None) -> None:
        super().__init__("interrupted" if epochs_done is None else f"interrupted after epoch {epochs_done}")
        self.epochs_done = epochs_done
        self.folder = folder
