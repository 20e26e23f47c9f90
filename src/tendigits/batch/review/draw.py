"""Which rows are reviewed: the least sure, and some of those accepted, drawn at random, as all rows go by once.

Every row has a key, the next number of a generator that the job seeds (PCG64; O'Neill 2014). Of the accepted rows those
with the least keys are drawn: each set of so many is as likely as any other, and whoever read the rows, and in what
pieces, it is the same.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tendigits.batch.rows import SCHEMA, is_sure
from tendigits.data.reviewed import ACCEPTED, DRAWN, LEAST_SURE

__all__ = ["Draw"]


class Draw:
    """Draws rows.

    Args:
        seed: the job's, hexadecimal.

    """

    def __init__(self, seed: str) -> None:
        self._generator = np.random.PCG64(int(seed, 16))
        self._least_sure, self._accepted = _Least(DRAWN[LEAST_SURE]), _Least(DRAWN[ACCEPTED])

    def watched(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield all rows in their order, and hold those that are drawn."""
        for batch in batches:
            self._draw(batch)
            yield batch

    def _draw(self, batch: pa.RecordBatch) -> None:
        keys = self._generator.random_raw(batch.num_rows)
        sure = is_sure(batch)
        unsure = ~sure & np.asarray(pc.is_null(batch.column("error")))
        confidence = np.asarray(batch.column("confidence").fill_null(0))
        self._accepted.hold(batch, sure, np.zeros(batch.num_rows), keys)
        self._least_sure.hold(batch, unsure, confidence, keys)

    @property
    def least_sure(self) -> pa.Table:
        """Rows that were read and are not accepted, the least sure first; of those as sure, in the keys' order."""
        return self._least_sure.rows

    @property
    def accepted(self) -> pa.Table:
        """Rows that are accepted, in the keys' order, which is random: the first of them are drawn at random, too."""
        return self._accepted.rows


class _Least:
    """Holds the rows of the least values, and of equal ones those of the least keys."""

    def __init__(self, most: int) -> None:
        self.rows = SCHEMA.empty_table()
        self._most = most
        self._values, self._keys = np.zeros(0), np.zeros(0, np.uint64)

    def hold(
        self, batch: pa.RecordBatch, wanted: NDArray[np.bool_], values: NDArray[np.float64], keys: NDArray[np.uint64]
    ) -> None:
        """Take those of the rows that are wanted and among the least."""
        if len(self._keys) == self._most:
            value, key = self._values[-1], self._keys[-1]
            wanted = wanted & ((values < value) | ((values == value) & (keys < key)))
        new = np.flatnonzero(wanted)
        if not len(new):
            return
        values = np.concatenate([self._values, values[new]])
        keys = np.concatenate([self._keys, keys[new]])
        order = np.lexsort((keys, values))[: self._most]
        self._values, self._keys = values[order], keys[order]
        rows = pa.concat_tables([self.rows, pa.Table.from_batches([batch.select(SCHEMA.names).take(pa.array(new))])])
        self.rows = rows.take(pa.array(order)).combine_chunks()
