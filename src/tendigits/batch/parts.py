"""What of a batch has been read: a folder beside the target, with a part for each block.

A part is called after its block's number and what the files were like that it was read from: where they have changed
since, the block is read again, and where there are more of them, only the blocks that are new.

Several processes never write into it: it is locked, and only who holds the lock keeps parts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from filelock import FileLock, Timeout

from tendigits.batch.job import WORDS
from tendigits.batch.targets import Write
from tendigits.errors import BatchError
from tendigits.files import PARTIAL_SUFFIX, give_free_name, sync_folder, synced, write_whole

__all__ = ["Parts", "is_of_parts", "is_placed", "packed", "parts_folder"]

_JOB, _LOCK, _RESULT, _AGAIN = "job.json", "lock", "result", "again"
_ENDING, _FOLDER = ".part", ".parts"

_SOURCES = "sources"
"""What in a job's identity says what files were named: it may change, where some of them are still the same."""


def packed(batch: pa.RecordBatch) -> bytes:
    """Return rows as what a part holds."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


class Parts:
    """The parts of a batch; a context, in which nobody else has them.

    Args:
        target: the file that they are to become.
        identity: of the job, as :func:`tendigits.batch.job.identity` says.
        states: of the blocks, as :class:`tendigits.batch.blocks.Inputs` has them.

    Attributes:
        folder: where they are.
        done: the numbers of the blocks that have been read.

    Raises:
        BatchError: another process is at it, the parts are of another job, or the folder cannot be written.

    """

    def __init__(self, target: Path, identity: Mapping[str, Any], states: Sequence[str]) -> None:
        self.folder = parts_folder(target)
        self.done: set[int] = set()
        self._target, self._identity, self._states = target, dict(identity), states
        self._job, self._result = self.folder / _JOB, self.folder / _RESULT
        self._has_kept = False
        self._lock = FileLock(self.folder / _LOCK, timeout=0)

    def __enter__(self) -> Self:
        with self._writing():
            self._check_target()
            self.folder.mkdir(exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout as error:
                raise BatchError(
                    f"{self._target} is being written by another process: wait for it, or name another target"
                ) from error
        try:
            self._check_target()
            with self._writing():
                self._take_up()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _check_target(self) -> None:
        """Refuse a target that is there, unless it is this job's, which ended before its parts were gone."""
        if self._target.exists() and not is_placed(self._target) and not self._is_mere_name():
            raise BatchError(f"{self._target} is there already: remove it, or name another target")

    def _is_mere_name(self) -> bool:
        """Whether the target is but a name that the result was to have, as on a file system without links."""
        return self._result.exists() and self._target.exists() and not self._target.stat().st_size

    def _take_up(self) -> None:
        """See what has been read of this very job."""
        names = {path.name for path in self.folder.iterdir() if path.suffix == _ENDING}
        self.done = {number for number in range(len(self._states)) if self._path(number).name in names}
        if self._job.exists():
            begun = _read_json(self._job)
            if names or is_placed(self._target):
                self._check_same(begun)
        else:
            others = [path.name for path in self.folder.iterdir() if path.name != _LOCK and not _is_partial(path)]
            if others:
                raise BatchError(
                    f"{self.folder} is there, and not of a batch that can be gone on with (it holds {others[0]}):"
                    " remove it, or name another target"
                )
            begun = {}
        if begun != self._identity:
            write_whole(self._job, json.dumps(self._identity, indent=2).encode() + b"\n")

    def _check_same(self, begun: Mapping[str, Any]) -> None:
        """Refuse parts of another job; where more or other files are named, some of them must still be of use."""
        if not begun:
            raise BatchError(f"{self._job} is damaged, and with it what was read before: remove {self.folder}")
        other = [WORDS[key] for key in self._identity if key in WORDS and begun.get(key) != self._identity[key]]
        if begun.get(_SOURCES) != self._identity[_SOURCES] and not self.done:
            other.append("the images or tables")
        if other:
            raise BatchError(
                f"{self.folder} holds what was read for {self._target} by another job ({', '.join(other)}): give the"
                " command that it was begun with, remove that folder, or name another target"
            )

    def keep(self, number: int, content: bytes) -> None:
        """Put the rows of a block, as :func:`packed` gives them, on the disk.

        Raises:
            BatchError: that is not possible.

        """
        with self._writing():
            write_whole(self._path(number), content)
        self._has_kept = True
        self.done.add(number)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of all blocks in their order.

        Raises:
            BatchError: a part cannot be read.

        """
        for number in sorted(self.done):
            path = self._path(number)
            try:
                with pa.ipc.open_stream(path.read_bytes()) as reader:
                    batch = reader.read_next_batch()
                    batch.validate(full=True)
            except (OSError, pa.ArrowException, StopIteration) as error:
                raise BatchError(f"{path} is damaged: remove it, and start again; its block is read anew") from error
            yield batch

    def assemble(self, write: Write, about: Mapping[str, str]) -> None:
        """Write the target, whole, and remove the parts.

        Raises:
            BatchError: it cannot be written; the parts are still there then.

        """
        again = self.folder / _AGAIN
        is_there = is_placed(self._target)  # and its rows are gone through for what else is made of them
        with self._writing():
            try:
                with synced(again) as file:
                    write(file, self.batches(), about)
            except BaseException:
                again.unlink(missing_ok=True)
                raise
            if self._has_kept or not is_there:
                if is_there or self._is_mere_name():  # in the one case its rows are not what has been read now
                    self._target.unlink()
                again.replace(self._result)
                self._place()
            self._remove()

    def _place(self) -> None:
        """Give the result the target's name, unless somebody has taken it in the meantime."""
        try:
            give_free_name(self._result, self._target)
            sync_folder(self._target.parent)  # before the parts go
        except FileExistsError as error:
            raise BatchError(
                f"{self._target} was written by somebody else meanwhile: remove it, and give the same command again"
            ) from error

    def _remove(self) -> None:
        """Remove the parts, then what tells of the job, and the lock when it is free: Windows removes no open file."""
        for path in self.folder.iterdir():
            if path.suffix == _ENDING or _is_partial(path):
                path.unlink()
        (self.folder / _AGAIN).unlink(missing_ok=True)
        self._result.unlink(missing_ok=True)
        self._job.unlink()
        self._lock.release()
        with suppress(OSError):  # another process has come in, and will find the target there
            (self.folder / _LOCK).unlink(missing_ok=True)
            self.folder.rmdir()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Say of what cannot be written that nothing is lost by it."""
        try:
            yield
        except OSError as error:
            kept = (
                f"; what has been read is kept in {self.folder}: give the same command again, and it goes on"
                if self.done
                else ""
            )
            raise BatchError(
                f"cannot write {error.filename or self.folder}: {error.strerror or error}{kept}"
            ) from error

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08}-{self._states[number]}{_ENDING}"


def parts_folder(target: Path) -> Path:
    """Return where the parts of a target are."""
    return target.with_name(f"{target.name}{_FOLDER}")


def is_placed(target: Path) -> bool:
    """Tell whether a target is the result of parts that are still there."""
    result = parts_folder(target) / _RESULT
    return result.exists() and target.exists() and target.samefile(result)


def is_of_parts(path: Path) -> bool:
    """Tell whether a file is in a folder of parts, of whatever batch."""
    return path.parent.suffix == _FOLDER and path.with_name(_JOB).is_file()


def _is_partial(path: Path) -> bool:
    """Whether it is a file that was being written when the process ended."""
    return path.suffix == PARTIAL_SUFFIX


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {}
