"""
Supply that names a drawn approval and lies elsewhere (文号与位置矛盾): neither cleared nor accused.

Number and place contradict each other, and one of the two is wrong. Where most records lie off by
one vector the polygons do: another datum (GCJ-02), belt or origin moves a whole layer at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, OPEN
from yngis.analysis.audit.balancing.approval_numbers import numbers_named
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.polygons import METRES_PER_DEGREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]

_FEWEST: Final = 2  # records, of which a common vector says something
_LARGE_SHARE: Final = 0.5


class Shift(NamedTuple):
    """
    A vector by which many records lie off the approvals that they name (整体平移).

    Attributes
    ----------
    east_m, north_m
        Vector from where the approvals are to where the supply is [m], its middle.
    spread_m
        How far it may be another one [m].
    records, share
        Records that it explains, and their share of all that name drawn approvals.
    """

    east_m: float
    north_m: float
    spread_m: float
    records: int
    share: float


class Misplaced(NamedTuple):
    """
    Records that name a drawn approval and touch none of its polygons.

    Attributes
    ----------
    records
        Positions of the records, ``(m,)``.
    approvals
        Position of the nearest approval of the number that each names, ``(m,)``.
    metres
        Distance to it [m], ``(m,)``.
    held
        Whether an approval of that number is, or may be, in force, ``(m,)``.
    shift
        Vector that explains most of them; None where there is none.
    land
        What of them lies outside any approval: ``record``, ``approval``, ``area_m2``.
    """

    records: NDArray[np.int64]
    approvals: NDArray[np.int64]
    metres: NDArray[np.float64]
    held: NDArray[np.bool_]
    shift: Shift | None
    land: gpd.GeoDataFrame


def find_misplaced(
    numbers: pd.Series,
    states: NDArray[np.object_],
    geometry: Shapes,
    named: pd.Series,
    supply: ShapeStore,
) -> Misplaced | None:
    """
    Find supply that lies apart from the approval that it names (文号与位置核对).

    Parameters
    ----------
    numbers
        Number of each approval as written, ``(n,)``.
    states
        Whether each is in force, as
        :func:`~yngis.analysis.audit.balancing.approval_force.approval_states` tells, ``(n,)``.
    geometry
        Their polygons, ``(n,)``; None where nobody drew one.
    named
        Number that each supply record names, ``(k,)``.
    supply
        Polygons of the records.

    Returns
    -------
    misplaced
        None where no record contradicts itself. A number of which one block is not drawn proves
        nothing: the record may lie there.
    """
    plain = numbers.astype("object").map(plain_number)
    blocks = drawn_blocks(plain, geometry)
    meant = {text: blocks_named(text, blocks) for text in named.dropna().unique()}
    wanted = {text: places for text, places in meant.items() if places is not None}
    texts = named.astype("object").to_numpy()
    asked = np.array([text in wanted for text in texts], dtype=bool)
    found: list[tuple[int, int, float]] = []
    vectors: list[tuple[float, float, float, float]] = []
    drawn_records = 0
    for first, shapes in supply.batches():
        here = asked[first : first + len(shapes)] & ~shapely.is_missing(shapes)
        here &= ~shapely.is_empty(shapes)
        drawn_records += int(here.sum())
        for at in here.nonzero()[0].tolist():
            places = wanted[texts[first + at]]
            metres = shapely.distance(shapes[at], geometry[places]) * METRES_PER_DEGREE
            if metres.min() <= 0.0:
                continue
            nearest = int(places[int(np.argmin(metres))])
            found.append((first + at, nearest, float(metres.min())))
            vectors.append(vectors_into(shapes[at], geometry[nearest]))
    if not found:
        return None
    records, approvals, metres_ = (np.array(each) for each in zip(*found, strict=True))
    force = {each for each, state in zip(plain, states, strict=True) if state in {IN_FORCE, OPEN}}
    held = [bool(force.intersection(numbers_named(texts[record]))) for record in records]
    return Misplaced(
        records.astype(np.int64),
        approvals.astype(np.int64),
        metres_.astype(np.float64),
        np.array(held, dtype=bool),
        common_shift(np.array(vectors), drawn_records),
        gpd.GeoDataFrame({"record": [], "approval": [], "area_m2": []}, geometry=[], crs=4490),
    )


def take_misplaced(
    misplaced: Misplaced, outside: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, Misplaced]:
    """Take what is in doubt for its number from what lies outside any approval."""
    of_record = pd.Series(misplaced.approvals, index=misplaced.records)[misplaced.held]
    moved = outside["record"].isin(of_record.index).to_numpy()
    land = outside[moved].reset_index(drop=True)
    land["approval"] = of_record.reindex(land["record"]).to_numpy()
    return outside[~moved].reset_index(drop=True), misplaced._replace(land=land)


def drawn_blocks(plain: pd.Series, geometry: Shapes) -> dict[str, NDArray[np.int64]]:
    """Positions of the approvals of each number all of whose blocks are drawn."""
    drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    bare = set(plain[~drawn].dropna())
    return {
        str(number): places.to_numpy(dtype=np.int64)
        for number, places in pd.Series(plain.index[drawn]).groupby(plain[drawn].to_numpy())
        if str(number) not in bare
    }


def blocks_named(text: str, blocks: dict[str, NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Positions of the approvals that a record names; None where one of them is not drawn."""
    named = numbers_named(text)
    if not named or any(number not in blocks for number in named):
        return None
    return np.concatenate([blocks[number] for number in named])


def vectors_into(shape: Any, approval: Any) -> tuple[float, float, float, float]:  # noqa: ANN401 - a polygon
    """Least and greatest way east and north [m] that a polygon lies off a larger one's inside."""
    mine, theirs = shapely.bounds(shape), shapely.bounds(approval)
    east = METRES_PER_DEGREE * float(np.cos(np.radians(mine[1])))
    ways = np.sort([mine[[0, 2]] - theirs[[0, 2]], mine[[1, 3]] - theirs[[1, 3]]], axis=1)
    return (
        float(ways[0, 0]) * east, float(ways[0, 1]) * east,
        float(ways[1, 0]) * METRES_PER_DEGREE, float(ways[1, 1]) * METRES_PER_DEGREE,
    )  # fmt: skip


def common_shift(ways: NDArray[np.float64], drawn: int) -> Shift | None:
    """
    Vector that brings most polygons into the approvals that they name.

    Each can be moved by any vector of a box; the vector of the corner that lies in most boxes is
    theirs, and the meeting of those boxes says how well it is known.
    """
    best = np.zeros(len(ways), dtype=bool)
    for west, _, south, _ in ways[:500]:
        for east_m, north_m in (
            (west, south),
            (_median_of_midpoints(ways[:, :2]), _median_of_midpoints(ways[:, 2:])),
        ):
            inside = (ways[:, 0] <= east_m) & (east_m <= ways[:, 1])
            inside &= (ways[:, 2] <= north_m) & (north_m <= ways[:, 3])
            if inside.sum() > best.sum():
                best = inside
    count = int(best.sum())
    if count < _FEWEST or count < _LARGE_SHARE * drawn:
        return None
    held = ways[best]
    ends = held[:, 0].max(), held[:, 1].min(), held[:, 2].max(), held[:, 3].min()
    spread = max(ends[1] - ends[0], ends[3] - ends[2]) / 2.0
    return Shift((ends[0] + ends[1]) / 2.0, (ends[2] + ends[3]) / 2.0, spread, count, count / drawn)


def _median_of_midpoints(ends: NDArray[np.float64]) -> float:
    return float(np.median(ends.mean(axis=1)))
