"""From a user's spec to a prepared figure (自定义图件): by the road of the plan's figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from yngis.cartography.filling import fill_features, on_zones
from yngis.cartography.layers.zone_amounts import size_zones_by_amounts
from yngis.cartography.mapdata import read_map_data, read_zone_amounts, shown_columns
from yngis.cartography.mapspec import Fill, MapSpec, read_map_spec
from yngis.cartography.names.english import in_english
from yngis.cartography.prepare import assemble_figure, spec_faults
from yngis.cartography.style import read_style
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.vector import deleted_lines
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

# Pages of the plan's own in the folder that both are written to; names differ by case only on some
# systems.
_RESERVED: Final = re.compile(r"index|manifest|atlas|fig\d+", re.IGNORECASE)

_ENGLISH: Final = {"无数据": "no data", "图例": "Legend"}  # what a fill or amounts say of a place


def own_map(
    path: Path | str, sources: Sources, lang: Literal["zh", "en"] | None = None
) -> PreparedFigure:
    """
    Prepare the map that a user's spec declares.

    Parameters
    ----------
    path
        YAML file; the files that it names lie beside it.
    sources
        The shipped layers and tables.
    lang
        ``zh`` or ``en`` in place of the language that the spec names.

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
    if _RESERVED.fullmatch(file.stem):
        problems.append(
            Problem(
                where=str(file),
                promised="不与规划图件同名的文件名 / a name that no page of the plan bears",
                found=f"{file.stem}.yml 会覆盖 {file.stem}.html / it would overwrite that page",
                mend="改文件名，如 my-map.yml / rename it, for example my-map.yml",
            )
        )
    if spec is None:
        raise SpecError(problems)
    data, faults = read_map_data(spec, file.parent, file.name)
    problems += [*faults, *spec_faults(spec, sources, file.name)]
    zones = sources.zones["name_zh"]
    amounts, faults = read_zone_amounts(spec, data.files, zones, file.name)
    problems += faults
    problems += _outside_faults(spec, data.frame, sources, file.name)
    if problems:
        raise SpecError(problems)
    if lang is not None:
        spec = spec.model_copy(update={"lang": lang})
    figure = replace(_map_in_chinese(spec, sources, data.frame), stem=file.stem)
    if spec.size is not None:
        figure = size_zones_by_amounts(figure, spec.size.title, spec.size.unit, amounts)
    return in_english(figure, sources) if spec.lang == "en" else figure


def _outside_faults(
    spec: MapSpec, frame: GeoDataFrame | None, sources: Sources, where: str
) -> list[Problem]:
    """Refuse a layer of which nothing lies on the map: it would be drawn empty (不在图上)."""
    if frame is None or spec.fill is None or spec.fills_zones:
        return []
    west, south, east, north = sources.layers["counties"].total_bounds
    found = frame.total_bounds
    if not np.isfinite(found).all():
        return []  # nothing is drawn, which is told where geometries are
    if found[0] <= east and found[2] >= west and found[1] <= north and found[3] >= south:
        return []
    swapped = found[1] <= east and found[3] >= west and found[0] <= north and found[2] >= south
    lies = f"{found[0]:.3f}–{found[2]:.3f}° E, {found[1]:.3f}–{found[3]:.3f}° N"
    return [
        Problem(
            where=f"{where}: layers.{spec.fill.layer}",
            promised=f"{west:.1f}–{east:.1f}° E, {south:.1f}–{north:.1f}° N 之内的图形 / within it",
            found=f"{lies}{'，经纬度疑似颠倒 / axes swapped?' if swapped else ''}",
            mend="检查坐标系和坐标的先后 / check the CRS and the order of coordinates",
        )
    ]


def prepare_choropleth(
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
        Ready for either renderer, with the furniture and style of the plan's figures; that a
        column holds no value, or infinite ones, is a note under it.

    Raises
    ------
    SpecError
        If texts stand where numbers are to be classed.
    """
    refuse_text_values(frame, fill, title)
    spec = MapSpec(title=title, title_en=title_en, fill=fill)
    return prepare_map(spec, sources, frame)


def prepare_map(
    spec: MapSpec, sources: Sources, frame: GeoDataFrame | None = None
) -> PreparedFigure:
    """Decide what a map shows that is filled with a frame, as its spec declares."""
    figure = _map_in_chinese(spec, sources, frame)
    return in_english(figure, sources) if spec.lang == "en" else figure


def _map_in_chinese(spec: MapSpec, sources: Sources, frame: GeoDataFrame | None) -> PreparedFigure:
    """The whole map in Chinese: what is added to a translation is missing from its original."""
    spec = spec.model_copy(update={"lang": "zh"})
    caption = {"title_zh": spec.title, "title_en": spec.title_en, "section": ""}
    figure = assemble_figure(spec, sources, caption)
    if spec.fill is not None and frame is not None:
        colour = on_zones if spec.fills_zones else fill_features
        figure = colour(figure, spec.fill, frame)
    credit = f"数据：{spec.source}" if spec.source else ""
    return replace(
        figure,
        notes=(*spec.notes, *_value_notes(spec.fill, frame), *figure.notes),
        credits=tuple(line for line in (credit, *figure.credits) if line),
        english={
            **figure.english,
            **_ENGLISH,
            **({credit: f"Data: {spec.source}"} if credit else {}),
        },
        panels=tuple(_region_panels(spec, sources, frame)),
    )


def refuse_text_values(frame: GeoDataFrame, fill: Fill, where: str) -> None:
    """Refuse texts where numbers are to be classed: ``"85"`` may be a code (文字不当数值)."""
    problems = []
    for name in _number_columns(fill, frame):
        texts = [value for value in frame[name] if isinstance(value, str)]
        if texts:
            problems.append(
                Problem(
                    where=f"{where} · {name}",
                    promised="数值 / numbers",
                    found=f"文字 / texts: {', '.join(map(repr, texts[:3]))}",
                    mend="用 pd.to_numeric 转为数值，或用 classes 列出取值 / make them numbers "
                    "with pd.to_numeric, or list the texts under classes",
                )
            )
    if problems:
        raise SpecError(problems)


def _number_columns(fill: Fill, frame: GeoDataFrame) -> list[str]:
    """Columns whose values are classed by limits."""
    names = [] if fill.classes else [name for name, _ in shown_columns(fill)]
    return [name for name in names if name in frame]


def _value_notes(fill: Fill | None, frame: GeoDataFrame | None) -> Iterator[str]:
    """Tell of columns without a value, of infinite ones, and of deleted records of the layer."""
    if fill is None or frame is None:
        return
    yield from deleted_lines(frame)
    titles = {fill.column: fill.title}
    if fill.second:
        titles[fill.second.column] = fill.second.title
    for name in _number_columns(fill, frame):
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
        if np.isnan(values).all():
            yield f"“{titles[name]}”没有任何数值，全部按“{fill.missing}”绘 / no value here"
        if infinite := int(np.isinf(values).sum()):
            yield f"“{titles[name]}”有 {infinite} 个无穷大的值，归入两端的级 / infinite values"


def _region_panels(
    spec: MapSpec, sources: Sources, frame: GeoDataFrame | None
) -> Iterator[PreparedFigure]:
    """The same map of each region in turn."""
    if spec.panels:
        for region in read_style().regions:
            part = spec.model_copy(update={"region": region, "panels": False})
            yield prepare_map(part, sources, frame)
