"""A worker process that dies of an image, and fails at another, as faults in libraries would have it."""

import os
import signal

from tendigits.batch import worker
from tendigits.reading.reader import Reader

read_pixels = Reader.read_pixels


def dying(self, page, *arguments, **options):
    if page.shape[:2] == (13, 13):
        os.kill(os.getpid(), signal.SIGKILL)
    if page.shape[:2] == (14, 14):
        raise MemoryError("of this image")
    return read_pixels(self, page, *arguments, **options)


Reader.read_pixels = dying
worker.main()
