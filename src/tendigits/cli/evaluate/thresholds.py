"""What is left when only readings of some confidence are accepted, as a table."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tendigits.evaluation.readings import Accepted

__all__ = ["threshold_table"]


def threshold_table(thresholds: "Sequence[Accepted]") -> Iterator[str]:
    """Yield the lines of the table."""
    yield "accepted from   images   share   wrong   at most (95%)"
    for each in thresholds:
        least = f"{each.threshold:g}" if each.threshold else "sure"
        yield f"{least:>13} {each.accepted:8,} {each.share:7.1%} {each.wrong:7,} {each.bound:15.2%}"
