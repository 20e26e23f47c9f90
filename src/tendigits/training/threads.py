"""How many threads XLA works with on the processor."""

import os
from itertools import pairwise

from tendigits.cores import cores
from tendigits.network import CLASSES, PIXELS, hidden_units

__all__ = ["is_worth_sharing", "limit_threads", "xla_threads"]

_WORTH_SHARING = 20_000_000
"""Multiplications in a batch's forward pass from which on a second thread pays."""


def limit_threads(network: str, batch_size: int) -> None:
    """Give XLA one thread where a step is too small to share, else two.

    A step of the tutorial's network takes a fifth of a millisecond in some fifty pieces. Waking a sleeping thread for
    a piece costs 20 microseconds and more: on a virtual machine of two cores an epoch takes 0.38 s on one thread and
    0.53 s on two. XLA reads ``NPROC`` when it starts, so this acts on a process that has not used JAX yet; where
    ``NPROC`` is set it is left alone. Larger steps get two threads whatever the processor has: XLA cuts sums by the
    number of threads, and the weights should not depend on the machine's cores.
    """
    sizes = (PIXELS, *hidden_units(network), CLASSES)
    parameters = sum(inputs * units for inputs, units in pairwise(sizes))  # biases are too few to count
    os.environ.setdefault("NPROC", "2" if is_worth_sharing(parameters, batch_size) else "1")


def is_worth_sharing(parameters: int, batch_size: int) -> bool:
    """Tell whether a step of a network of so many parameters is shared between threads, which moves its bits.

    Each is about one multiplication an example.
    """
    return parameters * batch_size >= _WORTH_SHARING


def xla_threads() -> int:
    """Return how many threads XLA has on the processor: ``NPROC``, else as many as this process has cores.

    XLA takes an ``NPROC`` that is no number, or below 1, for 1.
    """
    number = os.environ.get("NPROC")
    if number is not None:
        return int(number) if number.isascii() and number.isdigit() and int(number) else 1
    return cores()
