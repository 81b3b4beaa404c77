"""History of parcels over audits (宗地沿革): same, split, merged, new and gone; areas conserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.polygons import NOTHING_M2, intersect_pairs, measure_areas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LINKS: Final = {
    "same": "同一宗",
    "split": "分割",
    "merge": "合并",
    "new": "新增",
    "gone": "不再出现",
}
"""Kinds of lineage and their Chinese names."""

BASES: Final = {
    "supervision_no": "电子监管号",
    "contract_no": "合同编号",
    "overlap": "图形重叠",
    "parcel_no": "宗地编号",
    "": "",
}
"""What a link rests on."""

OVERLAP: Final = 0.5
"""Share of the smaller parcel that must be shared; a default of ours."""

_NUMBERS: Final = ("supervision_no", "contract_no")
_COLUMNS: Final = ("kind", "basis", "before", "after", "area_before_m2", "area_after_m2", "area_m2")


class Lineage(NamedTuple):
    """
    What became of parcels between two audits (沿革).

    Attributes
    ----------
    links
        ``kind``, ``basis``, positions ``before`` and ``after`` (-1 where there is none), the areas
        of both, and ``area_m2``: the part of the earlier parcel that went into the later one, so
        that the links of a parcel add up to it; of a new parcel its own area.
    groups
        Number of each family of parcels that belong together, on the index of the links.
    """

    links: pd.DataFrame
    groups: NDArray[np.int64]


def trace_parcels(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    shapes: tuple[NDArray[np.object_], NDArray[np.object_]] | None = None,
    overlap: float = OVERLAP,
) -> Lineage:
    """
    Trace parcels from one audit to the next (追踪宗地).

    Parameters
    ----------
    before, after
        Records with ``area_m2`` and, where known, ``supervision_no``, ``contract_no`` and
        ``parcel_no``.
    shapes
        Their polygons in degrees, None where one has none; None for no polygons at all.
    overlap
        Share of the smaller parcel that must be shared for a link by polygons.

    Returns
    -------
    lineage
        Links by supervision number first, then by contract, then by polygons; last, of records
        of which one has neither number and one no polygon, by a parcel number that each audit has
        once.

    Examples
    --------
    >>> before = pd.DataFrame({"supervision_no": ["1", "2"], "area_m2": [100.0, 50.0]})
    >>> after = pd.DataFrame({"supervision_no": ["1", "1", "3"], "area_m2": [60.0, 40.0, 9.0]})
    >>> links = trace_parcels(before, after).links
    >>> links[["kind", "before", "after", "area_m2"]].to_numpy().tolist()
    [['split', 0, 0, 60.0], ['split', 0, 1, 40.0], ['gone', 1, -1, 50.0], ['new', -1, 2, 9.0]]
    """
    old = np.ones(len(before), dtype=bool)
    new = np.ones(len(after), dtype=bool)
    pairs: list[tuple[int, int, str]] = []
    for basis in _NUMBERS:
        found = _pairs_by_number(before, after, basis, old, new)
        pairs += [(a, b, basis) for a, b in found]
        old[[a for a, _ in found]] = False
        new[[b for _, b in found]] = False
    if shapes is not None:
        found = [pair[:2] for pair in pairs_by_overlap(shapes, old, new, overlap)]
        pairs += [(a, b, "overlap") for a, b in found]
        old[[a for a, _ in found]] = False
        new[[b for _, b in found]] = False
    left = old.nonzero()[0].tolist(), new.nonzero()[0].tolist()
    bare = _are_bare(before), _are_bare(after)
    pairs += [
        (a, b, "parcel_no")
        for a, b in _pairs_by_parcel(before, after, *left)
        if (bare[0][a] or bare[1][b]) and not _are_both_drawn(shapes, a, b)
    ]
    return _link_parcel_families(before, after, pairs)


def _pairs_by_number(
    before: pd.DataFrame,
    after: pd.DataFrame,
    column: str,
    old: NDArray[np.bool_],
    new: NDArray[np.bool_],
) -> list[tuple[int, int]]:
    """Pairs whose number agrees; where it stands several times on both sides, by parcel number."""
    sides = [places_by_number(frame, column, free) for frame, free in ((before, old), (after, new))]
    pairs = []
    for number in sides[0].keys() & sides[1].keys():
        first, second = sides[0][number], sides[1][number]
        if len(first) > 1 and len(second) > 1:
            own = _pairs_by_parcel(before, after, first, second)
            pairs += own
            used = {a for a, _ in own}, {b for _, b in own}
            first = [a for a in first if a not in used[0]]
            second = [b for b in second if b not in used[1]]
        pairs += [(a, b) for a in first for b in second]
    return sorted(pairs)


def places_by_number(
    frame: pd.DataFrame, column: str, free: NDArray[np.bool_]
) -> dict[str, list[int]]:
    """
    Places of records by a number of theirs (按编号查记录).

    Parameters
    ----------
    frame
        Records, ``(n,)`` rows; without the column there is nothing to find.
    column
        Column with the number.
    free
        Which records may be found, ``(n,)``.

    Returns
    -------
    places
        By the plain form of the number, in the order of the records.
    """
    if column not in frame:
        return {}
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(frame[column].astype("object")):
        number = None if cell is None or cell != cell else plain_number(str(cell))  # noqa: PLR0124
        if free[place] and number:
            found.setdefault(number, []).append(place)
    return found


def _pairs_by_parcel(
    before: pd.DataFrame, after: pd.DataFrame, first: list[int], second: list[int]
) -> list[tuple[int, int]]:
    """Pairs of one number whose parcel numbers agree one to one."""
    if "parcel_no" not in before or "parcel_no" not in after:
        return []
    free = np.zeros(len(before), dtype=bool), np.zeros(len(after), dtype=bool)
    free[0][first], free[1][second] = True, True
    sides = (
        places_by_number(before, "parcel_no", free[0]),
        places_by_number(after, "parcel_no", free[1]),
    )
    return [
        (one[0], sides[1][number][0])
        for number, one in sides[0].items()
        if len(one) == 1 and len(sides[1].get(number, [])) == 1
    ]


def _are_bare(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a record has none of the numbers that links rest on first."""
    held = [frame[name].notna().to_numpy(dtype=bool) for name in _NUMBERS if name in frame]
    bare: NDArray[np.bool_] = ~np.any([np.zeros(len(frame), dtype=bool), *held], axis=0)
    return bare


def _are_both_drawn(
    shapes: tuple[NDArray[np.object_], NDArray[np.object_]] | None, before: int, after: int
) -> bool:
    """Whether both records have polygons: then those speak, and a parcel number does not."""
    ends = () if shapes is None else (shapes[0][before], shapes[1][after])
    return bool(ends) and not any(shapely.is_missing(each) or each.is_empty for each in ends)


def pairs_by_overlap(
    shapes: tuple[NDArray[np.object_], NDArray[np.object_]],
    old: NDArray[np.bool_],
    new: NDArray[np.bool_],
    share: float,
    *,
    both_ways: bool = False,
) -> list[tuple[int, int, float]]:
    """
    Pairs of polygons that share enough of their area (按图形对应).

    Parameters
    ----------
    shapes
        Polygons of both sides in degrees, ``(n,)`` and ``(m,)``; None where one has none.
    old, new
        Which of them may be met, ``(n,)`` and ``(m,)``.
    share
        Least share, 0 … 1.
    both_ways
        Whether so much of either must be shared; else of the smaller one.

    Returns
    -------
    pairs
        Place before, place after, and the share.
    """
    places = []
    for side, free in zip(shapes, (old, new), strict=True):
        there = free & ~(shapely.is_missing(side) | shapely.is_empty(side))
        places.append(there.nonzero()[0])
    first, second = places
    if len(first) == 0 or len(second) == 0:
        return []
    tree = shapely.STRtree(shapes[1][second])
    one, other = tree.query(shapes[0][first], predicate="intersects")
    if len(one) == 0:
        return []
    ones, others = shapes[0][first[one]], shapes[1][second[other]]
    shared = measure_areas(intersect_pairs(ones, others))
    decisive = np.maximum if both_ways else np.minimum
    whole = decisive(measure_areas(ones), measure_areas(others))
    taken = (shared >= share * whole) & (whole > 0.0)
    told = first[one[taken]], second[other[taken]], shared[taken] / whole[taken]
    return list(zip(*(each.tolist() for each in told), strict=True))


def _link_parcel_families(
    before: pd.DataFrame, after: pd.DataFrame, pairs: list[tuple[int, int, str]]
) -> Lineage:
    """Families of parcels as links whose areas add up."""
    sizes = [
        np.nan_to_num(np.asarray(frame["area_m2"], dtype=np.float64)) for frame in (before, after)
    ]
    rows: list[tuple[Any, ...]] = []
    family: list[int] = []
    number = -1
    for number, (first, second, own) in enumerate(_group_linked_pairs(pairs)):
        kind = "same" if len(first) == len(second) == 1 else "split"
        if len(first) > 1:
            kind = "merge"
        whole = float(sizes[1][second].sum())
        for a, b, basis in own:
            partners = [other for one, other, _ in own if one == a]
            joined = float(sizes[1][partners].sum()) or whole
            share = sizes[1][b] / joined if joined > 0.0 else 1.0 / len(partners)
            rows.append((kind, basis, a, b, sizes[0][a], sizes[1][b], sizes[0][a] * share))
            family.append(number)
    linked = {row[2] for row in rows}, {row[3] for row in rows}
    for kind, side in (("gone", 0), ("new", 1)):
        for place in range(len(sizes[side])):
            if place in linked[side]:
                continue
            number += 1
            area = sizes[side][place]
            ends = (place, -1, area, np.nan) if side == 0 else (-1, place, np.nan, area)
            rows.append((kind, "", *ends, area))
            family.append(number)
    return Lineage(pd.DataFrame(rows, columns=list(_COLUMNS)), np.array(family, dtype=np.int64))


def _group_linked_pairs(
    pairs: list[tuple[int, int, str]],
) -> Iterable[tuple[list[int], list[int], list[tuple[int, int, str]]]]:
    """Pairs that hang together, in the order of their first parcel."""
    head: dict[tuple[int, int], tuple[int, int]] = {}

    def root(node: tuple[int, int]) -> tuple[int, int]:
        while head.setdefault(node, node) != node:
            head[node] = head[head[node]]
            node = head[node]
        return node

    for a, b, _ in pairs:
        one, other = root((0, a)), root((1, b))
        if one != other:
            head[max(one, other)] = min(one, other)
    held: dict[tuple[int, int], list[tuple[int, int, str]]] = {}
    for pair in sorted(pairs):
        held.setdefault(root((0, pair[0])), []).append(pair)
    return [
        (sorted({a for a, _, _ in own}), sorted({b for _, b, _ in own}), own)
        for own in held.values()
    ]


def finding_matrix(before: pd.DataFrame, after: pd.DataFrame, lineage: Lineage) -> pd.DataFrame:
    """
    Findings from one audit to the next (判定转移).

    Parameters
    ----------
    before, after
        Records with ``finding`` and ``area_m2``.
    lineage
        Their links.

    Returns
    -------
    matrix
        ``finding_before``, ``finding_after``, ``parcels``, ``area_m2``: ``new`` and ``gone`` stand
        for parcels that one audit alone has; ``resized`` before is what linked parcels grew by, or
        shrank by if negative. The rows of a finding add up to its area before, the columns to that
        after.
    """
    links = lineage.links
    told = pd.DataFrame(
        {
            "finding_before": _findings_at_places(before, links["before"].to_numpy(), "new"),
            "finding_after": _findings_at_places(after, links["after"].to_numpy(), "gone"),
            "parcels": 1,
            "area_m2": links["area_m2"].to_numpy(dtype=np.float64),
        }
    )
    both = (links["before"] >= 0) & (links["after"] >= 0)
    reached = links[both].groupby("after")["area_m2"].sum()
    sizes = np.nan_to_num(np.asarray(after["area_m2"], dtype=np.float64))
    places = reached.index.to_numpy(dtype=np.int64)
    grown = pd.DataFrame(
        {
            "finding_before": "resized",
            "finding_after": _findings_at_places(after, places, "gone"),
            "parcels": 0,
            "area_m2": sizes[places] - reached.to_numpy(dtype=np.float64),
        }
    )
    joined = pd.concat([told, grown], ignore_index=True)
    sums = joined.groupby(["finding_before", "finding_after"], as_index=False)[
        ["parcels", "area_m2"]
    ].sum()
    # Tables keep a millionth of a square metre: what that leaves is no growth.
    rounding = (sums["parcels"] == 0) & (sums["area_m2"].abs() < NOTHING_M2)
    return sums[~rounding].reset_index(drop=True)


def _findings_at_places(
    frame: pd.DataFrame, places: NDArray[np.int64], none: str
) -> NDArray[np.object_]:
    codes = np.append(frame["finding"].to_numpy(dtype=object), none)
    found: NDArray[np.object_] = codes[np.where(places < 0, len(frame), places)]
    return found
