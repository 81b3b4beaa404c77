"""Which supply record touches which approval: found once, asked from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]


class Pairs:
    """Which supply record touches which approval."""

    def __init__(
        self, approval: NDArray[np.int64], record: NDArray[np.int64], counts: tuple[int, int]
    ) -> None:
        order = np.lexsort((record, approval))
        self._record = record[order]
        self._by_approval = np.searchsorted(approval[order], np.arange(counts[0] + 1))
        order = np.lexsort((approval, record))
        self._approval = approval[order]
        self._by_record = np.searchsorted(record[order], np.arange(counts[1] + 1))

    def of_approval(self, place: int) -> NDArray[np.int64]:
        """Records that touch an approval."""
        return self._record[self._by_approval[place] : self._by_approval[place + 1]]

    def of_record(self, place: int) -> NDArray[np.int64]:
        """Approvals that a record touches."""
        return self._approval[self._by_record[place] : self._by_record[place + 1]]

    def holders(self, first: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many approvals each of some records touches, and the first of them."""
        starts = self._by_record[first : first + count + 1]
        counts = np.diff(starts)
        some = np.zeros(count, dtype=np.int64)
        some[counts > 0] = self._approval[starts[:-1][counts > 0]]
        return counts, some


def touching(own: Shapes, supply: ShapeStore) -> Pairs:
    """Find which records touch which approvals."""
    tree = shapely.STRtree(own)
    approvals: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    records: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for first, shapes in supply.batches():
        record, approval = tree.query(shapes, predicate="intersects")
        approvals.append(approval.astype(np.int64))
        records.append(record.astype(np.int64) + first)
    return Pairs(np.concatenate(approvals), np.concatenate(records), (len(own), len(supply)))


def not_covered(own: Shapes, shapes: Shapes, first: int, pairs: Pairs) -> NDArray[np.intp]:
    """Places of the records that do not lie wholly inside one approval."""
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    counts, holder = pairs.holders(first, len(shapes))
    one = present & (counts == 1)
    covered = np.zeros(len(shapes), dtype=bool)
    covered[one] = shapely.covers(own[holder[one]], shapes[one])
    return (present & ~covered).nonzero()[0]
