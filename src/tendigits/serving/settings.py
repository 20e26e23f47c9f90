"""What a server is told when it starts, and what it never lets a request exceed."""

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Limits", "Settings"]


@dataclass(frozen=True)
class Limits:
    """What one request, or all of them together, may take.

    Attributes:
        body_bytes: of a request's body.
        images: in one request to read.
        told: pages, digits and marks, all in all, that are found in one request's images: what an answer holds.
        shown: the same where it shows more of each digit, which takes up to fifty times as much.
        digits: in one batch of the Open Inference Protocol.
        json_bytes: of JSON in a request of that protocol: it becomes twenty times as much in memory, and while it is
            parsed nobody else is answered. Larger batches come in the binary form.
        connections: that are open in one process; the next one is refused.
        waiting: requests that wait for a free thread; the next one is refused.
        head_seconds: in which a request's head must have arrived.
        body_seconds: in which all of its body must have.
        bytes_per_second: that a client must at least send of a body, and take of an answer.
        stall_seconds: after which a body that comes more slowly is given up.
        answer_seconds: in which it must be answered, from when its body has arrived; a client that is so far behind in
            taking the answer is given up.
        idle_seconds: for which a connection is kept open between requests.
        drain_seconds: for which a server that is asked to stop still accepts connections, and says that it is not
            ready.
        end_seconds: after that, in which requests in flight are finished.

    """

    body_bytes: int = 32 * 2**20
    images: int = 64
    told: int = 10_000
    shown: int = 1_000
    digits: int = 10_000
    json_bytes: int = 4 * 2**20
    connections: int = 512
    waiting: int = 64
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    bytes_per_second: int = 16 * 2**10
    stall_seconds: float = 10.0
    answer_seconds: float = 30.0
    idle_seconds: float = 75.0
    drain_seconds: float = 2.0
    end_seconds: float = 30.0


@dataclass(frozen=True)
class Settings:
    """How a server runs.

    Attributes:
        host: the address that it listens on.
        port: and the port; 0 for any that is free.
        workers: processes that share the port.
        model: a run folder, a weights file, ``robust`` or ``tutorial``; None for the robust weights, which ship.
        allowed_hosts: names by which it may be asked for, beside the address that it listens on.
        allowed_origins: pages of other sites that may ask it.
        limits: what a request may take.

    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    model: Path | None = None
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
