"""A process that reads blocks, one after another, until nobody asks for more."""

import os
import sys
import traceback
from typing import BinaryIO

from tendigits.batch.one_thread import use_one_thread
from tendigits.batch.talk import Begun, Done, Failed, ReadBlock, Ready, begin, hear, say
from tendigits.errors import TendigitsError

__all__ = ["main"]


def main() -> None:
    """Read the blocks that standard input asks for, and answer on standard output."""
    heard, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    begin(answers)
    try:
        _serve(heard, answers)
    except (EOFError, BrokenPipeError):  # whoever asked has ended
        os._exit(0)
    except TendigitsError as error:
        say(answers, Failed(str(error)))
    except Exception:  # noqa: BLE001 - whoever asked tells of it
        say(answers, Failed(f"a worker process failed:\n{traceback.format_exc()}"))


def _serve(heard: BinaryIO, answers: BinaryIO) -> None:
    from tendigits.batch.block_reader import BlockReader  # noqa: PLC0415 - with all that it may print

    use_one_thread()
    reader = BlockReader(hear(heard))
    say(answers, Ready())
    while True:
        order: ReadBlock = hear(heard)

        def begun(first: int, count: int, order: ReadBlock = order) -> None:
            if count > 1 or order.is_watched:
                say(answers, Begun(first, count))

        say(answers, Done(reader.part(order.block, order.given_up, begun)))


if __name__ == "__main__":
    main()
