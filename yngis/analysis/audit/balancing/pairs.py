"""Which supply record touches which approval: found once, asked from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

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


def touching_pairs(layers: Sequence[Shapes], supply: ShapeStore) -> list[Pairs]:
    """Find which records touch which approvals, of several layers in one reading."""
    none = np.empty(0, dtype=np.int64)
    approvals: list[list[NDArray[np.int64]]] = [[none] for _ in layers]
    records: list[list[NDArray[np.int64]]] = [[none] for _ in layers]
    trees = [shapely.STRtree(shapes) for shapes in layers]
    for first, shapes in supply.batches():
        for at, tree in enumerate(trees):
            record, approval = query_touching(tree, shapes)
            approvals[at].append(approval.astype(np.int64))
            records[at].append(record.astype(np.int64) + first)
    return [
        Pairs(np.concatenate(one), np.concatenate(other), (len(shapes), len(supply)))
        for one, other, shapes in zip(approvals, records, layers, strict=True)
    ]


def query_touching(tree: shapely.STRtree, shapes: Shapes) -> NDArray[np.int64]:
    """
    Pairs that touch (相接).

    Parameters
    ----------
    tree
        Tree of polygons.
    shapes
        Other polygons, ``(n,)``.

    Returns
    -------
    pairs
        Numbers of the others and of the tree's, ``(2, m)``; where GEOS cannot tell, all whose
        boxes meet.
    """
    if len(tree.geometries) == 0:
        return np.empty((2, 0), dtype=np.int64)
    try:
        found: NDArray[np.int64] = tree.query(shapes, predicate="intersects")
    except shapely.errors.GEOSException:
        found = tree.query(shapes)
    return found


def not_covered(own: Shapes, shapes: Shapes, first: int, pairs: Pairs) -> NDArray[np.intp]:
    """Places of the records that do not lie wholly inside one approval."""
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    counts, holder = pairs.holders(first, len(shapes))
    one = present & (counts == 1)
    inside = np.zeros(len(shapes), dtype=bool)
    inside[one] = covered_by_holders(own[holder[one]], shapes[one])
    return (present & ~inside).nonzero()[0]


def covered_by_holders(holders: Any, shapes: Shapes) -> NDArray[np.bool_]:  # noqa: ANN401
    """Tell which polygons lie wholly inside a holder."""
    try:
        return np.asarray(shapely.covers(holders, shapes), dtype=bool)
    except shapely.errors.GEOSException:
        return np.zeros(len(shapes), dtype=bool)
