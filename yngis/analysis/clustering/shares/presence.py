"""What the plan's text alone can tell (由规划文本判断): who has what, and who doubles whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import check_choice
from yngis.analysis.clustering.parameters import FRACTION, KILOMETRES, require_parameters
from yngis.errors import LayerError, Problem
from yngis.measure.crs import to_cgcs2000

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

Item = Literal["industry", "segment"]

WITHIN_KM: Final = 100.0
"""How near two zones must lie for one to double the other [km], by default; our choice."""

LEAST_OVERLAP: Final = 0.5
"""Least overlap of such a pair, by default; our choice."""

_GEOD: Final = Geod(ellps="GRS80")
_METRES_PER_KM: Final = 1000.0


def presence_table(
    layout: pd.DataFrame, item: Item = "segment", zones: pd.Index | None = None
) -> pd.DataFrame:
    """
    Which zone the plan names for what (布局表), as booleans.

    Parameters
    ----------
    layout
        ``zone``, ``industry`` and ``segment``, one row per mention, as ``load("industry_layout")``.
    item
        Columns of the table: the industries or their segments.
    zones
        Rows of the table; the zones of the layout if None. Zones that the plan names for nothing
        come out empty.

    Returns
    -------
    presence
        Zones x items, in the order in which they first stand in the layout.

    Raises
    ------
    LayerError
        If a zone of the layout is not among ``zones``.

    Examples
    --------
    >>> layout = pd.DataFrame({"zone": ["A", "B"], "industry": "化工", "segment": ["磷", "煤"]})
    >>> presence_table(layout).astype(int).values.tolist()
    [[1, 0], [0, 1]]
    """
    check_choice(item, ("industry", "segment"), "presence_table：item")
    rows = pd.Index(layout["zone"].unique(), name="zone") if zones is None else zones.rename("zone")
    strange = pd.Index(layout["zone"].unique()).difference(rows)
    if len(strange):
        raise LayerError(
            Problem(
                where="presence_table：zones",
                promised="含布局表的全部开发区 / all zones of the layout",
                found=f"缺 / missing: {', '.join(strange[:5])}",
                mend="用名录中的名称 / use the registry's names: load('zone_registry')['name_zh']",
            )
        )
    counts = pd.crosstab(layout["zone"], layout[item])
    table = counts.reindex(rows, fill_value=0)[list(layout[item].unique())] > 0
    return table.rename_axis(columns=item)


def overlap(presence: pd.DataFrame) -> pd.DataFrame:
    """
    Overlap of every pair of zones (重合度, Jaccard): shared items over items of either.

    Parameters
    ----------
    presence
        Booleans, zones x items.

    Returns
    -------
    overlap
        Zones x zones in 0..1, symmetric, 1 on the diagonal; NaN for a pair that has nothing.

    Raises
    ------
    LayerError
        If the table is not of booleans.

    Examples
    --------
    >>> presence = pd.DataFrame([[True, True, False], [False, True, True]], index=["A", "B"])
    >>> overlap(presence).loc["A", "B"].round(4)
    np.float64(0.3333)
    """
    held = presence_booleans(presence, "overlap").astype(np.float64)
    shared = held @ held.T
    own = held.sum(axis=1)
    either = own[:, None] + own[None, :] - shared
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(shared / either, index=presence.index, columns=presence.index)


def mean_overlap(presence: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    """
    Mean overlap of the zones inside each region (区内平均重合度).

    Parameters
    ----------
    presence
        Booleans, zones x items.
    regions
        Region of each zone, on the same index; further zones are left out.

    Returns
    -------
    mean
        Per region: ``zones`` that have anything, ``pairs`` of them, and ``overlap``, the mean over
        the pairs (NaN without any).

    Raises
    ------
    LayerError
        If the table is not of booleans, or a zone that has anything has no region.
    """
    between = overlap(presence)
    regions = on_index(regions, presence, "mean_overlap：regions", more=True)
    some = presence.any(axis=1)
    refuse_without_region(some.index[some & regions.isna()], "mean_overlap：regions")
    rows = {}
    for region, zones in some[some].groupby(regions).groups.items():
        block = between.loc[zones, zones].to_numpy()
        pairs = block[np.triu_indices(len(zones), 1)]
        mean = float(pairs.mean()) if pairs.size else np.nan
        rows[region] = {"zones": len(zones), "pairs": pairs.size, "overlap": mean}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("region")


def ubiquity(presence: pd.DataFrame) -> pd.Series[int]:
    """
    In how many zones an item is (普遍性).

    Parameters
    ----------
    presence
        Booleans, zones x items.

    Returns
    -------
    zones
        Number of zones, on ``presence.columns``.

    Raises
    ------
    LayerError
        If the table is not of booleans.
    """
    counts = presence_booleans(presence, "ubiquity").sum(axis=0)
    return pd.Series(counts, index=presence.columns, name="zones")


def diversity(presence: pd.DataFrame) -> pd.Series[int]:
    """
    How many items a zone has (多样性).

    Parameters
    ----------
    presence
        Booleans, zones x items.

    Returns
    -------
    items
        Number of items, on ``presence.index``.

    Raises
    ------
    LayerError
        If the table is not of booleans.
    """
    counts = presence_booleans(presence, "diversity").sum(axis=1)
    return pd.Series(counts, index=presence.index, name="items")


def straight_line_km(places: GeoSeries | GeoDataFrame) -> pd.DataFrame:
    """
    Distance between every two places (直线距离), along the ellipsoid and without roads.

    Parameters
    ----------
    places
        Points or polygons in any CRS on CGCS2000 or WGS84, unique index; polygons go by a point
        inside.

    Returns
    -------
    distance
        Places x places [km], 0 on the diagonal.

    Raises
    ------
    LayerError
        If the CRS is missing or stands on another datum, or a place has no shape.

    Examples
    --------
    >>> import geopandas as gpd
    >>> two = gpd.GeoSeries.from_xy([102.0, 102.0], [25.0, 26.0], index=["A", "B"], crs=4490)
    >>> straight_line_km(two).loc["A", "B"].round(3)
    np.float64(110.78)
    """
    if not hasattr(places, "crs"):
        raise LayerError(
            Problem(
                where="straight_line_km：places",
                promised="图层 / a layer",
                found=type(places).__name__,
                mend="load('zones').set_index('name_zh')",
            )
        )
    shapes = to_cgcs2000(places, "straight_line_km").to_numpy()
    lost = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    if lost.any():
        raise LayerError(
            Problem(
                where="straight_line_km：places",
                promised="每处都有图形 / a shape for every place",
                found=", ".join(str(name) for name in places.index[lost][:5]),
                mend="places[~places.is_empty]",
            )
        )
    inside = shapely.point_on_surface(shapes)
    east, north = shapely.get_x(inside), shapely.get_y(inside)
    size = len(inside)
    first, second = np.triu_indices(size, 1)
    _, _, metres = _GEOD.inv(east[first], north[first], east[second], north[second])
    distance = np.zeros((size, size))
    distance[first, second] = distance[second, first] = np.asarray(metres) / _METRES_PER_KM
    return pd.DataFrame(distance, index=places.index, columns=places.index)


def same_industry_neighbours(
    presence: pd.DataFrame, places: GeoSeries | GeoDataFrame
) -> pd.DataFrame:
    """
    Nearest other zone with the same item (最近同业开发区), for every zone and item.

    Parameters
    ----------
    presence
        Booleans, zones x items.
    places
        Where the zones are, by the same names.

    Returns
    -------
    nearest
        ``zone``, ``item``, ``nearest`` and ``distance_km``, one row per zone and item it has; the
        last two missing where no other zone has it.

    Raises
    ------
    LayerError
        If the table is not of booleans, or a zone has no place.
    """
    presence_booleans(presence, "same_industry_neighbours")
    distance = straight_line_km(_placed_presence(presence, places, "same_industry_neighbours"))
    rows = []
    for item in presence.columns:
        holders = presence.index[presence[item]]
        block = distance.loc[holders, holders].to_numpy(copy=True)
        np.fill_diagonal(block, np.inf)
        for zone, away in zip(holders, block, strict=True):
            first = int(away.argmin()) if len(holders) > 1 else -1
            near = holders[first] if first >= 0 else None
            rows.append((zone, item, near, float(away[first]) if first >= 0 else np.nan))
    return pd.DataFrame(rows, columns=["zone", "item", "nearest", "distance_km"])


def duplicated_pairs(
    presence: pd.DataFrame,
    places: GeoSeries | GeoDataFrame,
    *,
    within_km: float = WITHIN_KM,
    least_overlap: float = LEAST_OVERLAP,
) -> pd.DataFrame:
    """
    Pairs of zones that lie near and are named for much the same (同质化开发区对).

    Parameters
    ----------
    presence
        Booleans, zones x items; segments say more than industries.
    places
        Where the zones are, by the same names.
    within_km
        Greatest distance of a pair [km], in a straight line.
    least_overlap
        Least overlap (Jaccard) of a pair, in 0..1.

    Returns
    -------
    pairs
        ``zone``, ``other``, ``distance_km``, ``overlap``, ``shared`` (items joined by 、) and
        ``items`` of either; most alike first, then nearest. Each pair once.

    Raises
    ------
    LayerError
        If the table is not of booleans, or a zone has no place.
    """
    require_parameters(
        "duplicated_pairs",
        within_km=(within_km, KILOMETRES),
        least_overlap=(least_overlap, FRACTION),
    )
    alike = overlap(presence).to_numpy()
    away = straight_line_km(_placed_presence(presence, places, "duplicated_pairs")).to_numpy()
    first, second = np.triu_indices(len(presence), 1)
    wanted = (away[first, second] <= within_km) & (alike[first, second] >= least_overlap)
    held = presence.to_numpy()
    rows = []
    for one, other in zip(first[wanted], second[wanted], strict=True):
        shared = "、".join(str(item) for item in presence.columns[held[one] & held[other]])
        items = int((held[one] | held[other]).sum())
        names = (presence.index[one], presence.index[other])
        rows.append((*names, away[one, other], alike[one, other], shared, items))
    columns = ["zone", "other", "distance_km", "overlap", "shared", "items"]
    pairs = pd.DataFrame(rows, columns=columns)
    order = pairs.sort_values(["overlap", "distance_km"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def refuse_without_region(zones: pd.Index, where: str) -> None:
    """Raise where a zone has no region: left out, it would be missing from every region."""
    if len(zones):
        raise LayerError(
            Problem(
                where=where,
                promised="每个开发区都有所属地区 / a region for every zone",
                found=f"缺 / missing: {', '.join(str(name) for name in zones[:5])}",
                mend="load('zones').set_index('name_zh')['region']",
            )
        )


def _placed_presence(
    presence: pd.DataFrame, places: GeoSeries | GeoDataFrame, measure: str
) -> GeoSeries | GeoDataFrame:
    if not hasattr(places, "crs"):
        straight_line_km(places)
    missing = presence.index.difference(places.index)
    twice = [name for index in (presence.index, places.index) for name in index[index.duplicated()]]
    if twice:
        raise LayerError(
            Problem(
                where=f"{measure}：places",
                promised="名称不重复 / each name once",
                found=", ".join(str(name) for name in twice[:5]),
                mend="合并同名的行 / unite the rows of one name: places.dissolve('name_zh')",
            )
        )
    if len(missing):
        raise LayerError(
            Problem(
                where=f"{measure}：places",
                promised="每个开发区都有位置，以名称为索引 / a place for every zone, by its name",
                found=f"缺 / missing: {', '.join(str(name) for name in missing[:5])}",
                mend="load('zones').set_index('name_zh')",
            )
        )
    return places.loc[presence.index]


def presence_booleans(presence: pd.DataFrame, measure: str) -> np.ndarray:
    """Return a table of presence as an array; refuse amounts and gaps."""
    if not isinstance(presence, pd.DataFrame):
        raise LayerError(
            Problem(
                where=measure,
                promised="布尔表（有/无） / a table of booleans",
                found=type(presence).__name__,
                mend="presence_table(layout)",
            )
        )
    for labels, what in ((presence.index, "行 / rows"), (presence.columns, "列 / columns")):
        if labels.has_duplicates:
            raise LayerError(
                Problem(
                    where=f"{measure}：{what}",
                    promised="名称不重复 / each name once",
                    found=", ".join(str(name) for name in labels[labels.duplicated()][:5]),
                    mend="合并同名的行列 / unite them: presence.groupby(level=0).any()",
                )
            )
    boolean = all(pd.api.types.is_bool_dtype(dtype) for dtype in presence.dtypes)
    if boolean and not presence.isna().any(axis=None):
        return presence.to_numpy(dtype=bool)
    raise LayerError(
        Problem(
            where=measure,
            promised="布尔表（有/无） / a table of booleans",
            found=", ".join(sorted({str(dtype) for dtype in presence.dtypes}))
            + ("，有缺失 / some missing" if boolean else ""),
            mend="presence_table(layout)，或 / or values > 0",
        )
    )
