"""The map of a cluster analysis taken apart for paper (产业集聚图版): one plate for each layer."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.cartography.classify import MISSING
from yngis.cartography.mapspec import ZONES, Fill, MapSpec, ValueClass
from yngis.cartography.prepared import Entry, Group, Link
from yngis.cartography.style import read_style
from yngis.cartography.user_map import prepare_map
from yngis.cartography.web.density_image import density_image
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.point_map import ClusterFigure, HotSpot, Network
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources
    from yngis.measure.surface import Density

_NOT: Final = "不显著"
MORAN: Final = "#9C9890"
"""Fill of what the page draws as an outline: names have to be read on it."""

_MOST: Final = 5  # links that are told apart by colour
_STEPS: Final = 3  # classes of lines


def cluster_plates(figure: ClusterFigure, sources: Sources) -> tuple[PreparedFigure, ...]:
    """
    Take the map of a cluster analysis apart for paper.

    Parameters
    ----------
    figure
        What the map shows.
    sources
        The layers drawn on.

    Returns
    -------
    plates
        As far as there is something to draw: the networks at the thresholds that the page opens
        with, the clusters, the hot spots of any industry and of each that has some, the density,
        the enterprises themselves.
    """
    label = figure.label
    found = [
        *(_network_plate(figure, network, sources) for network in figure.networks),
        *_cluster_hull_plates(figure, sources),
        *_hot_spot_plates(figure, sources),
        *_density_plate(figure, sources),
        *_plant_plates(figure, sources),
    ]
    if label is None:
        return tuple(found)
    # Above the map, where it cannot be cut off, and below it.
    return tuple(
        replace(plate, title_en=f"{label}｜{plate.title_en}", notes=(label, *plate.notes))
        for plate in found
    )


def _point_plate(
    stem: str, titles: tuple[str, str], fill: Fill, frame: gpd.GeoDataFrame, sources: Sources
) -> PreparedFigure:
    spec = MapSpec(title=titles[0], title_en=titles[1], fill=fill)
    return replace(prepare_map(spec, sources, frame), stem=stem)


def _hollow_zones(plate: PreparedFigure) -> PreparedFigure:
    """Zones of the class without a value as small empty circles, since they are not the subject."""
    marks = tuple(
        replace(mark, sectors=()) if mark.sectors[0].key == MISSING else mark
        for mark in plate.marks
    )
    group, *others = plate.groups
    kept = replace(group, entries=tuple(entry for entry in group.entries if entry.key != MISSING))
    empty = sum(not mark.sectors for mark in marks)
    told = ("其他开发区", "没有达到阈值的联系")
    return replace(plate, marks=marks, groups=(kept, *others), others=empty, others_told=told)


def _uncounted_bands(plate: PreparedFigure) -> PreparedFigure:
    """Bands are not places: the legend does not count them."""
    groups = tuple(
        replace(group, entries=tuple(replace(entry, count=-1) for entry in group.entries))
        for group in plate.groups
    )
    return replace(plate, groups=groups)


def _network_plate(figure: ClusterFigure, network: Network, sources: Sources) -> PreparedFigure:
    """Zones with the number of their links, and lines as thick as they are alike."""
    shown = [
        link
        for link in network.links
        if link[2] >= network.threshold and link[3] <= network.within_km
    ]
    names = [zone.name for zone in figure.zones]
    degrees = Counter(names[end] for link in shown for end in link[:2])
    numbers = [degrees[name] for name in sources.zones["name_zh"]]
    frame = sources.zones.assign(degree=[str(min(n, _MOST)) if n else None for n in numbers])
    held = range(1, min(max(degrees.values(), default=1), _MOST) + 1)
    shades = read_style().ramp("blue", _MOST + 1)[1:]
    classes = tuple(
        ValueClass(
            value=str(n),
            label=f"{n} 个以上" if n == _MOST else f"{n} 个",
            character=str(n),
            colour=shades[n - 1],
        )
        for n in held
    )
    fill = Fill(layer=ZONES, column="degree", title="相连的开发区", classes=classes)
    titles = f"开发区联系：{network.title}", "Zones that are alike"
    plate = _hollow_zones(_point_plate(f"network_{network.key}", titles, fill, frame, sources))
    limits = np.linspace(network.threshold, 1.0, _STEPS + 1)
    place = [
        min(int(np.searchsorted(limits, link[2], side="right")) - 1, _STEPS - 1) for link in shown
    ]
    links = tuple(
        Link(names[link[0]], names[link[1]], str(key), f"{link[2]:.2f}（{link[3]:.0f} 公里）")
        for link, key in zip(shown, place, strict=True)
    )
    entries = tuple(
        Entry(
            str(k),
            f"{limits[k]:.2f}–{limits[k + 1]:.2f}",
            "",
            read_style().link,
            "#FFFFFF",
            place.count(k),
        )
        for k in range(_STEPS)
    )
    told = (
        f"{network.measure}不低于 {network.threshold:g}、直线距离 {network.within_km:g} 公里"
        f"以内的开发区两两相连，共 {len(shown)} 对；圆内为相连的个数。"
    )
    first, *others = plate.groups
    return replace(
        plate,
        links=links,
        groups=(first, Group("link", network.measure, entries), *others),
        notes=(told, *plate.notes),
    )


def _cluster_hull_plates(figure: ClusterFigure, sources: Sources) -> Iterator[PreparedFigure]:
    if figure.hulls is None or not len(figure.hulls):
        return
    hulls = figure.hulls.assign(
        name_zh=[title.rpartition(" ")[2] for title in figure.hulls["title"]]
    )
    held = set(hulls["industry"])
    classes = tuple(
        ValueClass(value=name, colour=colour)
        for name, colour in figure.colours.items()
        if name in held
    )
    fill = Fill(
        layer="clusters",
        column="industry",
        title="企业集群的主导产业",
        classes=classes,
        labels=True,
    )
    plate = _point_plate("clusters", ("企业集群", "Clusters of enterprises"), fill, hulls, sources)
    features = tuple(
        replace(feature, name=title, facts=tuple(facts))
        for feature, title, facts in zip(
            plate.features, hulls["title"], hulls["facts"], strict=True
        )
    )
    told = "数字为集群的编号，同结果表；按图上大小不可见的集群以圆点表示。"
    yield replace(plate, features=features, notes=(told, *plate.notes))


def _hot_spot_plates(figure: ClusterFigure, sources: Sources) -> Iterator[PreparedFigure]:
    if figure.hot is None:
        return
    yield _hot_spot_plate("hot_spots", "热点县（任一产业）", list(figure.hot), figure, sources)
    for number, industry in enumerate(figure.colours, start=1):
        found = [spot for spot in figure.hot if spot.industry == industry]
        if found:
            yield _hot_spot_plate(
                f"hot_spots_{number}", f"热点县：{industry}", found, figure, sources
            )


def _hot_spot_plate(
    stem: str, title: str, found: list[HotSpot], figure: ClusterFigure, sources: Sources
) -> PreparedFigure:
    """Counties by the first kind of hot spot that they have, those that have none beside them."""
    kinds: dict[str, str] = {}
    facts: dict[str, list[tuple[str, str]]] = {}
    for kind in figure.hot_classes:
        for spot in found:
            if spot.kind == kind:
                kinds.setdefault(spot.county, kind)
                facts.setdefault(spot.county, []).append((spot.industry, spot.text))
    counties = sources.layers["counties"]
    frame = counties.assign(kind=[kinds.get(name, "none") for name in counties["name_zh"]])
    classes = [
        ValueClass(value=kind, label=label, colour=MORAN if kind == "moran" else colour)
        for kind, (label, colour) in figure.hot_classes.items()
    ]
    classes.append(ValueClass(value="none", label=_NOT, colour=read_style().plain))
    fill = Fill(layer="counties", column="kind", title="县（市、区）", classes=tuple(classes))
    plate = _point_plate(
        stem, (title, "Hot spots, Getis-Ord Gi* and local Moran"), fill, frame, sources
    )
    features = tuple(
        replace(item, label=item.name, facts=tuple(facts[item.name]))
        if item.name in kinds
        else item
        for item in plate.features
    )
    told = (
        f"按错误发现率 {figure.false_discovery_rate:.0%} 判定；共 {len(kinds)} 个县（市、区）显著。"
    )
    return replace(plate, features=features, notes=(told, *plate.notes))


def _density_plate(figure: ClusterFigure, sources: Sources) -> Iterator[PreparedFigure]:
    if figure.surface is None:
        return
    image = density_image(figure.surface)
    lows = [low for low, _ in image.classes]
    land = shapely.union_all(sources.layers["counties"].to_crs(figure.surface.crs).geometry)
    bands = density_bands(figure.surface, lows, land)
    frame = gpd.GeoDataFrame(
        {"band": [str(number) for number in range(len(lows))], "name_zh": ""},
        geometry=bands,
        crs=figure.surface.crs,
    ).to_crs(CGCS2000)
    labels = [f"{low:g}–{high:g}" for low, high in itertools.pairwise(lows)]
    labels.append(f"≥ {lows[-1]:g}（最高 {image.highest:.2g}）")
    classes = tuple(
        ValueClass(value=str(number), label=label, colour=colour)
        for number, (label, (_, colour)) in enumerate(zip(labels, image.classes, strict=True))
    )
    fill = Fill(
        layer="density", column="band", title="企业核密度（家／百平方公里）", classes=classes
    )
    held = frame[~frame.geometry.is_empty]
    plate = _uncounted_bands(
        _point_plate("density", ("企业核密度", "Density of enterprises"), fill, held, sources)
    )
    width = figure.surface.bandwidth_m / 1000.0
    told = f"高斯核，带宽 {width:g} 公里；低于 {lows[0]:g} 不着色。"
    yield replace(plate, notes=(told, *plate.notes))


def _plant_plates(figure: ClusterFigure, sources: Sources) -> Iterator[PreparedFigure]:
    if figure.plants is None or not len(figure.plants):
        return
    held = set(figure.plants["industry"])
    classes = tuple(
        ValueClass(value=name, colour=colour)
        for name, colour in figure.colours.items()
        if name in held
    )
    fill = Fill(layer="plants", column="industry", title="企业所属产业", classes=classes)
    titles = "企业分布", "Enterprises by industry"
    yield _point_plate("enterprises", titles, fill, figure.plants, sources)


def density_bands(
    surface: Density, lows: Sequence[float], land: shapely.Geometry
) -> list[shapely.Geometry]:
    """Areas between lines of equal density (等值面)."""
    from contourpy import FillType, contour_generator  # noqa: PLC0415 - plates only
    from scipy.ndimage import distance_transform_edt  # noqa: PLC0415

    rows, columns = surface.per_km2.shape
    place = surface.transform
    x = place.c + (np.arange(columns) + 0.5) * place.a
    y = place.f + (np.arange(rows) + 0.5) * place.e
    # Cells outside take the value of the nearest inside, so that bands reach the border.
    outside = np.isnan(surface.per_km2)
    near = distance_transform_edt(outside, return_distances=False, return_indices=True)
    values = surface.per_km2[tuple(near)] * 100.0
    lines = contour_generator(x, y, values, fill_type=FillType.OuterOffset)
    bands: list[shapely.Geometry] = []
    for low, high in zip(lows, [*lows[1:], np.inf], strict=True):
        points, offsets = lines.filled(low, high)  # type: ignore[misc] # two for this type
        polygons = [
            shapely.Polygon(
                ring[ends[0] : ends[1]],
                [ring[a:b] for a, b in itertools.pairwise(ends[1:])],
            )
            for ring, ends in zip(points, offsets, strict=True)
        ]
        whole = shapely.make_valid(shapely.MultiPolygon(polygons))
        cut = shapely.get_parts(shapely.intersection(whole, land))
        bands.append(shapely.MultiPolygon([part for part in cut if part.geom_type == "Polygon"]))
    return bands
