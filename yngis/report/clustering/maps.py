"""From a cluster analysis to its map (产业集聚图): the renderer decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import pandas as pd
import shapely

from yngis.cartography.classify import classify_density
from yngis.cartography.layers.kinds import (
    HOT_CLASSES,
    HotSpot,
    HotSpotLayer,
    HullLayer,
    LinkLayer,
    PointLayer,
)
from yngis.cartography.layers.label_points import label_points
from yngis.cartography.prepared import Mark, PrefectureLabel, PreparedFigure
from yngis.cartography.web.figure_map import FigureMap
from yngis.cartography.wording import credit_lines
from yngis.catalogue import load
from yngis.report.clustering.wording import NO_INDUSTRY, industry_colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geopandas import GeoDataFrame

    from yngis.analysis.clustering.pipeline import Clustering
    from yngis.analysis.clustering.settings import Settings
    from yngis.cartography.layers.kinds import Layer, Pair

Facts = tuple[tuple[str, str], ...]

_TITLE: Final = "产业集聚与开发区联系"
_PLAN_TITLE: Final = "开发区规划布局的重合"
_DIGITS: Final = 4  # Kept of a link's value; the table twin shows two.
_SQUARE: Final = 10.0  # Areas below this many km² are given with a decimal.


def cluster_map(
    result: Clustering,
    *,
    zones: GeoDataFrame | None = None,
    label: str | None = None,
    report: str | None = None,
) -> FigureMap:
    """
    Draw a cluster analysis as an offline map; in Jupyter it shows itself (产业集聚地图).

    Parameters
    ----------
    result
        What :func:`yngis.analysis.clustering.pipeline.cluster` gave.
    zones
        The zones that it was run on; the shipped ones if None.
    label
        What is said above it, for example that the data are made up.
    report
        File of the report beside it, to link to.

    Returns
    -------
    map
        The map; ``.html()`` gives the page.
    """
    figure = prepare_clusters(
        result,
        zones=_read_cluster_layer("zones") if zones is None else zones,
        counties=_read_cluster_layer("counties"),
        prefectures=_read_cluster_layer("prefectures"),
        neighbours=_read_cluster_layer("neighbours"),
        label=label,
    )
    return FigureMap(figure, report=report)


def prepare_clusters(
    result: Clustering,
    *,
    zones: GeoDataFrame,
    counties: GeoDataFrame,
    prefectures: GeoDataFrame,
    neighbours: GeoDataFrame,
    label: str | None = None,
) -> PreparedFigure:
    """Decide what the map of a cluster analysis shows."""
    order = {str(name): number for number, name in enumerate(zones["name_zh"])}
    west, south, east, north = counties.total_bounds
    return PreparedFigure(
        title=_TITLE if "zones" in result.tables else _PLAN_TITLE,
        label=label,
        extent=(west, south, east, north),
        marks=tuple(_zone_marks_with_facts(zones, result.tables)),
        prefectures=_map_places(counties, prefectures),
        layers=(
            *_similarity_networks(result.tables, order, result.settings),
            *_enterprise_layers(result),
        ),
        # How the list was read stands in the report; beside the map it would fill a second sheet.
        notes=tuple(note.split(" / ")[0] for note in result.notes if note not in result.reading),
        credits=tuple(credit_lines()),
        base={"counties": counties, "neighbours": neighbours},
    )


def _enterprise_layers(result: Clustering) -> Iterator[Layer]:
    """Clusters, hot spots, density and enterprises, as far as they were looked for."""
    colours = industry_colours()
    if "clusters" in result.layers:
        yield HullLayer(_hulls_with_words(result.layers["clusters"]), colours)
    if "hot_spots" in result.tables:
        rate = result.settings.false_discovery_rate
        spots = _hot_spot_counties(result.tables["hot_spots"])
        yield HotSpotLayer(spots, tuple(colours), HOT_CLASSES, rate)
    if result.surface is not None:
        yield classify_density(result.surface)
    if "enterprises" in result.layers and len(result.layers["enterprises"]):
        yield PointLayer(_plant_points(result.layers["enterprises"]), colours)


def _read_cluster_layer(name: str) -> GeoDataFrame:
    return cast("GeoDataFrame", load(name))


def _map_places(counties: GeoDataFrame, prefectures: GeoDataFrame) -> tuple[PrefectureLabel, ...]:
    short = prefectures.set_index("name_zh")["short_zh"]
    points = label_points(counties, "prefecture")
    return tuple(
        PrefectureLabel(name, str(short[name]), lon, lat) for name, (lon, lat) in points.items()
    )


def _zone_marks_with_facts(
    zones: GeoDataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[Mark]:
    points = shapely.point_on_surface(zones.geometry.to_numpy())
    planned = tables["plan_zones"].set_index("zone")
    measured = tables["zones"].set_index("zone") if "zones" in tables else None
    for row, point in zip(zones.to_dict("records"), points, strict=True):
        name = row["name_zh"]
        facts = [
            ("级别与类型", f"{row['level']} · {row['category']}"),
            ("所在地", f"{row['prefecture']} {row['county']}"),
        ]
        if name in planned.index:
            told = planned.loc[name]
            said = f"{told['industries']} 个产业，{told['segments']} 个细分产业"
            facts.append(("规划布局", said if told["segments"] else "规划未作安排"))
        if measured is not None and name in measured.index:
            facts += _zone_facts(measured.loc[name])
        where = point.x, point.y
        yield Mark(name, row["short_zh"], *where, row["level"], facts=tuple(facts))


def _zone_facts(row: pd.Series) -> Facts:
    facts = [("企业（规划产业）", f"{row['plants']} 家")]
    if pd.notna(row["size"]):
        facts.append(("规模（规划产业）", f"{row['size']:,.0f} 人"))
    if pd.notna(row["leading_industry"]):
        lead = f"{row['leading_industry']}（LQ {row['leading_lq']:.2f}，"
        facts.append(("主导产业", f"{lead}占 {row['leading_share']:.0%}）"))
    if isinstance(row["assigned"], str) and row["assigned"]:
        facts.append(("规划安排", row["assigned"]))
    return (*facts, ("与规划对照", str(row["verdict"])))


def _similarity_networks(
    tables: Mapping[str, pd.DataFrame], order: Mapping[str, int], settings: Settings
) -> Iterator[LinkLayer]:
    if "similarity" in tables:
        pairs = tables["similarity"]
        yield LinkLayer(
            "similarity",
            "企业结构相似",
            "产业结构相似系数",
            "相似的主要产业",
            settings.high_similarity,
            settings.within_km,
            _network_links(pairs, "similarity", "drivers", order),
        )
    if "plan_overlap" in tables:
        pairs = tables["plan_overlap"]
        yield LinkLayer(
            "overlap",
            "规划布局重合",
            "细分产业重合度",
            "共有的细分产业",
            settings.least_overlap,
            settings.within_km,
            _network_links(pairs, "overlap", "shared", order),
        )


def _network_links(
    pairs: pd.DataFrame, value: str, because: str, order: Mapping[str, int]
) -> tuple[Pair, ...]:
    ranked = pairs.sort_values([value, "distance_km"], ascending=[False, True], kind="stable")
    return tuple(
        (
            order[row["zone"]],
            order[row["other"]],
            round(float(row[value]), _DIGITS),
            round(float(row["distance_km"]), _DIGITS),
            str(row[because]),
        )
        for row in ranked.to_dict("records")
    )


def _plant_points(plants: GeoDataFrame) -> GeoDataFrame:
    names = plants["name"] if "name" in plants.columns else pd.Series(pd.NA, index=plants.index)
    return plants[["geometry"]].assign(
        name_zh=names.fillna("企业").astype("str"),
        industry=plants["industry"].fillna(NO_INDUSTRY).astype("str"),
    )


def _hulls_with_words(hulls: GeoDataFrame) -> GeoDataFrame:
    """Clusters with their words; the industry is the heading that the legend counts under."""
    rows = hulls.drop(columns="geometry").to_dict("records")
    return hulls[["geometry"]].assign(
        title=[f"企业集群 {row['cluster'] + 1}" for row in rows],
        industry=[
            row["leading_industry"] if isinstance(row["leading_industry"], str) else NO_INDUSTRY
            for row in rows
        ],
        facts=[_hull_facts(row) for row in rows],
    )


def _hull_facts(row: Mapping[str, object]) -> Facts:
    area, size = float(str(row["area_km2"])), float(str(row["size"]))
    shown = f"{area:.1f}" if area < _SQUARE else f"{area:,.0f}"
    facts = [("范围面积", f"{shown} 平方公里"), ("企业", f"{row['plants']} 家")]
    if pd.notna(size):
        facts.append(("规模", f"{size:,.0f} 人"))
    facts.append(("企业密度", f"{float(str(row['plants_per_km2'])):.2g} 家／平方公里"))
    if isinstance(row["leading_industry"], str):
        share = f"占 {float(str(row['leading_share'])):.0%}"
        facts.append(("主导产业", f"{row['leading_industry']}（{share}）"))
    return tuple(facts)


def _hot_spot_counties(table: pd.DataFrame) -> tuple[HotSpot, ...]:
    """Counties that stand out, by industry."""
    chosen = table[table["gi_significant"] | table["moran_significant"]]
    return tuple(
        HotSpot(
            row["county"],
            row["industry"],
            row["kind"] if row["gi_significant"] else "moran",
            f"规模 {row['amount']:,.0f}；Gi* {row['gi_star']:.2f}（q {row['gi_q']:.2g}）；"
            f"局部莫兰 {row['local_moran']:.2f}，象限 {row['quadrant']}（q {row['moran_q']:.2g}）",
        )
        for row in chosen.to_dict("records")
    )
