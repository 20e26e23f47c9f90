"""Train the two networks that cut lines, and write them to `src/tendigits/shipped`: `make judges`.

Lines are written with copies of MNIST's first 55,000 training digits, deformed, and with digits that the project draws
itself; what is learnt from them is checked on lines of the other 5,000 as they are. Everything is drawn from `SEED`, so
that the same files come out again on processors of one kind.

Prints how often each is right. About an hour on two cores, and memory for 3 million examples of 2 kB.
"""

import argparse
import multiprocessing

from segmentation import frames, seams
from tendigits.training.threads import limit_threads

SEED = 1


def main() -> None:
    """Train both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count(), help="that draw lines")
    processes = parser.parse_args().processes
    limit_threads("wide", seams.BATCH_SIZE)
    seams.train(processes, SEED)
    frames.train(processes, SEED)


if __name__ == "__main__":
    main()
