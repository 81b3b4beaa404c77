"""Which supply record touches which approval: found once, asked from both sides."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]


class _Found(NamedTuple):
    """
    Pairs that touch.

    Attributes
    ----------
    approval, record
        Their numbers, each ``(m,)``.
    covered
        Whether the record lies wholly inside the approval, ``(m,)``.
    """

    approval: NDArray[np.int64]
    record: NDArray[np.int64]
    covered: NDArray[np.bool_]

    @classmethod
    def joined(cls, several: Sequence[_Found]) -> _Found:
        """Those of several batches, which may be none."""
        none = cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
        return cls(*map(np.concatenate, zip(none, *several, strict=True)))


class Pairs:
    """
    Which supply record touches which approval, and which lies wholly inside it.

    Parameters
    ----------
    found
        Those that touch.
    counts
        How many approvals and records there are.
    """

    def __init__(self, found: _Found, counts: tuple[int, int]) -> None:
        approval, record, covered = found
        order = np.lexsort((record, approval))
        self._record, self._covered = record[order], covered[order]
        self._by_approval = np.searchsorted(approval[order], np.arange(counts[0] + 1))
        order = np.lexsort((approval, record))
        self._approval, self._is_covered = approval[order], covered[order]
        self._by_record = np.searchsorted(record[order], np.arange(counts[1] + 1))

    def of_approval(self, place: int) -> NDArray[np.int64]:
        """Records that touch an approval."""
        return self._record[self._by_approval[place] : self._by_approval[place + 1]]

    def of_record(self, place: int) -> NDArray[np.int64]:
        """Approvals that a record touches."""
        return self._approval[self._by_record[place] : self._by_record[place + 1]]

    def covered_by(self, place: int) -> NDArray[np.bool_]:
        """Which of the records that touch an approval lie wholly inside it."""
        return self._covered[self._by_approval[place] : self._by_approval[place + 1]]

    def covered(self, first: int, count: int) -> NDArray[np.bool_]:
        """Which of some records touch one approval only and lie wholly inside it, ``(count,)``."""
        starts = self._by_record[first : first + count + 1]
        told: NDArray[np.bool_] = np.diff(starts) == 1
        told[told] = self._is_covered[starts[:-1][told]]
        return told


def touching_pairs(layers: Sequence[Shapes], supply: ShapeStore) -> list[Pairs]:
    """Find which records touch which approvals, of several layers in one reading."""
    found: list[list[_Found]] = [[] for _ in layers]
    trees = [shapely.STRtree(shapes) for shapes in layers]
    for approvals in layers:
        shapely.prepare(approvals)
    for first, shapes in supply.batches():
        for told, tree, approvals in zip(found, trees, layers, strict=True):
            record, approval = query_touching(tree, shapes).astype(np.int64)
            covered = _which_are_covered(approvals[approval], shapes[record])
            told.append(_Found(approval, record + first, covered))
    return [
        Pairs(_Found.joined(told), (len(approvals), len(supply)))
        for told, approvals in zip(found, layers, strict=True)
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


def _which_are_covered(holders: Shapes, shapes: Shapes) -> NDArray[np.bool_]:
    """Tell pair by pair which polygons lie wholly inside a holder; not where GEOS cannot tell."""
    try:
        return np.asarray(shapely.covers(holders, shapes), dtype=bool)
    except shapely.errors.GEOSException:
        covered = np.zeros(len(shapes), dtype=bool)
    for at, (holder, shape) in enumerate(zip(holders, shapes, strict=True)):
        with suppress(shapely.errors.GEOSException):
            covered[at] = shapely.covers(holder, shape)
    return covered
