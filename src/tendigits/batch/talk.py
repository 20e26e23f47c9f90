"""What the process that shares out blocks and those that read them say to each other, over pipes."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from tendigits.batch.blocks import FileBlock, RowBlock

__all__ = ["Begun", "Done", "Failed", "ReadBlock", "Ready", "begin", "hear", "say", "skip_to_beginning"]


@dataclass(frozen=True)
class Ready:
    """The process has taken the job."""


@dataclass(frozen=True)
class ReadBlock:
    """A block is to be read.

    Attributes:
        block: which.
        given_up: inputs that are not to be read, by their numbers in it, and why.
        is_watched: whether to say of each row of a table that it is begun.

    """

    block: FileBlock | RowBlock
    given_up: Mapping[int, str]
    is_watched: bool


@dataclass(frozen=True)
class Begun:
    """Inputs of the block in hand are about to be read: the first, and how many."""

    first: int
    count: int


@dataclass(frozen=True)
class Done:
    """The block in hand has been read: what its part holds."""

    content: bytes


@dataclass(frozen=True)
class Failed:
    """The process cannot go on, and why."""

    reason: str


_BEGINNING = b"tendigits answers from here on"


def begin(stream: BinaryIO) -> None:
    """Let what is said be told from what was printed before, by whatever a Python is set up with."""
    stream.write(b"\n" + _BEGINNING + b"\n")
    stream.flush()


def skip_to_beginning(stream: BinaryIO) -> None:
    """Read up to where it is said.

    Raises:
        EOFError: there is nobody any more who could say it.

    """
    for line in stream:
        if line == _BEGINNING + b"\n":
            return
    raise EOFError


def say(stream: BinaryIO, message: Any) -> None:
    """Write a message.

    Raises:
        OSError: nobody reads it any more.

    """
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def hear(stream: BinaryIO) -> Any:
    """Wait for a message, which this program itself has written.

    Raises:
        EOFError: there is nobody any more who could write one.

    """
    try:
        return pickle.load(stream)  # noqa: S301 - from a process that was started for this, or that started this one
    except pickle.UnpicklingError as error:  # it ended in the middle of a message
        raise EOFError from error
