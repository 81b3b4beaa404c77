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
from yngis.cartography.layers.kinds import (
    HotSpotLayer,
    HullLayer,
    LinkLayer,
    PointLayer,
    SurfaceLayer,
)
from yngis.cartography.mapspec import ZONES, Fill, MapSpec, ValueClass
from yngis.cartography.prepared import Entry, Group, Link
from yngis.cartography.style import read_style
from yngis.cartography.user_map import prepare_map
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.layers.kinds import Layer
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources
    from yngis.measure.surface import Density

_NOT: Final = "不显著"
MORAN: Final = "#9C9890"
"""Fill of what the page draws as an outline: names have to be read on it."""

_MOST: Final = 5  # links that are told apart by colour
_STEPS: Final = 3  # classes of lines


def cluster_plates(figure: PreparedFigure, sources: Sources) -> tuple[PreparedFigure, ...]:
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
        plate
        for layer in figure.layers
        for plate in _plates_of_layer(layer, [mark.name for mark in figure.marks], sources)
    ]
    if label is None:
        return tuple(found)
    # Above the map, where it cannot be cut off, and below it.
    return tuple(
        replace(plate, title_en=f"{label}｜{plate.title_en}", notes=(label, *plate.notes))
        for plate in found
    )


def _plates_of_layer(
    layer: Layer, names: Sequence[str], sources: Sources
) -> Iterator[PreparedFigure]:
    if isinstance(layer, LinkLayer):
        yield _network_plate(layer, names, sources)
    elif isinstance(layer, HullLayer):
        yield from _cluster_hull_plates(layer, sources)
    elif isinstance(layer, HotSpotLayer):
        yield from _hot_spot_plates(layer, sources)
    elif isinstance(layer, SurfaceLayer):
        yield _density_plate(layer, sources)
    elif isinstance(layer, PointLayer):
        yield _plant_plate(layer, sources)


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


def _network_plate(network: LinkLayer, names: Sequence[str], sources: Sources) -> PreparedFigure:
    """Zones with the number of their links, and lines as thick as they are alike."""
    shown = [
        link
        for link in network.links
        if link[2] >= network.threshold and link[3] <= network.within_km
    ]
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


def _industry_classes(layer: HullLayer | PointLayer) -> tuple[ValueClass, ...]:
    held = set(layer.frame["industry"])
    return tuple(
        ValueClass(value=name, colour=colour)
        for name, colour in layer.colours.items()
        if name in held
    )


def _cluster_hull_plates(layer: HullLayer, sources: Sources) -> Iterator[PreparedFigure]:
    if not len(layer.frame):
        return
    hulls = layer.frame.assign(name_zh=[title.rpartition(" ")[2] for title in layer.frame["title"]])
    fill = Fill(
        layer="clusters",
        column="industry",
        title="企业集群的主导产业",
        classes=_industry_classes(layer),
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


def _hot_spot_plates(layer: HotSpotLayer, sources: Sources) -> Iterator[PreparedFigure]:
    yield _hot_spot_plate("hot_spots", "热点县（任一产业）", layer, sources)
    for number, industry in enumerate(layer.industries, start=1):
        found = tuple(spot for spot in layer.spots if spot.industry == industry)
        if found:
            part = replace(layer, spots=found)
            yield _hot_spot_plate(f"hot_spots_{number}", f"热点县：{industry}", part, sources)


def _hot_spot_plate(stem: str, title: str, layer: HotSpotLayer, sources: Sources) -> PreparedFigure:
    """Counties by the first kind of hot spot that they have, those that have none beside them."""
    kinds: dict[str, str] = {}
    facts: dict[str, list[tuple[str, str]]] = {}
    for kind in layer.classes:
        for spot in layer.spots:
            if spot.kind == kind:
                kinds.setdefault(spot.county, kind)
                facts.setdefault(spot.county, []).append((spot.industry, spot.text))
    counties = sources.layers["counties"]
    frame = counties.assign(kind=[kinds.get(name, "none") for name in counties["name_zh"]])
    classes = [
        ValueClass(value=kind, label=label, colour=MORAN if kind == "moran" else colour)
        for kind, (label, colour) in layer.classes.items()
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
        f"按错误发现率 {layer.false_discovery_rate:.0%} 判定；共 {len(kinds)} 个县（市、区）显著。"
    )
    return replace(plate, features=features, notes=(told, *plate.notes))


def _density_plate(layer: SurfaceLayer, sources: Sources) -> PreparedFigure:
    surface, lows = layer.density, [low for low, _ in layer.classes]
    land = shapely.union_all(sources.layers["counties"].to_crs(surface.crs).geometry)
    bands = density_bands(surface, lows, land)
    frame = gpd.GeoDataFrame(
        {"band": [str(number) for number in range(len(lows))], "name_zh": ""},
        geometry=bands,
        crs=surface.crs,
    ).to_crs(CGCS2000)
    labels = [f"{low:g}–{high:g}" for low, high in itertools.pairwise(lows)]
    labels.append(f"≥ {lows[-1]:g}（最高 {layer.highest:.2g}）")
    classes = tuple(
        ValueClass(value=str(number), label=label, colour=colour)
        for number, (label, (_, colour)) in enumerate(zip(labels, layer.classes, strict=True))
    )
    fill = Fill(
        layer="density", column="band", title="企业核密度（家／百平方公里）", classes=classes
    )
    held = frame[~frame.geometry.is_empty]
    plate = _uncounted_bands(
        _point_plate("density", ("企业核密度", "Density of enterprises"), fill, held, sources)
    )
    width = surface.bandwidth_m / 1000.0
    told = f"高斯核，带宽 {width:g} 公里；低于 {lows[0]:g} 不着色。"
    return replace(plate, notes=(told, *plate.notes))


def _plant_plate(layer: PointLayer, sources: Sources) -> PreparedFigure:
    classes = _industry_classes(layer)
    fill = Fill(layer="plants", column="industry", title="企业所属产业", classes=classes)
    titles = "企业分布", "Enterprises by industry"
    return _point_plate("enterprises", titles, fill, layer.frame, sources)


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
