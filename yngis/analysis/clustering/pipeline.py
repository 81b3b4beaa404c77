"""The whole cluster analysis (产业集聚分析): enterprises and plan in, tables and layers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from yngis.analysis.clustering.enterprises import REASONS
from yngis.analysis.clustering.industry_tables import (
    agglomeration_table,
    concentration_table,
    county_statistics,
    k_densities,
    k_density_tables,
)
from yngis.analysis.clustering.parameters import coarse_envelope, coarse_p
from yngis.analysis.clustering.plan_tables import plan_tables
from yngis.analysis.clustering.point_patterns.clusters import cluster_hulls, dbscan
from yngis.analysis.clustering.point_patterns.density import kernel_density
from yngis.analysis.clustering.point_patterns.point_pattern import nearest_neighbour
from yngis.analysis.clustering.recommendations import recommend
from yngis.analysis.clustering.settings import Settings
from yngis.analysis.clustering.shares.presence import presence_table
from yngis.analysis.clustering.zone_tables import zone_tables
from yngis.catalogue.io.pack import province_albers
from yngis.catalogue.shipped import SCHEMATIC
from yngis.measure import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.analysis.clustering.enterprises import Enterprises
    from yngis.analysis.clustering.point_patterns.localisation import KDensity
    from yngis.measure.surface import Density

_LINKED: Final = 0.5  # Similarity from which two zones are linked in the network layer.
_NAMED: Final = 5  # Zones named in a note.
_FEW: Final = 5  # Plants below which the nearest neighbour says nothing.


@dataclass(frozen=True, slots=True)
class Clustering:
    """
    Result of a cluster analysis (分析结果), for a report to write and draw.

    Attributes
    ----------
    tables
        Flat tables by name; their columns are declared in
        ``yngis/report/clustering/clustering.yml``.
    layers
        Layers in EPSG:4490: ``enterprises`` (those located, with their ``cluster``), ``clusters``
        (hulls), ``hot_spots`` (counties by industry, the significant ones; the table has all),
        ``zones`` (with their summary) and ``zone_links`` (lines between similar zones).
    surface
        Density of the located plants on the province's Albers; None without any.
    k_densities
        K-density by industry.
    recommendations
        Sentences to act on.
    notes
        What a reader must know, bilingual.
    settings
        The choices of the run.
    reading
        What was read of the list of enterprises and what was not: part of the notes.
    """

    tables: Mapping[str, pd.DataFrame]
    layers: Mapping[str, gpd.GeoDataFrame]
    surface: Density | None
    k_densities: Mapping[str, KDensity]
    recommendations: pd.DataFrame
    notes: tuple[str, ...]
    settings: Settings
    reading: tuple[str, ...] = ()


def cluster(
    enterprises: Enterprises | None,
    *,
    zones: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    layout: pd.DataFrame,
    stages: pd.DataFrame,
    settings: Settings | None = None,
) -> Clustering:
    """
    Run every measure that the data at hand allows (产业集聚分析).

    Parameters
    ----------
    enterprises
        As :func:`yngis.analysis.clustering.enterprises.prepare_enterprises` gives them; None for
        what the plan's text alone can tell.
    zones, counties
        The layers of these names, EPSG:4490.
    layout
        The plan's layout of industries, as ``load("industry_layout")``.
    stages
        Words for the stages of a chain, as ``load("chain_stages")``.
    settings
        Choices of the run; the defaults if None.

    Returns
    -------
    clustering
        Tables, layers, surface, recommendations and notes; what cannot be measured for want of
        coordinates, zones or plants is left out and said in the notes.
    """
    chosen = settings or Settings()
    by_name = zones.set_index("name_zh")
    tables = plan_tables(layout, stages, by_name, chosen)
    layers: dict[str, gpd.GeoDataFrame] = {}
    surface, found, notes = None, {}, _limit_notes(enterprises, zones)
    if enterprises is not None:
        industries = list(dict.fromkeys(layout["industry"]))
        plants = pd.DataFrame(enterprises.frame.drop(columns="geometry"))
        sized = enterprises.sized
        assigned = presence_table(layout, "industry", by_name.index)
        named_counties = counties.set_index("name_zh")
        regions = {"zone": by_name["region"], "county": named_counties["region"]}
        tables |= zone_tables(plants, assigned, by_name, chosen, sized=sized)
        tables["concentration"] = concentration_table(plants, industries, regions, sized=sized)
        tables["agglomeration"] = agglomeration_table(plants, industries, chosen, sized=sized)
        tables |= county_statistics(plants, industries, named_counties, chosen, sized=sized)
        points = enterprises.frame[enterprises.frame["located"]].to_crs(province_albers())
        land = counties[["geometry"]].to_crs(province_albers()).dissolve()
        found = k_densities(points, industries, chosen)
        tables |= k_density_tables(found)
        if len(points):
            layers |= _cluster_layers(points, chosen, sized=sized)
            tables["clusters"] = pd.DataFrame(layers["clusters"].drop(columns="geometry"))
            tables["nearest_neighbour"] = _nearest_table(points, land, industries, chosen)
            surface = _density_of_plants(points, land, chosen)
        tables["suspects"] = enterprises.suspects.reset_index()
        tables["codes"] = enterprises.codes
        tables["columns"] = enterprises.columns
        notes += _coarse_notes(tables, found, len(counties), chosen) + _zones_elsewhere_notes(
            plants, by_name.index
        )
        layers |= _place_layers(tables, by_name, named_counties)
    kept = {name: table for name, table in tables.items() if len(table.columns)}
    told = () if enterprises is None else _reading_notes(enterprises)
    return Clustering(kept, layers, surface, found, recommend(kept, chosen), notes, chosen, told)


def _cluster_layers(
    points: gpd.GeoDataFrame, settings: Settings, *, sized: bool
) -> dict[str, gpd.GeoDataFrame]:
    labels = dbscan(points, settings.eps_m, settings.min_cluster)
    hulls = cluster_hulls(
        points, labels, industry=points["industry"], size=points["size"] if sized else None
    )
    return {
        "enterprises": points.assign(cluster=labels).to_crs(CGCS2000),
        "clusters": hulls.to_crs(CGCS2000),
    }


def _nearest_table(
    points: gpd.GeoDataFrame, land: gpd.GeoDataFrame, industries: list[str], settings: Settings
) -> pd.DataFrame:
    """Nearest neighbours of each industry in the true polygon of the province."""
    inside = points[points.within(land.geometry.iloc[0])]
    rows = []
    for industry in industries:
        own = inside[inside["industry"] == industry]
        if len(own) >= _FEW:
            test = nearest_neighbour(own, land, simulations=199, seed=settings.seed)
            rows.append(
                {
                    "industry": industry,
                    "plants": test.plants,
                    "mean_km": test.mean_m / 1000,
                    "expected_km": test.expected_m / 1000,
                    "ratio": test.ratio,
                    "p": test.p,
                }
            )
    return pd.DataFrame(rows)


def _density_of_plants(
    points: gpd.GeoDataFrame, land: gpd.GeoDataFrame, settings: Settings
) -> Density | None:
    inside = points[points.within(land.geometry.iloc[0])]
    if inside.empty:
        return None
    return kernel_density(
        inside,
        land,
        bandwidth_m=settings.surface_bandwidth_m,
        cell_m=settings.surface_cell_m,
    )


def _place_layers(
    tables: Mapping[str, pd.DataFrame], zones: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> dict[str, gpd.GeoDataFrame]:
    """Tables of places as layers."""
    layers = {}
    if "zones" in tables:
        shape = zones.loc[tables["zones"]["zone"], "geometry"].to_numpy()
        layers["zones"] = gpd.GeoDataFrame(tables["zones"], geometry=shape, crs=CGCS2000)
    if "hot_spots" in tables:
        spots = tables["hot_spots"]
        spots = spots[spots["gi_significant"] | spots["moran_significant"]].reset_index(drop=True)
        shape = counties.loc[spots["county"], "geometry"].to_numpy()
        layers["hot_spots"] = gpd.GeoDataFrame(spots, geometry=shape, crs=CGCS2000)
    if "similarity" in tables:
        links = tables["similarity"]
        links = links[links["similarity"] >= _LINKED].reset_index(drop=True)
        inside = gpd.GeoSeries(shapely.point_on_surface(zones.geometry.array), zones.index)
        ends = [inside.loc[links[side]].to_numpy() for side in ("zone", "other")]
        pairs = [shapely.linestrings([(a.x, a.y), (b.x, b.y)]) for a, b in zip(*ends, strict=True)]
        layers["zone_links"] = gpd.GeoDataFrame(links, geometry=pairs, crs=CGCS2000)
    return layers


def _zones_elsewhere_notes(plants: pd.DataFrame, zones: pd.Index) -> tuple[str, ...]:
    """Say which zones of the list are not in the layer: their plants are in no table of zones."""
    named = plants["zone"].dropna()
    names = list(dict.fromkeys(named[~named.isin(zones)].astype(str)))
    if not names:
        return ()
    count, some = int((~named.isin(zones)).sum()), "、".join(names[:_NAMED])
    more = "等" if len(names) > _NAMED else ""
    told = (
        f"{count} 家企业属于范围图层中没有的 {len(names)} 个开发区（{some}{more}），"
        f"未计入开发区各表。 / {count} enterprises are of {len(names)} zones that the layer of "
        "zones does not have: they are in no table of zones."
    )
    return (told,)


def _coarse_notes(
    tables: Mapping[str, pd.DataFrame],
    found: Mapping[str, KDensity],
    counties: int,
    settings: Settings,
) -> tuple[str, ...]:
    """Say where the run has too few permutations or simulations for any verdict."""
    told = []
    if "hot_spots" in tables:
        told.append(coarse_p(counties, settings.permutations, settings.false_discovery_rate))
    if found:
        told.append(coarse_envelope(settings.simulations, settings.level))
    return tuple(each for each in told if each is not None)


def _reading_notes(enterprises: Enterprises) -> tuple[str, ...]:
    """Say what was read of the list and what was not, and how many of its rows are in doubt."""
    frame = enterprises.frame
    located, whole = int(frame["located"].sum()), len(frame)
    of_plan = int(frame["industry"].notna().sum())
    notes = [f"读取 / read: {enterprises.described}"] if enterprises.described else []
    notes += enterprises.reading
    notes.append(
        f"{whole} 家企业，{located} 家的坐标可用，{of_plan} 家属于规划的产业。 / {whole} "
        f"enterprises, {located} with usable coordinates, {of_plan} in the plan's industries."
    )
    if whole and not of_plan:
        notes.append(
            "没有一家企业的行业代码对应规划的产业：规划包的 gbt4754_industries.csv 没有列出。 / No "
            "plant is of an industry of the plan: gbt4754_industries.csv lists none of the codes."
        )
    if not enterprises.sized:
        notes.append("没有规模，每家企业按一计。 / No sizes: every plant counts once.")
    counts = enterprises.suspects["reason"].value_counts()
    told = [f"{REASONS[reason]} {counts[reason]}" for reason in REASONS if reason in counts]
    if told:
        notes.append(f"存疑的行 / suspicious rows (suspects.csv): {'、'.join(told)}")
    return tuple(notes)


def _limit_notes(enterprises: Enterprises | None, zones: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Say what limits the results."""
    text_only = (
        "规划文本只有“有无”，没有规模：重合度、普遍性和缺口据此得出，份额类指标只用企业数据。 / "
        "The plan's text tells presence, not amounts: overlap, ubiquity and gaps rest on it, "
        "measures of shares on enterprises only."
    )
    if enterprises is None:
        return text_only, "没有企业数据。 / No enterprises were given."
    frame = enterprises.frame
    notes = [text_only, *_reading_notes(enterprises)]
    schematic = int((zones["boundary"] == SCHEMATIC).sum()) if "boundary" in zones else 0
    if schematic and (frame["zone"].notna() & frame["located"]).any():
        notes.append(
            f"{schematic} 个开发区的边界为示意，落在其中的企业仅供参考；请填“开发区”列或用自有边界"
            f"。 / {schematic} zones are schematic: which plants lie in them is indicative only; "
            "give the column zone, or your own boundaries."
        )
    return tuple(notes)
