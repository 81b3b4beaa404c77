"""From a user's spec to a prepared figure (自定义图件): by the road of the plan's figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from yngis.cartography.classify import classes
from yngis.cartography.mapdata import MapData, read_map_data
from yngis.cartography.mapspec import Fill, MapSpec, read_map_spec
from yngis.cartography.prepare import assemble, spec_faults
from yngis.cartography.prepared import Feature, Group
from yngis.cartography.spec import FigureSpec, read_spec
from yngis.cartography.style import read_style
from yngis.catalogue._path import local_path
from yngis.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

FEATURES: Final = "features"
"""Name of the filled layer among a figure's base layers."""


def own_map(path: Path | str, sources: Sources) -> PreparedFigure:
    """
    Prepare the map that a user's spec declares.

    Parameters
    ----------
    path
        YAML file; the files that it names lie beside it.
    sources
        The shipped layers and tables.

    Returns
    -------
    figure
        Ready for either renderer; its ``stem`` is the file's.

    Raises
    ------
    SpecError
        With every fault of the spec and of the data it names, each with the nearest right name.
    """
    file = local_path(path)
    spec, problems = read_map_spec(file)
    if spec is None:
        raise SpecError(problems)
    data, faults = read_map_data(spec, file.parent, file.name)
    problems += [*faults, *spec_faults(_drawn(spec), sources, file.name)]
    if problems:
        raise SpecError(problems)
    return replace(prepare_map(spec, sources, data), stem=file.stem)


def choropleth(
    frame: GeoDataFrame, fill: Fill, title: str, sources: Sources, *, title_en: str = ""
) -> PreparedFigure:
    """
    Prepare a map of a frame coloured by one of its columns, for reports.

    Parameters
    ----------
    frame
        Features, EPSG:4490.
    fill
        How they are coloured; its ``layer`` is a name only.
    title, title_en
        Of the map.
    sources
        The shipped layers and tables.

    Returns
    -------
    figure
        Ready for either renderer, with the furniture and style of the plan's figures.
    """
    spec = MapSpec(title=title, title_en=title_en, fill=fill)
    return prepare_map(spec, sources, MapData(frame, {}))


def prepare_map(spec: MapSpec, sources: Sources, data: MapData) -> PreparedFigure:
    """
    Decide what a user's map shows.

    Parameters
    ----------
    spec
        The map, judged.
    sources
        The shipped layers and tables.
    data
        What it is filled with.

    Returns
    -------
    figure
        Without a number; its regions are pale where something else is filled.
    """
    caption = {"title_zh": spec.title, "title_en": spec.title_en, "section": ""}
    figure = assemble(_drawn(spec), sources, caption)
    if spec.glyph is None:
        # Without zones nothing is taken from the plan.
        base, *others = figure.credits
        figure = replace(
            figure,
            marks=(),
            others=0,
            groups=_kept(figure.groups, "region"),
            notes=(),
            credits=(f"底图：{base.rpartition('；底图：')[2]}", *others),
        )
    if spec.fill is not None and data.frame is not None:
        figure = _filled(figure, spec.fill, data.frame)
    credit = f"数据：{spec.source}" if spec.source else ""
    return replace(
        figure,
        notes=(*spec.notes, *figure.notes),
        credits=tuple(line for line in (credit, *figure.credits) if line),
    )


def _drawn(spec: MapSpec) -> FigureSpec:
    """The spec as that of a figure without a number, with zones even where none are wanted."""
    glyph = spec.glyph or read_spec(1).glyph
    return FigureSpec.model_construct(
        figure=0, glyph=glyph, region=spec.region, focus=False, ports=spec.ports
    )


def _filled(figure: PreparedFigure, fill: Fill, frame: GeoDataFrame) -> PreparedFigure:
    values = frame[fill.column]
    if not fill.classes:
        values = pd.to_numeric(values, errors="coerce")
    keys, entries = classes(values, fill)
    plain = read_style().plain
    areas = tuple(replace(area, fill=plain) for area in figure.areas)
    group = Group("class", fill.title, entries)
    groups = tuple(item for item in figure.groups if item.kind != "region")
    return replace(
        figure,
        areas=areas,
        groups=(*groups, group),
        features=tuple(_features(frame, fill, keys, group)),
        base={**figure.base, FEATURES: frame},
    )


def _features(frame: GeoDataFrame, fill: Fill, keys: pd.Series, group: Group) -> Iterator[Feature]:
    entries = {entry.key: entry for entry in group.entries}
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    names = frame[fill.name] if fill.name in frame.columns else pd.Series("", index=frame.index)
    for name, value, key, point in zip(names, frame[fill.column], keys, points, strict=True):
        entry = entries[key]
        told = entry.label if pd.isna(value) else f"{_shown(value)} {fill.unit}".strip()
        title = "" if pd.isna(name) else str(name)
        yield Feature(
            name=title,
            key=key,
            fill=entry.colour,
            lon=float(point.x),
            lat=float(point.y),
            label=title if fill.labels else "",
            facts=((fill.title, told), ("图例", entry.label)),
        )


def _shown(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, (int, float, np.number)) else str(value)


def _kept(groups: tuple[Group, ...], kind: str) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.kind == kind)
